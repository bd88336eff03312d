/** A Redis that is there and says no, for a while or for good, to studies and workers in the middle of trials. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { RunnerUnusable, TrialAborted } from '../runner'
import { parseQueueAddress } from './address'
import { QueueConnection } from './connection'
import { keyPrefix, queueName } from './protocol'
import { hasRedis, TestRedis } from './redis.testing'
import { never, studioAt, trialOf, until, type Studio } from './studio.testing'

const hooks = { onEpoch: () => 'go on' as const, abort: never }
const seconds = (count: number) => new Promise((resolve) => setTimeout(resolve, 1000 * count))
const noRights = 'does not let this user do what trials need; it needs ~signal-lab:* with all commands.'

interface Trouble {
  readonly refusal: string
  begin(redis: TestRedis): unknown
  end(redis: TestRedis): unknown
}

const troubles: readonly Trouble[] = [
  {
    refusal: 'OOM',
    begin: (redis) => redis.cli('CONFIG', 'SET', 'maxmemory', '1'),
    end: (redis) => redis.cli('CONFIG', 'SET', 'maxmemory', '0')
  },
  {
    refusal: 'NOREPLICAS',
    begin: (redis) => redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '1'),
    end: (redis) => redis.cli('CONFIG', 'SET', 'min-replicas-to-write', '0')
  },
  {
    refusal: 'READONLY',
    // Nobody listens there: it keeps what it has.
    begin: (redis) => redis.cli('REPLICAOF', '127.0.0.1', '1'),
    end: (redis) => redis.cli('REPLICAOF', 'NO', 'ONE')
  },
  {
    refusal: 'MISCONF',
    async begin(redis) {
      redis.cli('CONFIG', 'SET', 'save', '3600 1')
      await rm(redis.folder, { recursive: true })
      redis.cli('BGSAVE')
    },
    end: (redis) => redis.cli('CONFIG', 'SET', 'stop-writes-on-bgsave-error', 'no')
  },
  {
    refusal: 'BUSY',
    begin(redis) {
      redis.cli('CONFIG', 'SET', 'busy-reply-threshold', '100')
      const client = new Redis(redis.port)
      void client.eval('while true do end', 0).catch(() => client.disconnect())
    },
    end: (redis) => redis.cli('SCRIPT', 'KILL')
  }
]

describe.skipIf(!hasRedis)('a queue that refuses (needs redis-server)', () => {
  let redis: TestRedis
  let folder: string
  let studio: Studio
  beforeEach(async () => {
    redis = await TestRedis.start()
    folder = await mkdtemp(join(tmpdir(), 'siglab-refusals-'))
    studio = studioAt(redis.url, folder)
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await redis.remove()
    await rm(folder, { recursive: true })
  })

  test.each(troubles)('$refusal for four leases costs time alone, and is told once', async (trouble) => {
    const notes: string[] = []
    const runner = await studio.openRunner(notes)
    const epochs = 40
    const workers = [await studio.work('one', { epochs }), await studio.work('two', { epochs })]
    const runs = [trialOf(1), trialOf(2), trialOf(3)].map((trial) => runner.run(trial, hooks))
    await until(() => workers.every((worker) => worker.notes.some((note) => note.includes('attempt 1'))))
    await seconds(0.3)
    await trouble.begin(redis)
    await seconds(1)
    runs.push(runner.run(trialOf(4), hooks))
    await seconds(3)
    await trouble.end(redis)
    for (const { isStopped, epochs: found } of await Promise.all(runs))
      expect({ isStopped, count: found.length }).toEqual({ isStopped: false, count: epochs })
    // Long enough that the end of it is told.
    await seconds(2.5)
    for (const told of [notes, ...workers.map((worker) => worker.notes)]) {
      const refused = told.filter((note) => note.includes(`refuses what it is told (${trouble.refusal})`))
      expect(refused, told.join('\n')).toHaveLength(1)
      expect(told.filter((note) => note.includes('takes what it is told again'))).toHaveLength(1)
    }
    expect(notes.filter((note) => /lost|forgotten|No worker/.test(note)).slice(1)).toEqual([])
    const tallies = await Promise.all(workers.map((worker) => worker.end()))
    expect(tallies.reduce((sum, { finished }) => sum + finished, 0)).toBe(4)
    for (const tally of tallies) expect(tally).toMatchObject({ failed: 0, broken: 0, lost: 0, cancelled: 0, given: 0 })
    // Every epoch of each trial was computed once.
    const computed = (await studio.epochsComputed()).sort((a, b) => a - b)
    expect(computed).toEqual(Array.from({ length: 4 * epochs }, (_, index) => 1 + Math.floor(index / 4)))
    await runner.close()
  })

  test('a study and a worker that wait end when they are told to, and nothing is left to do', async () => {
    const runner = await studio.openRunner()
    const worker = await studio.work('one', { epochs: 5000 })
    const waitingWorker = await studio.work('two', { epochs: 10 })
    const controller = new AbortController()
    // One that is trained, one whose result waits, and one that could not be submitted.
    const runs = [1, 2].map((seed) => runner.run(trialOf(seed), { ...hooks, abort: controller.signal }))
    const workers = [worker, waitingWorker]
    await until(() => workers.every(({ notes }) => notes.some((note) => note.includes('attempt 1'))))
    redis.cli('CONFIG', 'SET', 'maxmemory', '1')
    runs.push(runner.run(trialOf(3), { ...hooks, abort: controller.signal }))
    await until(() => workers.every(({ notes }) => notes.some((note) => note.includes('(OOM)'))))
    await seconds(1)
    const began = performance.now()
    controller.abort()
    for (const run of runs) await expect(run).rejects.toThrow(TrialAborted)
    await runner.close()
    await until(() => workers.every(({ notes }) => notes.some((note) => note.includes('its lease was lost'))))
    for (const { end } of workers) expect(await end()).toMatchObject({ finished: 0, failed: 0, broken: 0, lost: 1 })
    expect(performance.now() - began).toBeLessThan(5000)
    redis.cli('CONFIG', 'SET', 'maxmemory', '0')
    for (const list of ['wait', 'active']) expect(redis.cli('LLEN', `${keyPrefix}:${queueName}:${list}`)).toBe('0')
  })

  test('a checkpoint that finds no room is told, leaves nothing behind, and its trial trains on', async () => {
    const runner = await studio.openRunner()
    const used = Number(/used_memory:(\d+)/.exec(redis.cli('INFO', 'memory'))![1])
    redis.cli('CONFIG', 'SET', 'maxmemory', String(used + 8 * 2 ** 20))
    const worker = await studio.work('one', { epochs: 30, checkpointBytes: 24 * 2 ** 20 })
    expect((await runner.run(trialOf(1), hooks)).epochs).toHaveLength(30)
    const told = worker.notes.filter((note) => note.includes('refused its checkpoint of 24.0 MiB (OOM). It trains on'))
    expect(told).toHaveLength(1)
    expect(await worker.end()).toMatchObject({ finished: 1, lost: 0, broken: 0 })
    await runner.close()
    expect(redis.cli('KEYS', `${keyPrefix}:blob:*`)).toBe('')
  })

  /** An address of a user with these rights. */
  const userWith = (...rights: string[]) => {
    redis.cli('ACL', 'SETUSER', 'lab', 'reset', 'on', '>pw', '~signal-lab:*', '&*', ...rights)
    return redis.url.replace('//', '//lab:pw@')
  }

  test.each([
    ['to write', ['+@read', '+@connection', '+info', '+time']],
    ['to run scripts', ['+@all', '-eval', '-evalsha']],
    ['to one command inside a script', ['+@all', '-xadd']],
    ['to ask for the version', ['+@all', '-info']]
  ])('a user without the right %s: both sides end with a sentence', async (_, rights) => {
    // The client warns of it on the console.
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const url = userWith(...rights)
    // What a user lacks inside a script is seen when there is something to do.
    const owner = await studio.openRunner()
    const waiting = owner.run(trialOf(9), hooks)
    waiting.catch(() => undefined)
    const worker = await studio.work('one', { url })
    await expect(worker.ended).rejects.toThrow(RunnerUnusable)
    await expect(worker.ended).rejects.toThrow(noRights)
    // The error that ends it is all it says.
    expect(worker.notes.filter((note) => !/listens|attempt 1/.test(note))).toEqual([])
    const study = studio.openRunner([], url).then((runner) => runner.run(trialOf(1), hooks))
    await expect(study).rejects.toThrow(RunnerUnusable)
    await expect(study).rejects.toThrow(noRights)
    await owner.close()
  })

  test('the rights that docs/several-machines.md names are enough', async () => {
    const url = userWith('+@all', '-@dangerous', '+info')
    const [runner, worker] = [await studio.openRunner([], url), await studio.work('one', { url })]
    expect((await runner.run(trialOf(1), hooks)).isStopped).toBe(false)
    expect(await worker.end()).toMatchObject({ finished: 1 })
    await runner.close()
  })

  test('a user whose rights or password are taken away in the middle of a trial: the same', async () => {
    for (const take of [
      () => redis.cli('ACL', 'SETUSER', 'lab', '-@write'),
      () => (redis.cli('ACL', 'SETUSER', 'lab', 'resetpass', '>other'), redis.cli('CLIENT', 'KILL', 'USER', 'lab'))
    ]) {
      const url = userWith('+@all')
      const runner = await studio.openRunner([], url)
      const worker = await studio.work('one', { url, epochs: 5000 })
      const run = runner.run(trialOf(1), hooks)
      run.catch(() => undefined)
      await until(() => worker.notes.some((note) => note.includes('attempt 1')))
      take()
      for (const side of [run, worker.ended]) await expect(side).rejects.toThrow(RunnerUnusable)
      await expect(run).rejects.toThrow(/does not let this user|refuses the password/)
      await runner.close()
      redis.cli('FLUSHALL')
    }
  })

  test('what else keeps trials from a worker is told once, and it asks again', async () => {
    const wait = `${keyPrefix}:${queueName}:wait`
    redis.cli('SET', wait, 'not a list')
    const worker = await studio.work('one')
    await seconds(2)
    const told = worker.notes.filter((note) => note.includes('gives no trial and is asked again: WRONGTYPE'))
    expect(told).toHaveLength(1)
    redis.cli('DEL', wait)
    const runner = await studio.openRunner()
    expect((await runner.run(trialOf(1), hooks)).isStopped).toBe(false)
    await worker.end()
    await runner.close()
  })

  test('a queue that takes connections and does not answer is told of at the start', async () => {
    redis.freeze(true)
    const notes: string[] = []
    const opened = QueueConnection.open(parseQueueAddress(redis.url), {
      note: (sentence) => notes.push(sentence),
      abort: never
    })
    await until(() => notes.length > 0)
    expect(notes[0]).toMatch(/does not answer; waiting for it\.$/)
    redis.freeze(false)
    ;(await opened).end()
    expect(notes).toHaveLength(2)
  })
})
