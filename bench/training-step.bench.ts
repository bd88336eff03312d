/**
 * What a training step and a prediction of the reference network cost: our kernels, PyTorch, TensorFlow's BlockLSTM,
 * tf.layers, and the time that the arithmetic alone would take at the speed of a large matrix product.
 *
 * All sides take turns in every round and the minima are compared, because other work on the machine only ever adds
 * time. --json prints our side alone, --quick the reference network beside its peers; otherwise the result goes to
 * bench/results and, as tables, to docs/performance.md.
 */
import type { Tensor2D } from '../src/ml/engine/engine'
import { loadEngine } from '../src/ml/engine/tensorflow'
import type { Kernels } from '../src/ml/kernels/kernels'
import { tensorFlowKernels } from '../src/ml/kernels/tensorflow-kernels'
import { benchNetwork, referenceNetwork, trainingOperations, type NetworkShape } from './network'
import { startPyTorch, type Peer } from './peer'
import { cell, measuredOn, ratio, report, rounded } from './report'

const options = process.argv.slice(2)
/** The reference network alone: no growth, no other sizes, and nothing is written. */
const quick = options.includes('--quick')
const rounds = Number(options.find((option) => option.startsWith('--rounds='))?.slice(9) ?? 7)
const { tf, info, kernels } = loadEngine()
const gru: NetworkShape = { ...referenceNetwork, cell: 'gru' }

/** The best of `repeats` calls, in milliseconds. */
function best(repeats: number, call: () => void): number {
  let least = Infinity
  for (let i = 0; i < repeats; i += 1) {
    const start = process.hrtime.bigint()
    call()
    least = Math.min(least, Number(process.hrtime.bigint() - start) / 1e6)
  }
  return least
}

/** The other side's threads spin for a while after their work; let them go to sleep. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 300))

type Measure = () => number | Promise<number>

/** The least of every measure over all rounds; the measures of a round take turns. */
async function alternate(measures: Record<string, Measure | undefined>): Promise<Record<string, number>> {
  const least: Record<string, number> = {}
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, measure] of Object.entries(measures)) {
      if (!measure) continue
      await settle()
      least[name] = Math.min(least[name] ?? Infinity, await measure())
    }
  }
  return least
}

function measuring(implementation: Kernels, shape: NetworkShape, what: 'train' | 'predict', repeats: number) {
  const network = benchNetwork(tf, implementation, shape)
  for (let i = 0; i < 3; i += 1) network[what]()
  return { measure: () => best(repeats, network[what]), dispose: network.dispose }
}

/** Billions of operations a second in a large matrix product. */
function productSpeed(): () => number {
  const size = 1536
  const [a, b] = [tf.randomNormal([size, size]) as Tensor2D, tf.randomNormal([size, size]) as Tensor2D]
  const product = () => {
    const c = tf.matMul(a, b)
    c.dataSync()
    c.dispose()
  }
  product()
  return () => (2 * size ** 3) / 1e6 / best(3, product)
}

/** One batch through tf.layers.lstm: how a tfjs user would write it. */
function tfLayers({ batch, steps, features, units }: NetworkShape): () => Promise<number> {
  const model = tf.sequential()
  model.add(tf.layers.lstm({ units, returnSequences: true, inputShape: [steps, features] }))
  model.add(tf.layers.dropout({ rate: 0.2 }))
  model.add(tf.layers.lstm({ units, returnSequences: true }))
  model.add(tf.layers.dropout({ rate: 0.2 }))
  model.add(tf.layers.dense({ units: 1 }))
  model.compile({ optimizer: tf.train.adam(1e-3), loss: 'meanSquaredError' })
  const [x, y] = [tf.randomNormal([batch, steps, features]), tf.randomNormal([batch, steps, 1])]
  return async () => {
    const start = performance.now()
    await model.trainOnBatch(x, y)
    return performance.now() - start
  }
}

async function ourSideAlone(): Promise<void> {
  const ours = measuring(kernels, referenceNetwork, 'train', 20)
  const { stepMs } = await alternate({ stepMs: ours.measure })
  process.stdout.write(`${JSON.stringify({ stepMs: rounded(stepMs), kernel: kernels.name })}\n`)
}

async function compare(peer: Peer | undefined) {
  const trainLstm = measuring(kernels, referenceNetwork, 'train', 8)
  const blockLstm = measuring(tensorFlowKernels(tf), referenceNetwork, 'train', 2)
  const trainGru = measuring(kernels, gru, 'train', 8)
  const fromPeer = (what: 'train' | 'predict', shape: NetworkShape, repeats = 8) =>
    peer && (() => peer.best(what, shape, repeats))
  let speed = 0
  const product = productSpeed()
  const train = await alternate({
    product: () => {
      speed = Math.max(speed, product())
      return 0
    },
    lstm: trainLstm.measure,
    pytorchLstm: fromPeer('train', referenceNetwork),
    gru: trainGru.measure,
    pytorchGru: fromPeer('train', gru),
    lstmMasked: measuring(kernels, { ...referenceNetwork, mask: true }, 'train', 4).measure,
    lstmNormed: measuring(kernels, { ...referenceNetwork, norm: true }, 'train', 4).measure,
    gruNormed: measuring(kernels, { ...gru, norm: true }, 'train', 4).measure,
    blockLstm: blockLstm.measure,
    tfLayers: quick ? undefined : tfLayers(referenceNetwork)
  })
  const predictions: Record<string, Record<string, number>> = {}
  for (const [name, shape] of Object.entries(predictionShapes).slice(0, quick ? 2 : undefined)) {
    const ours = measuring(kernels, shape, 'predict', 20)
    predictions[name] = await alternate({ ours: ours.measure, pytorch: fromPeer('predict', shape, 20) })
    ours.dispose()
  }
  const growth: Record<string, Record<string, number>> = {}
  for (const [name, change] of quick ? [] : Object.entries(growthShapes)) {
    const shape = { ...referenceNetwork, ...change }
    const ours = measuring(kernels, shape, 'train', 3)
    growth[name] = await alternate({ ours: ours.measure, pytorch: fromPeer('train', shape, 3) })
    growth[name].limit = trainingOperations(shape) / speed / 1e6
    ours.dispose()
  }
  return {
    kernel: kernels.name,
    tensorflow: info.tensorflowVersion,
    pytorch: peer?.version,
    rounds,
    productGflops: speed,
    limitMs: { lstm: trainingOperations(referenceNetwork) / speed / 1e6, gru: trainingOperations(gru) / speed / 1e6 },
    trainMs: { ...train, product: undefined },
    predictMs: predictions,
    growthMs: growth
  }
}

const predictionShapes: Record<string, NetworkShape> = {
  'LSTM, batch 64 × 50 steps': referenceNetwork,
  'GRU, batch 64 × 50 steps': gru,
  'LSTM, four selectors, block of 2 ticks': { ...referenceNetwork, batch: 4, steps: 2 },
  'GRU, four selectors, block of 64': { ...gru, batch: 4, steps: 64 },
  'LSTM, one signal, block of 64': { ...referenceNetwork, batch: 1, steps: 64 },
  'LSTM, four selectors, block of 64': { ...referenceNetwork, batch: 4, steps: 64 },
  'LSTM, one signal, one sample': { ...referenceNetwork, batch: 1, steps: 1 },
  'LSTM, four selectors, one sample': { ...referenceNetwork, batch: 4, steps: 1 }
}

const growthShapes: Record<string, Partial<NetworkShape>> = {
  '25 steps': { steps: 25 },
  '100 steps': { steps: 100 },
  '400 steps': { steps: 400 },
  'batch 16': { batch: 16 },
  'batch 256': { batch: 256 },
  '32 units': { units: 32 },
  '64 units': { units: 64 },
  '256 units': { units: 256 },
  '512 units': { units: 512 },
  '1 layer': { layers: 1 },
  '3 layers': { layers: 3 }
}

type Result = Awaited<ReturnType<typeof compare>>

function tables(result: Result): string {
  const { trainMs: train, limitMs: limit } = result as Result & { trainMs: Record<string, number> }
  const rows = (entries: Record<string, Record<string, number>>) =>
    Object.entries(entries).map(([name, { ours, pytorch, limit }]) => [name, ours, pytorch, limit] as const)
  return [
    `${measuredOn(result.kernel)} TensorFlow ${result.tensorflow}, PyTorch ${result.pytorch ?? '(not found)'};` +
      ` minima of ${result.rounds} rounds in turns, milliseconds. A large matrix product ran at ${result.productGflops.toFixed(0)} Gflop/s.`,
    '',
    '| one training step, batch 64 × 50 steps | LSTM 2 × 128 | GRU 2 × 128 |',
    '|---|---|---|',
    `| ours | ${cell(train.lstm)} | ${cell(train.gru)} |`,
    `| PyTorch | ${cell(train.pytorchLstm)} | ${cell(train.pytorchGru)} |`,
    `| ours with a recurrent mask | ${cell(train.lstmMasked)} | |`,
    `| ours with layer normalisation | ${cell(train.lstmNormed)} | ${cell(train.gruNormed)} |`,
    `| TensorFlow's BlockLSTM operations | ${cell(train.blockLstm)} | |`,
    `| tf.layers | ${cell(train.tfLayers)} | |`,
    `| the arithmetic alone | ${cell(limit.lstm)} | ${cell(limit.gru)} |`,
    `| ours / PyTorch | ${ratio(train.lstm, train.pytorchLstm)} | ${ratio(train.gru, train.pytorchGru)} |`,
    `| ours / the arithmetic alone | ${ratio(train.lstm, limit.lstm)} | ${ratio(train.gru, limit.gru)} |`,
    '',
    '| one prediction | ours | PyTorch | ratio | steps of a signal a second |',
    '|---|---|---|---|---|',
    ...rows(result.predictMs).map(([name, ours, pytorch]) => {
      const { batch, steps } = predictionShapes[name]
      const perSecond = ((1000 * batch * steps) / ours).toLocaleString('en', { maximumSignificantDigits: 3 })
      return `| ${name} | ${cell(ours)} | ${cell(pytorch)} | ${ratio(ours, pytorch)} | ${perSecond} |`
    }),
    '',
    '| one training step of the LSTM with | ours | PyTorch | ratio | ours / arithmetic |',
    '|---|---|---|---|---|',
    ...rows(result.growthMs).map(
      ([name, ours, pytorch, least]) =>
        `| ${name} | ${cell(ours)} | ${cell(pytorch)} | ${ratio(ours, pytorch)} | ${ratio(ours, least)} |`
    )
  ].join('\n')
}

async function main(): Promise<void> {
  if (options.includes('--json')) return ourSideAlone()
  const peer = await startPyTorch()
  const result = await compare(peer)
  peer?.stop()
  if (quick) process.stdout.write(`${tables(result)}\n`)
  else report('training-step', result, tables(result))
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
