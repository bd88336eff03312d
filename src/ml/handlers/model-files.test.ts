/** Models to files and back through the contract's handlers: nothing but what main granted is touched. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handle, type Handlers } from '../../contract/define'
import { lab, type LabContract } from '../../contract/lab'
import { loadEngine } from '../engine/tensorflow'
import { torchBytes, torchModel } from '../exports/networks.testing'
import runArchive from '../exports/run-archive'
import { smallRun } from '../exports/runs.testing'
import { createLab } from '../lab'
import { LiveLibrary } from '../library/live-library'
import { RunStore } from '../library/run-store'
import { unpackZip } from '../library/zip'

let folder: string
let handlers: Handlers<LabContract>
let dispose: () => void
const events: { name: string; event: unknown }[] = []
const at = (name: string) => join(folder, name)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-files-'))
  const created = createLab({
    ...{
      engine: loadEngine(),
      library: await LiveLibrary.open(['resources/models'], at('user/runs')),
      resourcesFolder: 'resources'
    },
    userFolder: at('user'),
    pathOf: async (fileId) => (fileId.startsWith('no-') ? undefined : at(fileId)),
    writePathOf: async (fileId) => (fileId.startsWith('no-') ? undefined : at(fileId)),
    server: () => ({ emit: (name, event) => void events.push({ name, event }) })
  })
  handlers = created.handlers
  dispose = created.dispose
})
afterAll(async () => {
  dispose()
  await rm(folder, { recursive: true })
})

const call = (name: string, payload: unknown) => handle(lab, handlers, name, payload)
const write = (exportId: string, fileId: string, signal: unknown = null, subjectId = 'stream-1357') =>
  call('exportModel', { jobId: `job-${fileId}`, fileId, subjectId, exportId, signal })

test('the ways to write a model, and why some cannot be taken', async () => {
  const kinds = (await call('listExports', { subjectId: 'stream-1357' })) as { id: string; blockedBy: string | null }[]
  expect(kinds.find(({ id }) => id === 'onnx')).toMatchObject({ blockedBy: null })
  expect(kinds.find(({ id }) => id === 'tensorboard')?.blockedBy).toContain('no history')
  await expect(call('listExports', { subjectId: 'nothing' })).rejects.toThrow('no model and no run "nothing"')
  // A path is no id, even where something stands there.
  await expect(call('listExports', { subjectId: 'resources' })).rejects.toThrow('no model and no run')
})

test('evidence about the open signal is written, checked, and its model imported under a free id', async () => {
  await call('openDemo', { signalId: 'demo' })
  const signal = { signalId: 'demo', channel: 0, frequenciesHz: [1, 3, 5, 7], start: 500, end: 2500 }
  expect(await write('bundle', 'a.siglab', signal)).toMatchObject({ name: 'a.siglab' })
  expect(await call('inspectModelFile', { fileId: 'a.siglab' })).toMatchObject({ kind: 'evidence', unknownTones: 0 })
  expect(await call('verifyEvidence', { jobId: 'verify', fileId: 'a.siglab' })).toMatchObject({
    ...{ isReproduced: true, sampleCount: 2000, notes: [] },
    selectors: [{ frequencyHz: 1, r2: null }, {}, {}, {}]
  })
  expect(await call('importModel', { fileId: 'a.siglab', facts: {} })).toMatchObject({ id: 'stream-1357-2' })
  expect(await readdir(at('user/models'))).toEqual(['stream-1357-2.safetensors'])
  expect(await call('listModels', undefined)).toContainEqual(expect.objectContaining({ id: 'stream-1357-2' }))
})

test('several files are one zip', async () => {
  await write('tfjs', 'a.zip', null, 'seed-reference')
  expect(unpackZip(await readFile(at('a.zip'))).map(({ name }) => name)).toEqual(['model.json', 'weights.bin'])
  await expect(write('tfjs', 'folder', null, 'seed-reference')).rejects.toThrow('ends in .zip')
})

test('a foreign state dict says what it lacks, and is a model when that is told', async () => {
  await writeFile(at('theirs.safetensors'), torchBytes('gru'))
  expect(await call('inspectModelFile', { fileId: 'theirs.safetensors' })).toMatchObject({
    ...{ kind: 'state-dict', unknownTones: 4, needsModelRate: true },
    sentence: expect.stringContaining('2 layers of 6 units')
  })
  const facts = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, modelRate: 50 }
  expect(await call('importModel', { fileId: 'theirs.safetensors', facts })).toMatchObject({ id: 'theirs' })
})

test('a run is put among the runs, where the list of runs finds it', async () => {
  const store = await RunStore.open(at('user/runs'))
  const [{ bytes }] = runArchive.filesOf({ model: torchModel('lstm'), run: smallRun() })
  await writeFile(at('first.run.zip'), bytes)
  expect(await call('inspectModelFile', { fileId: 'first.run.zip' })).toMatchObject({ kind: 'run', title: 'First try' })
  expect(await call('importRun', { fileId: 'first.run.zip' })).toEqual({ runId: 'run-1', title: 'First try' })
  expect(store.list({}).totalCount).toBe(0)
  await store.takeInChanges()
  expect(store.list({}).runs).toMatchObject([{ id: 'run-1', title: 'First try' }])
  const kinds = (await call('listExports', { subjectId: 'run:run-1' })) as { id: string; blockedBy: string | null }[]
  expect(kinds.find(({ id }) => id === 'tensorboard')).toMatchObject({ blockedBy: null })
})

test('what main did not grant is not touched, and errors name files without their folders', async () => {
  await expect(write('onnx', 'no-ticket')).rejects.toThrow('was not chosen by the user')
  await expect(call('importModel', { fileId: 'no-ticket', facts: {} })).rejects.toThrow('was not chosen by the user')
  await writeFile(at('bad.siglab'), 'PK nothing')
  const error = await call('inspectModelFile', { fileId: 'bad.siglab' }).catch((caught: Error) => caught.message)
  expect(error).not.toContain(folder)
  await mkdir(at('taken.onnx'))
  const refused = await write('onnx', 'taken.onnx').catch((caught: Error) => caught.message)
  expect(refused).toMatch(/^taken\.onnx could not be written/)
  // The row of the job says the same.
  expect(events.at(-1)).toMatchObject({ name: 'jobEnded', event: { outcome: { kind: 'failed', message: refused } } })
  const failed = await write('onnx', 'missing/a.onnx').catch((caught: Error) => caught.message)
  expect(failed).toMatch(/Expected an id/)
  await expect(
    write('bundle', 'b.siglab', { signalId: 'demo', channel: 0, frequenciesHz: [1], start: 5, end: 5 })
  ).rejects.toThrow('Expected 1 to')
})
