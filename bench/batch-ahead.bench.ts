/**
 * What a training step takes while a thread makes the next block of data, and without that thread. All trainings live side
 * by side and take turns, a few steps each; minima are compared, because other work on the machine only ever adds time.
 */
import { usualJoint, usualStreams } from '../src/contract/train-defaults'
import { loadEngine } from '../src/ml/engine/tensorflow'
import type { Trainer } from '../src/ml/training/trainer'
import { Training } from '../src/ml/training/training'
import { cell, measuredOn, ratio, report } from './report'

const requests = {
  'LSTM 1 × 48 behind the joint fit, four given tones': usualJoint([1, 3, 5, 7], 1000),
  'LSTM 1 × 48 behind the joint fit, any tones': usualJoint([], 1000),
  'LSTM 2 × 128 on streams, alone': usualStreams([1, 3, 5, 7], 1000)
}
const ways = ['off', 'on'] as const
const rounds = Number(process.argv.find((argument) => argument.startsWith('--rounds='))?.slice(9) ?? 15)
const stepsEach = 6
/** The first ones of a turn find a block that was made while others had theirs. */
const stepsUnmeasured = 2
const engine = loadEngine()

async function start(request: (typeof requests)[keyof typeof requests], way: (typeof ways)[number]): Promise<Training> {
  process.env.SIGNAL_LAB_DATA_THREAD = way
  const training = new Training(engine, request)
  await advance(training.trainer, 6)
  return training
}

async function advance(trainer: Trainer, steps: number): Promise<void> {
  for (let step = 0; step < steps; step += 1) await trainer.advance()
}

/** Milliseconds a step over one turn. */
async function turn({ trainer }: Training): Promise<number> {
  await advance(trainer, stepsUnmeasured)
  const started = performance.now()
  await advance(trainer, stepsEach)
  return (performance.now() - started) / stepsEach
}

async function main(): Promise<void> {
  const results = []
  for (const [name, request] of Object.entries(requests)) {
    const trainings = { off: await start(request, 'off'), on: await start(request, 'on') }
    const least = { off: Infinity, on: Infinity }
    for (let round = 0; round < rounds; round += 1)
      for (const way of ways) least[way] = Math.min(least[way], await turn(trainings[way]))
    for (const way of ways) trainings[way].dispose()
    results.push({ name, hereMs: least.off, aheadMs: least.on })
  }
  const table = [
    `${measuredOn(engine.kernels.name)} ${engine.info.threads} threads; minima of ${rounds} turns of ${stepsEach} steps.`,
    '',
    '| a training step, ms | data made between the steps | made ahead by a thread | ratio |',
    '|---|---|---|---|',
    ...results.map(
      ({ name, hereMs, aheadMs }) => `| ${name} | ${cell(hereMs)} | ${cell(aheadMs)} | ${ratio(aheadMs, hereMs)} |`
    )
  ].join('\n')
  report('batch-ahead', { rounds, threads: engine.info.threads, trainings: results }, table)
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
