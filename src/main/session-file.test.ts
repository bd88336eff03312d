import { expect, test } from 'vitest'
import type { Session } from '../contract/session'
import { parseJsonFile } from './json-store'
import { fromStored, sessionFile, toStored } from './session-file'

const session: Session = {
  channel: 1,
  modelId: 'universal',
  frequenciesHz: [50, 120],
  view: { start: 10, end: 500.5 },
  selection: null,
  cursors: { a: 20, b: null },
  markers: [{ name: 'Knock', place: 33 }],
  origin: { kind: 'file', file: { fileId: 'ticket', name: 'hum.wav' } }
}

test('a session comes back from its file with a new ticket and no other change', () => {
  const stored = toStored(session, (fileId) => (fileId === 'ticket' ? '/data/hum.wav' : undefined))
  const text = JSON.stringify({ version: 1, session: stored })
  const parsed = parseJsonFile(sessionFile, text)
  if (parsed.kind !== 'good' || parsed.value === null) throw new Error(`Expected a good session. Received: ${text}`)
  const granted: string[] = []
  const back = fromStored(parsed.value, (path) => {
    granted.push(path)
    return { fileId: 'another', name: 'hum.wav' }
  })
  expect(granted).toEqual(['/data/hum.wav'])
  expect(back).toEqual({ ...session, origin: { kind: 'file', file: { fileId: 'another', name: 'hum.wav' } } })
})

test('a file whose ticket nobody gave is not kept', () => {
  expect(toStored(session, () => undefined)).toBeNull()
})

test('the bundled mix and generated ones need no ticket', () => {
  const demo = { ...session, origin: { kind: 'demo' } } as const
  expect(toStored(demo, () => undefined)).toEqual(demo)
  expect(fromStored(demo, () => ({ fileId: '', name: '' }))).toEqual(demo)
})
