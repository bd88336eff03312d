import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readModelFile } from '../library/model-file'
import { packZip, unpackZip } from '../library/zip'
import { torchModel } from './networks.testing'
import { readRunFolder } from './read-run'
import runArchive, { addRun, looksLikeRun, readRunArchive } from './run-archive'
import { smallRun } from './runs.testing'

const model = torchModel('lstm')
const run = smallRun({ keptEpochs: [1, 2], notes: 'Before the filter was replaced.' })
const { bytes } = runArchive.filesOf({ model, run })[0]

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'run-archive-'))))
afterAll(() => rm(folder, { recursive: true }))

test('a run comes back whole, twice under ids of its own', async () => {
  expect(looksLikeRun(bytes)).toBe(true)
  for (const id of ['run-1', 'run-1-2']) {
    const { record, path } = await addRun(folder, readRunArchive(bytes))
    expect(record).toMatchObject({ id, notes: 'Before the filter was replaced.', keptEpochs: [] })
    expect(await readRunFolder(path)).toEqual({ record, history: run.history })
    expect((await readModelFile(join(path, 'model.safetensors'))).weights).toEqual(model.weights)
  }
  expect((await readdir(folder)).sort()).toEqual(['run-1', 'run-1-2'])
})

test('what was not finished comes back as stopped: there are no checkpoints to go on from', async () => {
  const paused = runArchive.filesOf({ model, run: smallRun({ status: 'paused' }) })[0]
  expect((await addRun(folder, readRunArchive(paused.bytes))).record.status).toBe('stopped')
})

test('a model alone is no run', () => {
  expect(runArchive.blockedBy({ model })).toContain('is a model alone')
})

describe('a hostile archive is refused', () => {
  const files = new Map(unpackZip(bytes).map((file) => [file.name, file.bytes]))
  const changed = (name: string, content: string | undefined) =>
    packZip(
      [...files]
        .map(([known, given]) => ({ name: known, bytes: known === name ? Buffer.from(content ?? '') : given }))
        .filter((file) => file.name !== name || content !== undefined)
    )
  const record = JSON.parse(Buffer.from(files.get('run.json')!).toString())

  test.each([
    ['a record that is none', changed('run.json', '{}'), 'run.json is not valid'],
    ['an id that is a path', changed('run.json', JSON.stringify({ ...record, id: '../../x' })), 'not valid: id'],
    ['no model', changed('model.safetensors', undefined), 'no "model.safetensors"'],
    ['a model that is none', changed('model.safetensors', 'x'), 'not a complete safetensors file'],
    [
      'more files',
      packZip([...files].map(([name, bytes]) => ({ name, bytes })).concat({ name: 'x', bytes })),
      'more than 3'
    ]
  ])('%s', (_, archive, message) => {
    expect(() => readRunArchive(archive)).toThrow(message)
  })
})
