import { beforeAll, expect, test } from 'vitest'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../library/checkpoint-file'
import { budgets, requestMakers } from './budgets'
import { studyTasks } from './define'
import { TrialPaused } from './runner'
import { runTrial } from './trial'
import type { CheckpointKeeper } from './trial-checkpoint'
import type { TrialResult } from './trial-result'

let engine: LoadedEngine
beforeAll(() => {
  engine = loadEngine()
})

const never = new AbortController().signal
const small = { params: { units: 4, layers: 1, dropout: 0.2 }, batchSize: 16 }

/** Without what a clock told. */
function figuresOf(result: TrialResult) {
  const { trainingSeconds, secondsPerEpoch, peakMemoryMiB, microsecondsPerSample, ...figures } = result
  expect([trainingSeconds, secondsPerEpoch, peakMemoryMiB, microsecondsPerSample].every(Number.isFinite)).toBe(true)
  return figures
}

/** Checkpoints as files hold them. */
function memoryKeeper(everyMilliseconds = 3_600_000): CheckpointKeeper & { kept?: Uint8Array } {
  return {
    everyMilliseconds,
    isPaused: () => true,
    async read(): Promise<Checkpoint | undefined> {
      return this.kept && decodeCheckpoint(this.kept)
    },
    async write(checkpoint) {
      this.kept = encodeCheckpoint(checkpoint)
    }
  } as CheckpointKeeper & { kept?: Uint8Array }
}

test.each(studyTasks)(
  'a trial on %s that is written down and gone on with has the figures of one in one go',
  async (task) => {
    const request = requestMakers[task](small, { ...budgets.smoke, sequenceStride: 800, epochs: 3 }, 1)
    const whole = await runTrial(engine, request, { onEpoch: () => {}, abort: never })
    expect(whole.epochs).toHaveLength(3)
    const keeper = memoryKeeper()
    const controller = new AbortController()
    const first = runTrial(engine, request, {
      onEpoch: ({ epoch }) => void (epoch === 2 && controller.abort()),
      ...{ abort: controller.signal, keeper }
    })
    await expect(first).rejects.toThrow(TrialPaused)
    const told: number[] = []
    const second = await runTrial(engine, request, { onEpoch: ({ epoch }) => told.push(epoch), abort: never, keeper })
    expect(figuresOf(second)).toEqual(figuresOf(whole))
    expect(told).toEqual([1, 2, 3])
  }
)

test('a checkpoint of other data or of another program is passed over', async () => {
  const request = requestMakers.sequences(small, { ...budgets.smoke, sequenceStride: 800 }, 1)
  const keeper = memoryKeeper(0)
  const run = (asked: typeof request, from?: CheckpointKeeper) =>
    runTrial(engine, asked, { onEpoch: () => {}, abort: never, keeper: from }).then(figuresOf)
  const whole = await run(request, keeper)
  const { json, arrays } = decodeCheckpoint(keeper.kept!)
  // Whoever goes on from this one is lost.
  for (const values of Object.values(arrays)) values.fill(0)
  const from = (changed: unknown): CheckpointKeeper => ({
    ...{ everyMilliseconds: 3_600_000, isPaused: () => true, write: () => Promise.resolve() },
    read: () => Promise.resolve({ json: changed, arrays })
  })
  expect(await run(request, from(json))).not.toEqual(whole)
  const { training } = json as { training: { environment: object } }
  const environment = { ...training.environment, appVersion: '0.0.1' }
  expect(await run(request, from({ ...(json as object), training: { ...training, environment } }))).toEqual(whole)
  const other = { ...request, seed: 2 }
  expect(await run(other, from(json))).toEqual(await run(other))
})
