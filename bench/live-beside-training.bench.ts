/**
 * The live filter while a training runs beside it in another process, as in the app: how long a block takes, how much the
 * training loses, for each way of leaving room. A block of 33 samples at 1000 Hz, four selectors, every 33 ms.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import { usualJoint } from '../src/contract/train-defaults'
import { loadEngine } from '../src/ml/engine/tensorflow'
import { createStreamFilter } from '../src/ml/inference/stream-filter'
import { decodeModel } from '../src/ml/library/model-file'
import { Training } from '../src/ml/training/training'
import { benchNetwork, referenceNetwork } from './network'
import { cell, measuredOn, report } from './report'

const blockSamples = 33
const blockMilliseconds = 33
const seconds = Number(process.argv.find((argument) => argument.startsWith('--seconds='))?.slice(10) ?? 8)

/** How the training leaves room for the live filter. */
interface Way {
  readonly threads?: number
  readonly priority?: number
  /** Behind the joint fit, whose data a thread of its own makes; else the reference network on data that is there. */
  readonly isJoint?: boolean
}

const ways: Record<string, Way | undefined> = {
  'no training': undefined,
  'training with all threads': {},
  'training with one thread': { threads: 1 },
  'training with all threads, low priority': { priority: 19 },
  'training behind the joint fit, its data made in a thread': { isJoint: true },
  'training behind the joint fit with one thread, and none for its data': { isJoint: true, threads: 1 }
}

interface Figures {
  readonly blockMedianMs: number
  readonly block99Ms: number
  readonly lateBlocks: number
  readonly blocks: number
  readonly trainingStepMs?: number
}

/** Steps for ever; each line is the time of one. */
async function trainForEver(isJoint: boolean): Promise<void> {
  const engine = loadEngine()
  const { trainer } = isJoint ? new Training(engine, usualJoint([1, 3, 5, 7], 1000)) : { trainer: undefined }
  const network = isJoint ? undefined : benchNetwork(engine.tf, engine.kernels, referenceNetwork)
  for (;;) {
    const started = performance.now()
    if (trainer) await trainer.advance()
    else network?.train()
    process.stdout.write(`${performance.now() - started}\n`)
  }
}

async function startTraining(way: Way) {
  const threads = way.threads === undefined ? undefined : String(way.threads)
  const env = { ...process.env, ...(threads && { SIGNAL_LAB_THREADS: threads, TF_NUM_INTRAOP_THREADS: threads }) }
  const what = way.isJoint ? '--train-joint' : '--train'
  const child: ChildProcess = spawn(process.execPath, [process.argv[1], what], {
    env,
    stdio: ['ignore', 'pipe', 'ignore']
  })
  if (way.priority !== undefined && child.pid !== undefined) setPriority(child.pid, way.priority)
  const steps: number[] = []
  const lines = createInterface({ input: child.stdout! }).on('line', (line) => steps.push(Number(line)))
  await once(lines, 'line')
  return {
    steps,
    async stop() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  }
}

/** Blocks against the clock for some seconds. */
async function live(): Promise<Omit<Figures, 'trainingStepMs'>> {
  const model = decodeModel(readFileSync('resources/models/stream-1357.safetensors'))
  const filter = createStreamFilter(loadEngine(), model, { sampleRate: 1000 })
  const block = Float32Array.from({ length: blockSamples }, (_, n) => Math.sin(n))
  for (let warm = 0; warm < 20; warm += 1) filter.process(block)
  const times: number[] = []
  const count = Math.round((seconds * 1000) / blockMilliseconds)
  const started = performance.now()
  for (let index = 0; index < count; index += 1) {
    const due = started + index * blockMilliseconds
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())))
    const began = performance.now()
    filter.process(block)
    times.push(performance.now() - began)
  }
  filter.dispose()
  times.sort((a, b) => a - b)
  return {
    blockMedianMs: times[Math.floor(count / 2)],
    block99Ms: times[Math.floor(count * 0.99)],
    lateBlocks: times.filter((time) => time > blockMilliseconds).length,
    blocks: count
  }
}

async function measure(way: Way | undefined): Promise<Figures> {
  if (!way) return live()
  const training = await startTraining(way)
  try {
    training.steps.length = 0
    const figures = await live()
    const sorted = training.steps.sort((a, b) => a - b)
    return { ...figures, trainingStepMs: sorted[Math.floor(sorted.length / 2)] }
  } finally {
    await training.stop()
  }
}

async function main(): Promise<void> {
  if (process.argv.includes('--train')) return trainForEver(false)
  if (process.argv.includes('--train-joint')) return trainForEver(true)
  const results: Record<string, Figures> = {}
  for (const [name, way] of Object.entries(ways)) results[name] = await measure(way)
  const rows = Object.entries(results).map(
    ([name, f]) =>
      `| ${name} | ${cell(f.blockMedianMs)} | ${cell(f.block99Ms)} | ${f.lateBlocks} of ${f.blocks} | ${cell(f.trainingStepMs)} |`
  )
  const table = [
    measuredOn(loadEngine().kernels.name),
    '',
    '| four selectors of `stream-1357`, a block of 33 samples every 33 ms, ms | median | 99 of 100 below | late blocks | training step, median |',
    '|---|---|---|---|---|',
    ...rows
  ].join('\n')
  report('live-beside-training', results, table)
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
