/** Studies and workers at a Redis of their own: what is promised of trials. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Queue } from 'bullmq'
import { TrialAborted, TrialFailed } from '../runner'
import type { TrialEpoch } from '../trial-result'
import { putBlob } from './blobs'
import { keyPrefix, keys, queueName } from './protocol'
import { hasRedis, TestRedis } from './redis.testing'
import { never, studioAt, trialOf, until, type Studio } from './studio.testing'

describe.skipIf(!hasRedis)('a queue (needs redis-server)', () => {
  let redis: TestRedis
  let base: string
  let studio: Studio
  let index = 0
  beforeAll(async () => {
    redis = await TestRedis.start()
    base = await mkdtemp(join(tmpdir(), 'siglab-queue-'))
  })
  afterAll(async () => {
    await redis.remove()
    await rm(base, { recursive: true })
  })
  beforeEach(() => {
    index += 1
    studio = studioAt(redis.url, join(base, String(index)))
  })

  /** The queue itself, past runners and workers; whoever opens it quits the client. */
  const openQueue = () => {
    const client = new Redis(redis.port, { maxRetriesPerRequest: null })
    return { client, queue: new Queue(queueName, { connection: client, prefix: keyPrefix }) }
  }

  test('runs a trial on a worker, tells its epochs, keeps its result, and leaves nothing behind', async () => {
    const runner = await studio.openRunner()
    const worker = await studio.work('one')
    const told: TrialEpoch[] = []
    const trial = trialOf(1)
    const found = await runner.run(trial, { onEpoch: (epoch) => (told.push(epoch), 'go on'), abort: never })
    expect(found).toMatchObject({ r2: 0.5, request: trial.request, isStopped: false })
    const kept = await readFile(join(studio.results, trial.id, 'result.json'), 'utf8')
    expect(JSON.parse(kept)).toEqual(found)
    // Those that were told in time, each once.
    expect(told).toEqual(found.epochs.slice(0, told.length))
    expect(await worker.end()).toMatchObject({ finished: 1, lost: 0 })
    expect(await readdir(worker.scratch)).toEqual([])
    await runner.close()
    const client = new Redis(redis.port)
    expect(await client.keys(`${keyPrefix}:blob:*`)).toEqual([])
    expect(await client.keys(`${keyPrefix}:study:*`)).toEqual([])
    await client.quit()
  })

  test('a trial that its study gives up ends with what it has', async () => {
    const [runner, worker] = [await studio.openRunner(), await studio.work('one', { epochs: 5000 })]
    const onEpoch = ({ epoch }: TrialEpoch) => (epoch >= 3 ? 'stop' : 'go on')
    const found = await runner.run(trialOf(2), { onEpoch, abort: never })
    expect(found.isStopped).toBe(true)
    await worker.end()
    await runner.close()
  })

  test('a trial that is given back goes on at its checkpoint, elsewhere', async () => {
    const runner = await studio.openRunner()
    const first = await studio.work('first', { epochs: 40 })
    const controller = new AbortController()
    let isGiven = false
    const run = runner.run(trialOf(3), {
      onEpoch({ epoch }) {
        if (epoch >= 5) isGiven = true
        return 'go on'
      },
      abort: controller.signal
    })
    await until(() => isGiven)
    expect(await first.end()).toMatchObject({ given: 1, finished: 0 })
    const second = await studio.work('second', { epochs: 40 })
    expect((await run).epochs).toHaveLength(40)
    expect(await second.end()).toMatchObject({ finished: 1 })
    // No epoch was computed twice: the last one before the end may not have been written down.
    const computed = await studio.epochsComputed()
    expect(computed.length - new Set(computed).size).toBeLessThanOrEqual(1)
    await runner.close()
  })

  test('a study that is stopped cancels what waits and what runs', async () => {
    const runner = await studio.openRunner()
    const worker = await studio.work('one', { epochs: 5000 })
    const controller = new AbortController()
    const hooks = (isFirst: boolean) => ({
      onEpoch: () => (isFirst && controller.abort(), 'go on' as const),
      abort: controller.signal
    })
    const runs = [runner.run(trialOf(4), hooks(true)), runner.run(trialOf(5), hooks(false))]
    // Either may be the first to end.
    await Promise.all(runs.map((run) => expect(run).rejects.toThrow(TrialAborted)))
    await until(() => worker.notes.some((note) => note.includes('cancelled')))
    await runner.close()
    expect(await worker.end()).toMatchObject({ cancelled: 1, finished: 0 })
    const { client, queue } = openQueue()
    expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0)
    await client.quit()
  })

  test('a study that is stopped at any moment leaves nothing to do', async () => {
    const runner = await studio.openRunner()
    const { client, queue } = openQueue()
    for (let milliseconds = 0; milliseconds < 40; milliseconds += 1) {
      const controller = new AbortController()
      const run = runner.run(trialOf(100 + milliseconds), { onEpoch: () => 'go on', abort: controller.signal })
      setTimeout(() => controller.abort(), milliseconds)
      await expect(run).rejects.toThrow(TrialAborted)
      expect(await queue.getJobCountByTypes('waiting', 'active', 'delayed')).toBe(0)
    }
    await runner.close()
    await client.quit()
  })

  test('a trial that was cancelled before a worker had it is not begun', async () => {
    const runner = await studio.openRunner()
    const trial = trialOf(10)
    const run = runner.run(trial, { onEpoch: () => 'go on', abort: never })
    const { client, queue } = openQueue()
    let jobs = await queue.getWaiting()
    while (jobs.length === 0) jobs = await queue.getWaiting()
    await client.set(keys.wish(jobs[0].id!), 'cancel')
    const worker = await studio.work('one')
    await until(() => worker.notes.some((note) => note.includes('cancelled')))
    // Its study, which has not cancelled it, asks for it again.
    await client.del(keys.wish(jobs[0].id!))
    expect((await run).isStopped).toBe(false)
    expect(await worker.end()).toMatchObject({ cancelled: 1, finished: 1 })
    expect(await studio.epochsComputed()).toEqual([1, 2, 3, 4, 5])
    await runner.close()
    await client.quit()
  })

  test('what a trial does wrong itself is told at once, what breaks off is tried three times', async () => {
    const runner = await studio.openRunner()
    const diverging = await studio.work('one', {
      behaviour: "if (epoch === 2) { say({ failure: 'The loss became NaN.' }); process.exit(1) }"
    })
    const hooks = { onEpoch: () => 'go on' as const, abort: never }
    const failed = runner.run(trialOf(6), hooks)
    await expect(failed).rejects.toThrow(TrialFailed)
    await expect(failed).rejects.toThrow('The loss became NaN.')
    expect(await diverging.end()).toMatchObject({ failed: 1 })
    // Nobody would go on from its checkpoints.
    expect(redis.cli('EXISTS', keys.checkpoints(trialOf(6).id))).toBe('0')
    const breaking = await studio.work('two', {
      behaviour: "console.error('Out of memory.'); process.kill(process.pid, 9)"
    })
    const broken = runner.run(trialOf(7), hooks)
    await expect(broken).rejects.toThrow(
      'broke off 3 times, at last on two: A trial ended with code null and no result: Out of memory.'
    )
    expect(await breaking.end()).toMatchObject({ broken: 3 })
    await runner.close()
  })

  test('jobs that are none are refused, and nothing of them is run', async () => {
    const worker = await studio.work('one')
    const { client, queue } = openQueue()
    const { request } = trialOf(8)
    const job = { version: '0.0.1', protocol: 1, study: '0'.repeat(16), trial: '../../../../etc', request }
    await queue.add('trial', job, { jobId: 'a' })
    await queue.add('trial', { ...job, version: queueName.split('-')[1] }, { jobId: 'b' })
    await queue.add('trial', { ...job, version: queueName.split('-')[1], trial: 'f'.repeat(16) }, { jobId: 'c' })
    await until(() => worker.notes.filter((note) => note.includes('refused')).length === 3)
    expect(await worker.end()).toMatchObject({ finished: 0 })
    expect(await readdir(worker.scratch)).toEqual([])
    await expect(readFile(studio.log)).rejects.toThrow('ENOENT')
    for (const id of ['a', 'b', 'c']) await queue.remove(id)
    await client.quit()
  })

  test('a checkpoint whose hash does not hold is passed over for the one before it', async () => {
    const trial = trialOf(9)
    const client = new Redis(redis.port)
    const [good, bad] = [await putBlob(client, Buffer.from('3')), await putBlob(client, Buffer.from('4'))]
    await client.set(keys.blobChunk(bad.sha256, 0), '9')
    for (const [step, blob] of [good, bad].entries())
      await client.lpush(keys.checkpoints(trial.id), JSON.stringify({ blob, step }))
    const [runner, worker] = [await studio.openRunner(), await studio.work('one')]
    await runner.run(trial, { onEpoch: () => 'go on', abort: never })
    expect(await studio.epochsComputed()).toEqual([4, 5])
    await worker.end()
    await runner.close()
    await client.quit()
  })

  test('a study says that nobody of its version listens, and which versions do', async () => {
    const client = new Redis(redis.port)
    await client.del(keys.workers)
    const card = { id: 'f'.repeat(16), name: 'old', version: '0.0.9', protocol: 1 }
    const [seconds] = await client.time()
    await client.zadd(keys.workers, Number(seconds) * 1000, JSON.stringify(card))
    const notes: string[] = []
    const runner = await studio.openRunner(notes)
    expect(notes).toHaveLength(1)
    expect(notes[0]).toMatch(/^No worker of version .* listens; those that do \(1 of version 0\.0\.9\)/)
    expect(await runner.concurrency()).toBe(1)
    await runner.close()
    await client.quit()
  })
})
