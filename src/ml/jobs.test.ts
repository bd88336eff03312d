import { expect, test } from 'vitest'
import { CancelledError, Jobs } from './jobs'

function start() {
  const heard: unknown[] = []
  let time = 0
  const jobs = new Jobs({ emit: (name, event) => heard.push({ name, ...event }), now: () => time })
  return { jobs, heard, pass: (milliseconds: number) => (time += milliseconds) }
}
const named = { jobId: 'j', title: 'Writing a.wav' }

test('a job tells its start, at most ten shares a second, and its end with a sentence', async () => {
  const { jobs, heard, pass } = start()
  const result = await jobs.run(
    named,
    async ({ advance }) => {
      for (let step = 1; step <= 100; step += 1) {
        pass(10)
        advance(step / 100)
      }
      return 5
    },
    (count) => `${count} written`
  )
  expect(result).toBe(5)
  expect(heard).toHaveLength(1 + 10 + 1)
  expect(heard[5]).toEqual({ name: 'jobAdvanced', ...named, share: 0.5, secondsLeft: 0.5 })
  expect(heard.at(-1)).toEqual({ name: 'jobEnded', ...named, outcome: { kind: 'done', message: '5 written' } })
})

test('a cancelled job sees its abort signal and ends as cancelled', async () => {
  const { jobs, heard } = start()
  const work = jobs.run(named, async ({ abort }) => {
    await Promise.resolve()
    if (abort.aborted) throw new CancelledError()
  })
  jobs.cancel('j')
  jobs.cancel('unknown')
  await expect(work).rejects.toThrow(CancelledError)
  expect(heard.at(-1)).toMatchObject({ outcome: { kind: 'cancelled' } })
})

test('a job that throws ends as failed with its message, and its id is free again', async () => {
  const { jobs, heard } = start()
  const fail = () => jobs.run(named, () => Promise.reject(new Error('The disk is full.')))
  await expect(fail()).rejects.toThrow('The disk is full.')
  expect(heard.at(-1)).toMatchObject({ outcome: { kind: 'failed', message: 'The disk is full.' } })
  await expect(fail()).rejects.toThrow('The disk is full.')
})

test('an id that runs and a seventeenth job are refused', async () => {
  const { jobs } = start()
  const forever = () => new Promise<void>(() => {})
  for (let index = 0; index < 16; index += 1) void jobs.run({ jobId: `j${index}`, title: '' }, forever)
  await expect(jobs.run({ jobId: 'j3', title: '' }, forever)).rejects.toMatchObject({ code: 'bad-request' })
  await expect(jobs.run({ jobId: 'j16', title: '' }, forever)).rejects.toMatchObject({ code: 'busy' })
})
