import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamsPlan } from '../../../core/dataset/streams'
import { BlocksAhead } from './blocks-ahead'
import { eventually } from '../../../core/eventually.testing'

const { countedThreads, refusal, threads } = await vi.hoisted(() => import('./threads.testing'))
vi.mock('node:worker_threads', countedThreads)
const script = vi.hoisted(() => ({ replaced: undefined as string | undefined }))
vi.mock('./block-thread?thread', async (original) => {
  const real = await original<{ default: string }>()
  return {
    get default() {
      return script.replaced ?? real.default
    }
  }
})
/** Fails where it is told to, whoever makes the block. */
const broken = vi.hoisted(() => ({ at: Infinity }))
vi.mock('../../../core/dataset/streams', async (original) => {
  const real = await original<typeof import('../../../core/dataset/streams')>()
  return {
    makeStreams(plan: StreamsPlan) {
      const streams = real.makeStreams(plan)
      const next = streams.next.bind(streams)
      let calls = 0
      streams.next = (tickCount) => {
        if (++calls > broken.at) throw new RangeError('The streams have run dry.')
        return next(tickCount)
      }
      return streams
    }
  }
})

beforeEach(() => {
  vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'on')
  threads.started = 0
})
afterEach(async () => {
  vi.unstubAllEnvs()
  script.replaced = refusal.message = undefined
  broken.at = Infinity
  await eventually(() => expect(threads.running.size).toBe(0))
})

const tones: StreamsPlan = {
  ...{ kind: 'tones', rowCount: 3, seed: 7, purpose: 'streams' },
  task: {
    ...{ sampleRate: 300, modelRate: 50, frequenciesHz: [1, 3, 5], noise: [0.1, 0.3], amplitude: [0.8, 1.2] },
    ...{ meanLife: 0.5, inputScale: 2, targetScale: 3 }
  }
}
const joint: StreamsPlan = {
  ...{ kind: 'joint', rowCount: 8, seed: 7, purpose: 'streams' },
  task: {
    ...{ samplesPerSpacing: 100, ticksPerSpacing: 25, toneCount: 4, frequencies: { kind: 'drawn', range: [0.5, 12] } },
    ...{ amplitude: [0.5, 1.5], absentShare: 0.1, strangerShare: 0.1, noise: [0.02, 0.6], meanLife: 1 }
  }
}
const tickCount = 12

async function take(blocks: BlocksAhead, count: number) {
  const taken = []
  for (let index = 0; index < count; index += 1) taken.push({ block: await blocks.next(), state: blocks.state })
  return taken
}

/** The same without a thread. */
async function alone(plan: StreamsPlan, count: number) {
  vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'off')
  const taken = await take(new BlocksAhead(plan, tickCount), count)
  vi.stubEnv('SIGNAL_LAB_DATA_THREAD', 'on')
  return taken
}

describe.each([
  ['tones', tones],
  ['tones behind a joint fit', joint]
])('%s', (_, plan) => {
  test('blocks and states are the same bits with a thread and without one', async () => {
    const expected = await alone(plan, 12)
    expect(threads.started).toBe(0)
    const blocks = new BlocksAhead(plan, tickCount)
    expect(await take(blocks, 12)).toEqual(expected)
    expect(blocks.isAhead).toBe(true)
    expect(threads.started).toBe(1)
    blocks.dispose()
  })

  test('a state that is taken while the next block is in the making goes on behind the block that was taken', async () => {
    const expected = await alone(plan, 10)
    const blocks = new BlocksAhead(plan, tickCount)
    const { state } = (await take(blocks, 5))[4]
    blocks.dispose()
    const resumed = new BlocksAhead(plan, tickCount)
    await take(resumed, 2)
    resumed.restore(state)
    expect(await take(resumed, 5)).toEqual(expected.slice(5))
    resumed.dispose()
  })
})

test('a thread that dies, or cannot be started, changes nothing but the time', async () => {
  const expected = await alone(joint, 8)
  const dying = new BlocksAhead(joint, tickCount)
  const before = await take(dying, 4)
  for (const worker of threads.running) await worker.terminate()
  expect([...before, ...(await take(dying, 4))]).toEqual(expected)
  expect(dying.isAhead).toBe(false)

  script.replaced = 'throw new Error("The thread is broken.")'
  const stillborn = new BlocksAhead(joint, tickCount)
  expect(await take(stillborn, 8)).toEqual(expected)
  expect(threads.started).toBe(2)

  refusal.message = 'No more threads.'
  expect(await take(new BlocksAhead(joint, tickCount), 8)).toEqual(expected)
  expect(threads.started).toBe(2)
})

test("what is wrong with the streams themselves is told in the streams' own words", async () => {
  script.replaced = 'throw new Error("It came to nothing in the thread.")'
  broken.at = 3
  const blocks = new BlocksAhead(joint, tickCount)
  await take(blocks, 3)
  await expect(blocks.next()).rejects.toThrow(new RangeError('The streams have run dry.'))
})

test('a thread is started once enough time went into blocks, and never where there is to be one thread only', async () => {
  vi.stubEnv('SIGNAL_LAB_DATA_THREAD', '')
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '2')
  const blocks = new BlocksAhead(joint, tickCount)
  await blocks.next()
  expect(blocks.isAhead).toBe(false)
  let count = 1
  for (; count < 10_000 && !blocks.isAhead; count += 1) await blocks.next()
  expect(blocks.isAhead).toBe(true)
  blocks.dispose()
  vi.stubEnv('TF_NUM_INTRAOP_THREADS', '1')
  const modest = new BlocksAhead(joint, tickCount)
  await take(modest, 2 * count)
  expect(modest.isAhead).toBe(false)
})
