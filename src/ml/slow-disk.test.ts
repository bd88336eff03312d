/** A disk that does not answer: what is on the screen goes on, and what was to be written is there once it answers. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import * as v from 'valibot'
import { connect, serve, type Client, type Server } from '../contract/define'
import { lab, type LabContract } from '../contract/lab'
import { JsonStore } from '../main/json-store'
import { loadEngine } from './engine/tensorflow'
import { createLab } from './lab'
import { LiveLibrary } from './library/live-library'
import { portPair } from './ports.testing'
import { readSignalFile } from './signals/read-signal-file'
import { hold, inject, record } from './testing/fault-fs'
import { eventually } from '../core/eventually.testing'

vi.mock('node:fs/promises', async (original) => (await import('./testing/fault-fs')).faultyFileSystem(await original()))

let folder: string
let client: Client<LabContract>
let dispose: () => void
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-slow-'))
  const library = await LiveLibrary.open(['resources/models'])
  const [own, other] = portPair()
  const created = createLab({
    ...{ engine: loadEngine(), library, resourcesFolder: 'resources' },
    pathOf: async () => undefined,
    writePathOf: async (fileId) => join(folder, fileId),
    server: (): Server<LabContract> => server
  })
  const server = serve(lab, own, created.handlers)
  client = connect(lab, other)
  dispose = created.dispose
})
afterAll(async () => {
  dispose()
  await rm(folder, { recursive: true })
})

let release = () => {}
beforeEach(() => inject())
afterEach(() => release())

test('a stream goes on, and pictures are read, while a recording and a picture wait for the disk', async () => {
  await client.openDemo({ signalId: 'demo' })
  const stream = { streamId: 's', signalId: 'demo', channel: 0, startSample: 0, speed: 8, loop: true, running: true }
  await client.startStream({ ...stream, modelId: 'stream-1357' })
  release = hold()
  let written = 0
  const parts = [{ trace: 'mix' as const, index: 0 }]
  const format = { kind: 'wav' as const, coding: 'float32' as const }
  const kept = client.exportSignal({
    ...{ jobId: 'job', fileId: 'kept.wav', signalId: 'demo', parts, streamId: null, range: null, format }
  })
  const bytes = new TextEncoder().encode('<svg/>')
  const drawn = client.writePicture({ fileId: 'drawn.svg', kind: 'svg', bytes })
  for (const writing of [kept, drawn]) void writing.then(() => (written += 1))
  await eventually(() => expect(record.filter((name) => name === 'open')).toHaveLength(2))

  let blocks = 0
  client.on('streamAdvanced', () => void (blocks += 1))
  for (let wanted = 1; wanted <= 20; wanted += 1) {
    await client.grantCredits({ streamId: 's', count: 1 })
    await eventually(() => expect(blocks).toBeGreaterThanOrEqual(wanted))
  }
  const read = { streamId: 's', traces: ['mix' as const], selector: 0, startSample: 0, endSample: 100, columns: 10 }
  expect((await client.readTraces(read)).traces).toHaveLength(1)
  expect(written).toBe(0)

  release()
  const { sampleCount } = await kept
  expect((await readSignalFile(join(folder, 'kept.wav'))).signal.channels[0]).toHaveLength(sampleCount)
  await drawn
  expect(await readFile(join(folder, 'drawn.svg'), 'utf8')).toBe('<svg/>')
  await client.stopStream({ streamId: 's' })
})

test('a recording is written to its end though its signal is closed, as when another is opened', async () => {
  await client.openDemo({ signalId: 'other' })
  release = hold()
  const parts = [{ trace: 'mix' as const, index: 0 }]
  const format = { kind: 'wav' as const, coding: 'float32' as const }
  const written = client.exportSignal({
    ...{ jobId: 'other', fileId: 'other.wav', signalId: 'other', parts, streamId: null, range: null, format }
  })
  await eventually(() => expect(record).toContain('open'))
  await client.closeSignal({ signalId: 'other' })
  release()
  const { sampleCount } = await written
  expect((await readSignalFile(join(folder, 'other.wav'))).signal.channels[0]).toHaveLength(sampleCount)
})

test('settings that change while the disk stands still are known at once, and the newest is written', async () => {
  const kind = { title: 'settings', key: 'settings', schema: v.number(), usual: 0 }
  const path = join(folder, 'settings.json')
  const store = await JsonStore.load(path, kind)
  release = hold()
  const saves = [store.save(1)]
  await eventually(() => expect(record).toContain('open'))
  for (let value = 2; value <= 50; value += 1) saves.push(store.save(value))
  expect(store.current).toBe(50)
  release()
  await Promise.all(saves)
  expect((await JsonStore.load(path, kind)).current).toBe(50)
  // What was superseded while it waited is not written.
  expect(record.filter((name) => name === 'rename')).toHaveLength(2)
})
