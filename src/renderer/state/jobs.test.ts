import { expect, test } from 'vitest'
import { Jobs } from './jobs.svelte'

test('a row appears, moves, and keeps what is not said anew', () => {
  const jobs = new Jobs()
  let cancelled = 0
  jobs.put('a', { title: 'Writing a.wav' }, () => (cancelled += 1))
  jobs.put('a', { share: 0.25, secondsLeft: 12 })
  expect(jobs.rows).toMatchObject([{ id: 'a', title: 'Writing a.wav', share: 0.25, secondsLeft: 12 }])
  jobs.rows[0].cancel?.()
  expect(cancelled).toBe(1)
})

test('an end with a sentence stays until it is dismissed; a silent or cancelled one goes at once', () => {
  const jobs = new Jobs()
  for (const id of ['a', 'b', 'c']) jobs.put(id, { title: id })
  jobs.end('a', { kind: 'done', message: 'Round trip: largest difference 0' })
  jobs.end('b', { kind: 'done', message: '' })
  jobs.end('c', { kind: 'cancelled' })
  expect(jobs.rows.map(({ id }) => id)).toEqual(['a'])
  expect(jobs.rows[0].cancel).toBeUndefined()
  jobs.dismiss('a')
  expect(jobs.rows).toEqual([])
})

test('work that runs in a process that ended has failed with its reason', () => {
  const jobs = new Jobs()
  jobs.put('a', { title: 'Opening big.wav', share: 0.5 })
  jobs.loseAll('The laboratory was started anew.')
  expect(jobs.rows[0].state).toEqual({ kind: 'failed', message: 'The laboratory was started anew.' })
  expect(jobs.running).toEqual([])
})
