import * as v from 'valibot'
import { expect, test } from 'vitest'
import { version } from '../../../../package.json'
import { budgets, requestFor } from '../budgets'
import { trialIdOf } from '../trial-result'
import {
  CheckpointRef,
  Outcome,
  parseText,
  plainText,
  TrialJob,
  trialProtocol,
  WorkerCard,
  workerName
} from './protocol'
import { RepeatingTask } from './repeating-task'
import { waitingSentence } from './worker-list'

const request = requestFor({}, budgets.smoke, 1)
const job = { version, protocol: trialProtocol, study: '0123456789abcdef', trial: trialIdOf(request), request }
const blob = { sha256: 'a'.repeat(64), bytes: 5 }

test('a job is one of this version, and its names are hashes', () => {
  expect(v.parse(TrialJob, job)).toEqual(job)
  for (const changed of [
    { version: '0.0.1' },
    { protocol: trialProtocol + 1 },
    { trial: '../../../../../etc' },
    { trial: 'A'.repeat(16) },
    { study: 'x' },
    { request: { ...request, batchSize: 1e9 } },
    { request: { ...request, kind: 'shell' } },
    { more: 1 }
  ])
    expect(v.safeParse(TrialJob, { ...job, ...changed }).success, JSON.stringify(changed)).toBe(false)
})

test('what is no JSON, or JSON of another shape, is nothing', () => {
  const outcome = { kind: 'finished', attempt: 1, worker: 'one', result: blob }
  expect(parseText(Outcome, JSON.stringify(outcome))).toEqual(outcome)
  for (const text of [null, '', '{', 'null', '[]', JSON.stringify({ ...outcome, worker: 'a\nb' })])
    expect(parseText(Outcome, text)).toBeUndefined()
  expect(parseText(CheckpointRef, JSON.stringify({ blob: { ...blob, bytes: -1 }, step: 1 }))).toBeUndefined()
  expect(parseText(CheckpointRef, JSON.stringify({ blob: { ...blob, sha256: '../x' }, step: 1 }))).toBeUndefined()
})

test('a worker is called what can stand in a line', () => {
  for (const text of ['studio.local', 'Büro\n2', '', 'x'.repeat(200)])
    expect(v.safeParse(WorkerCard, { id: '0'.repeat(16), name: workerName(text), version, protocol: 1 }).success).toBe(
      true
    )
})

test('words from a queue are one line that a terminal shows and does not obey', () => {
  expect(plainText('The loss\n became \u001b[31mNaN\u202e.')).toBe('The loss  became  [31mNaN .')
  expect(plainText('x'.repeat(10_000))).toHaveLength(500)
})

test('who waits is told why', () => {
  const card = (of: string): WorkerCard => ({ id: '0'.repeat(16), name: 'w', version: of, protocol: trialProtocol })
  expect(waitingSentence([card(version), card('0.0.9')])).toBe('')
  expect(waitingSentence([])).toContain(`No worker of version ${version} listens: start "siglab worker`)
  const sentence = waitingSentence([card('0.0.9'), card('0.0.9'), { ...card(version), protocol: 99 }])
  expect(sentence).toContain(`2 of version 0.0.9, 1 of version ${version} with another protocol`)
})

test('a task that is asked for while it runs, runs once more, and a failure ends nothing', async () => {
  let [count, running, most] = [0, 0, 0]
  const task = new RepeatingTask(async () => {
    count += 1
    running += 1
    most = Math.max(most, running)
    await Promise.resolve()
    running -= 1
    if (count === 1) throw new Error('once')
  })
  for (let index = 0; index < 10; index += 1) task.ask()
  await task.settled()
  expect({ count, most }).toEqual({ count: 2, most: 1 })
  task.ask()
  await task.settled()
  expect(count).toBe(3)
})
