/**
 * What a training step and a prediction of the reference network cost: our kernels, PyTorch, TensorFlow's BlockLSTM,
 * tf.layers, and the time that the arithmetic alone would take at the speed of a large matrix product.
 *
 * All sides take turns in every round and the minima are compared, because other work on the machine only ever adds
 * time. --json prints our side alone; otherwise the result goes to bench/results and, as tables, to docs/performance.md.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import type { Tensor2D } from '../src/ml/engine/engine'
import { loadEngine } from '../src/ml/engine/tensorflow'
import type { Kernels } from '../src/ml/kernels/kernels'
import { tensorFlowKernels } from '../src/ml/kernels/tensorflow-kernels'
import { benchNetwork, referenceNetwork, trainingOperations, type NetworkShape } from './network'
import { startPyTorch, type Peer } from './peer'

const options = process.argv.slice(2)
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
    blockLstm: blockLstm.measure,
    tfLayers: tfLayers(referenceNetwork)
  })
  const predictions: Record<string, Record<string, number>> = {}
  for (const [name, shape] of Object.entries(predictionShapes)) {
    const ours = measuring(kernels, shape, 'predict', 20)
    predictions[name] = await alternate({ ours: ours.measure, pytorch: fromPeer('predict', shape, 20) })
    ours.dispose()
  }
  const growth: Record<string, Record<string, number>> = {}
  for (const [name, change] of Object.entries(growthShapes)) {
    const shape = { ...referenceNetwork, ...change }
    const ours = measuring(kernels, shape, 'train', 3)
    growth[name] = await alternate({ ours: ours.measure, pytorch: fromPeer('train', shape, 3) })
    growth[name].limit = trainingOperations(shape) / speed / 1e6
    ours.dispose()
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: {
      processor: cpus()[0].model,
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      node: process.version
    },
    kernel: kernels.name,
    tensorflow: info.tensorflowVersion,
    pytorch: peer?.version,
    rounds,
    productGflops: speed,
    limitMs: { lstm: trainingOperations(referenceNetwork) / speed / 1e6, gru: trainingOperations(gru) / speed / 1e6 },
    trainMs: { ...train, product: undefined },
    predictMs: predictions,
    growthMs: growth,
    memoryMiB: Math.round(process.memoryUsage().rss / 2 ** 20)
  }
}

const predictionShapes: Record<string, NetworkShape> = {
  'LSTM, batch 64 × 50 steps': referenceNetwork,
  'GRU, batch 64 × 50 steps': gru,
  'LSTM, one signal, block of 64': { ...referenceNetwork, batch: 1, steps: 64 },
  'LSTM, four selectors, block of 64': { ...referenceNetwork, batch: 4, steps: 64 },
  'LSTM, one signal, one sample': { ...referenceNetwork, batch: 1, steps: 1 },
  'LSTM, four selectors, one sample': { ...referenceNetwork, batch: 4, steps: 1 }
}

const growthShapes: Record<string, Partial<NetworkShape>> = {
  '25 steps': { steps: 25 },
  '100 steps': { steps: 100 },
  'batch 16': { batch: 16 },
  'batch 256': { batch: 256 },
  '32 units': { units: 32 },
  '64 units': { units: 64 },
  '256 units': { units: 256 },
  '1 layer': { layers: 1 },
  '3 layers': { layers: 3 }
}

type Result = Awaited<ReturnType<typeof compare>>

const rounded = (value: number) => Number(value.toPrecision(4))
const cell = (value: number | undefined) => (value === undefined ? '' : value < 1 ? value.toFixed(3) : value.toFixed(1))
const ratio = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? '' : (a / b).toFixed(2)

function tables(result: Result): string {
  const { trainMs: train, limitMs: limit, machine } = result as Result & { trainMs: Record<string, number> }
  const rows = (entries: Record<string, Record<string, number>>) =>
    Object.entries(entries).map(([name, { ours, pytorch, limit }]) => [name, ours, pytorch, limit] as const)
  return [
    `Measured ${result.date} on ${machine.processor}, ${machine.cores} cores, Node ${machine.node}, kernel "${result.kernel}",` +
      ` TensorFlow ${result.tensorflow}, PyTorch ${result.pytorch ?? '(not found)'};` +
      ` minima of ${result.rounds} rounds in turns, milliseconds. A large matrix product ran at ${result.productGflops.toFixed(0)} Gflop/s.`,
    '',
    '| one training step, batch 64 × 50 steps | LSTM 2 × 128 | GRU 2 × 128 |',
    '|---|---|---|',
    `| ours | ${cell(train.lstm)} | ${cell(train.gru)} |`,
    `| PyTorch | ${cell(train.pytorchLstm)} | ${cell(train.pytorchGru)} |`,
    `| TensorFlow's BlockLSTM operations | ${cell(train.blockLstm)} | |`,
    `| tf.layers | ${cell(train.tfLayers)} | |`,
    `| the arithmetic alone | ${cell(limit.lstm)} | ${cell(limit.gru)} |`,
    `| ours / PyTorch | ${ratio(train.lstm, train.pytorchLstm)} | ${ratio(train.gru, train.pytorchGru)} |`,
    `| ours / the arithmetic alone | ${ratio(train.lstm, limit.lstm)} | ${ratio(train.gru, limit.gru)} |`,
    '',
    '| one prediction | ours | PyTorch | ratio |',
    '|---|---|---|---|',
    ...rows(result.predictMs).map(
      ([name, ours, pytorch]) => `| ${name} | ${cell(ours)} | ${cell(pytorch)} | ${ratio(ours, pytorch)} |`
    ),
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
  const text = tables(result)
  process.stdout.write(`${text}\n`)
  if (options.includes('--dry')) return
  const json = JSON.stringify(result, (_, value) => (typeof value === 'number' ? rounded(value) : value), 2)
  writeFileSync(`bench/results/training-step-${result.date}.json`, `${json}\n`)
  const page = 'docs/performance.md'
  const marked = /(<!-- training-step -->\n)[^]*(<!-- end -->)/
  writeFileSync(
    page,
    readFileSync(page, 'utf8').replace(marked, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`)
  )
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
