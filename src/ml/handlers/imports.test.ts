/** Opening by choice behind the contract's schemas, without an engine. */
import { mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { lab } from '../../contract/lab'
import { wavHeaderBytes } from '../../core/signal/wav-write'
import { Jobs } from '../jobs'
import { SignalStore } from '../signals/signal-store'
import type { LabContext } from './context'
import { importHandlers } from './imports'
import { signalHandlers } from './signals'
import { eventually } from '../../core/eventually.testing'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'imports-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

function laboratory() {
  const events: { name: string; event: Record<string, unknown> }[] = []
  const emit = (name: string, event: unknown) => void events.push({ name, event: event as Record<string, unknown> })
  const signals = new SignalStore()
  const context = {
    ...{ signals, emit, cacheFolder: join(folder, 'cache'), resourcesFolder: 'resources' },
    jobs: new Jobs({ emit }),
    pathOf: async (fileId: string) => (fileId === 'absent' ? undefined : join(folder, fileId))
  } as unknown as LabContext
  const last = (name: string) => events.filter((one) => one.name === name).pop()?.event
  return { ...importHandlers(context), ...signalHandlers(context), events, last, signals, jobs: context.jobs }
}
const written = (name: string, content: string) => writeFile(join(folder, name), content)
const long = (count: number) =>
  `time (s),u,w\n${Array.from({ length: count }, (_, n) => `${(n / 1000).toFixed(3)},${n % 97},${n % 89}.5`).join('\n')}\n`

test('proposal, preview and signal of a file pass the contract, and the page hears no path', async () => {
  await written('a.csv', 'time (s),u\n0,1.5\n0.5,2.5\n1,3.5\n')
  const { proposeImport, previewImport, openSignal, proposeRawImport } = laboratory()
  const proposal = v.parse(lab.calls.proposeImport.response, await proposeImport({ fileId: 'a.csv' }))
  const preview = await previewImport({ fileId: 'a.csv', choices: proposal.choices })
  expect(v.parse(lab.calls.previewImport.response, preview)).toMatchObject({ sampleRate: 2, sampleCount: 3 })
  const choices = { ...proposal.choices, sampleRate: 4 }
  const info = await openSignal({ signalId: 's', fileId: 'a.csv', choices })
  expect(v.parse(lab.calls.openSignal.response, info)).toMatchObject({ sampleRate: 4, sampleCount: 3, choices })
  expect(v.parse(lab.calls.proposeRawImport.response, await proposeRawImport({ fileId: 'a.csv' }))).toMatchObject({
    choices: { kind: 'raw' }
  })
  const failure = await Promise.resolve(proposeImport({ fileId: 'missing.csv' })).catch((error: Error) => error.message)
  expect(failure).toBe('missing.csv does not exist.')
  await expect(Promise.resolve().then(() => proposeImport({ fileId: 'absent' }))).rejects.toThrow('choose it again')
})

test('pasted numbers become a signal', async () => {
  const { proposeText, previewText, openText } = laboratory()
  const text = '1,5\t2,5\n3,5\t1,5\n2,5\t4,5\n'
  const { choices } = v.parse(lab.calls.proposeText.response, await proposeText({ text }))
  expect(await previewText({ text, choices })).toMatchObject({ channelNames: ['column 1', 'column 2'] })
  const info = await openText({ signalId: 's', text })
  expect(v.parse(lab.calls.openText.response, info)).toMatchObject({ name: 'Pasted numbers', sampleCount: 3 })
})

test('a long table opens at once, tells how far it is, and is complete in the end', async () => {
  await written('long.csv', long(500_000))
  const { openSignal, readOverview, last, closeSignal, events } = laboratory()
  const info = await openSignal({ signalId: 'long', fileId: 'long.csv' })
  expect(info.isLoading).toBe(true)
  expect(info.sampleCount).toBeLessThan(500_000)
  const picture = await readOverview({ signalId: 'long', channel: 1, columns: 100 })
  expect(picture.max.every((value) => value > 80)).toBe(true)
  await eventually(() => expect(last('signalChanged')).toMatchObject({ id: 'long', sampleCount: 500_000 }))
  expect(v.parse(lab.events.signalChanged, last('signalChanged'))).toMatchObject({ sampleRate: 1000, warnings: [] })
  // The beginning may have had a whole picture before.
  await eventually(async () =>
    expect((await readOverview({ signalId: 'long', channel: 1, columns: 100 })).isExact).toBe(true)
  )
  await eventually(() => expect(last('pictureAdvanced')).toEqual({ signalId: 'long', share: 1 }))
  // Where it takes long, looking through it is a job as well.
  const ended = events.flatMap(({ name, event }) => (name === 'jobEnded' ? [event] : []))
  expect(ended.find(({ jobId }) => jobId === 'read-long')).toMatchObject({ outcome: { kind: 'done' } })
  closeSignal({ signalId: 'long' })
})

test('a long table that is closed while it is read ends its job in silence', async () => {
  await written('closed.csv', long(500_000))
  const { openSignal, closeSignal, last, events } = laboratory()
  await openSignal({ signalId: 'closed', fileId: 'closed.csv' })
  closeSignal({ signalId: 'closed' })
  await eventually(() => expect(last('jobEnded')).toMatchObject({ jobId: 'read-closed' }))
  expect(events.map(({ name }) => name)).not.toContain('signalFailed')
  expect(events.map(({ name }) => name)).not.toContain('signalChanged')
})

test('a long table that is closed while it is read writes to no file that takes its place', async () => {
  // More numbers than are held: they are in a file of their own before half of it is read.
  const row = `${Array.from({ length: 16 }, (_, column) => column).join(',')}\n`
  await written('in-file.csv', row.repeat(600_000))
  const { openSignal, closeSignal, last, signals } = laboratory()
  await openSignal({ signalId: 'in-file', fileId: 'in-file.csv' })
  const { source } = signals.get('in-file')
  while (!((last('jobAdvanced')?.share as number) > 0.6)) await new Promise((resolve) => setImmediate(resolve))
  closeSignal({ signalId: 'in-file' })
  const other = await open(join(folder, 'other.bin'), 'w+')
  await eventually(() => expect(last('jobEnded')).toMatchObject({ jobId: 'read-in-file' }))
  expect((await other.stat()).size).toBe(0)
  await other.close()
  expect(() => source.read(0, 0, 10)).toThrow('was closed')
  source.close()
})

test('a long table that is resampled gets a picture of what it became', async () => {
  const text = `${long(400_000)}500,1,1.5\n500.001,2,2.5\n`
  await written('gap.csv', text)
  const { openSignal, proposeImport, readOverview, last } = laboratory()
  const { choices } = await proposeImport({ fileId: 'gap.csv' })
  await openSignal({
    signalId: 'gap',
    fileId: 'gap.csv',
    choices: { ...choices, uneven: 'resample' } as typeof choices
  })
  await eventually(() => expect(last('signalChanged')).toMatchObject({ sampleCount: 500_002 }))
  const { max } = await readOverview({ signalId: 'gap', channel: 0, columns: 500 })
  // A straight line over the gap, where there were tones.
  expect(Math.max(...max.subarray(450, 490))).toBeLessThan(40)
  expect(Math.max(...max.subarray(0, 390))).toBe(96)
})

test('looking through a very long recording is a job that can be cancelled; the rest stays a sparse look', async () => {
  const frameCount = 900_000_000
  const header = wavHeaderBytes({ coding: 'int16', channelCount: 1, sampleRate: 48_000, frameCount })
  await writeFile(join(folder, 'hours.wav'), header)
  await truncate(join(folder, 'hours.wav'), 44 + 2 * frameCount)
  const { openSignal, readOverview, last, closeSignal, jobs } = laboratory()
  await openSignal({ signalId: 'hours', fileId: 'hours.wav' })
  await eventually(() => expect(last('jobAdvanced')?.share).toBeGreaterThan(0))
  expect(last('jobAdvanced')).toMatchObject({ jobId: 'look-hours', title: 'Looking through hours.wav' })
  jobs.cancel('look-hours')
  await eventually(() => expect(last('jobEnded')).toMatchObject({ outcome: { kind: 'cancelled' } }))
  expect(last('pictureAdvanced')?.share).toBeLessThan(1)
  const { isExact, max } = await readOverview({ signalId: 'hours', channel: 0, columns: 100 })
  expect({ isExact, max }).toEqual({ isExact: false, max: new Float32Array(100) })
  closeSignal({ signalId: 'hours' })
})
