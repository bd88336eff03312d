/**
 * The most memory that each way of running the reference network takes, in a process of its own: the peak of its resident
 * set, as Linux counts it. "TensorFlow alone" is what the library takes before any network.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { loadEngine } from '../src/ml/engine/tensorflow'
import { tensorFlowKernels } from '../src/ml/kernels/tensorflow-kernels'
import { benchNetwork, referenceNetwork } from './network'
import { measuredOn, report } from './report'

const steps = 20

const cases: Record<string, () => void> = {
  'TensorFlow alone': () => void loadEngine(),
  'LSTM, training': () => train('lstm', 'chosen'),
  'GRU, training': () => train('gru', 'chosen'),
  'LSTM, prediction': () => predict('lstm'),
  'GRU, prediction': () => predict('gru'),
  "LSTM, training on TensorFlow's BlockLSTM": () => train('lstm', 'tensorflow'),
  "GRU, training on TensorFlow's small operations": () => train('gru', 'tensorflow'),
  'LSTM, training, batch 256': () => train('lstm', 'chosen', { batch: 256 }),
  'LSTM, training, 200 steps': () => train('lstm', 'chosen', { steps: 200 }),
  'LSTM, training, 512 units': () => train('lstm', 'chosen', { units: 512 })
}

function train(cell: 'lstm' | 'gru', which: 'chosen' | 'tensorflow', change: object = {}): void {
  const { tf, kernels } = loadEngine()
  const chosen = which === 'chosen' ? kernels : tensorFlowKernels(tf)
  const network = benchNetwork(tf, chosen, { ...referenceNetwork, cell, ...change })
  for (let step = 0; step < (which === 'chosen' ? steps : 3); step += 1) network.train()
}

function predict(cell: 'lstm' | 'gru'): void {
  const { tf, kernels } = loadEngine()
  const network = benchNetwork(tf, kernels, { ...referenceNetwork, cell })
  for (let step = 0; step < steps; step += 1) network.predict()
}

/** In MiB. */
function peak(): number {
  const status = readFileSync('/proc/self/status', 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? NaN) / 1024
}

/** The same in PyTorch, where it is there. */
function pytorchPeak(): number | undefined {
  const request = JSON.stringify({ what: 'train', ...referenceNetwork, repeats: steps })
  const { status, stdout } = spawnSync(process.env.PEER_PYTHON ?? 'python3', ['bench/pytorch.py'], {
    input: `${request}\n${JSON.stringify({ what: 'memory' })}\n`,
    encoding: 'utf8'
  })
  return status === 0 ? Number(stdout.trim().split('\n').at(-1)) : undefined
}

function main(): void {
  const asked = process.argv.find((argument) => argument.startsWith('--case='))?.slice(7)
  if (asked !== undefined) {
    cases[asked]()
    process.stdout.write(`${peak()}\n`)
    return
  }
  const peaks: Record<string, number> = {}
  for (const name of Object.keys(cases)) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [process.argv[1], `--case=${name}`], {
      encoding: 'utf8'
    })
    if (status !== 0) throw new Error(`"${name}" failed: ${stderr.trim().split('\n').at(-1)}`)
    peaks[name] = Number(stdout)
  }
  const pytorch = pytorchPeak()
  if (pytorch !== undefined) peaks['LSTM, training in PyTorch'] = pytorch
  const base = peaks['TensorFlow alone']
  const rows = Object.entries(peaks).map(([name, value]) => {
    const above = name.includes('PyTorch') || value === base ? '' : (value - base).toFixed(0)
    return `| ${name} | ${value.toFixed(0)} | ${above} |`
  })
  const table = [
    measuredOn(loadEngine().kernels.name),
    '',
    '| 64 × 50 steps, 2 × 128 units | peak, MiB | above TensorFlow alone |',
    '|---|---|---|',
    ...rows
  ].join('\n')
  report('memory', { peakMiB: peaks }, table)
}

main()
