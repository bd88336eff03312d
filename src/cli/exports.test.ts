/** siglab export and import: from a shipped model to other programs and back. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBundle } from '../ml/exports/bundle-format'
import { smallRun } from '../ml/exports/runs.testing'
import { packZip, unpackZip } from '../ml/library/zip'
import { siglab, siglabJson } from './run.testing'

let folder: string
const usual = process.env.SIGNAL_LAB_USER_DATA
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siglab-exports-'))
  process.env.SIGNAL_LAB_USER_DATA = join(folder, 'user')
})
afterAll(async () => {
  if (usual === undefined) delete process.env.SIGNAL_LAB_USER_DATA
  else process.env.SIGNAL_LAB_USER_DATA = usual
  await rm(folder, { recursive: true })
})
const at = (name: string) => join(folder, name)

test('a state dict goes out and comes back under a free id, with the same weights', async () => {
  const [first, second] = [at('first.safetensors'), at('second.safetensors')]
  const written = await siglabJson('export', 'stream-1357', '--as', 'pytorch', '--out', first)
  expect(written).toMatchObject({ code: 0, json: { model: 'stream-1357', kind: 'pytorch', files: [{ path: first }] } })
  const { json } = await siglabJson('import', first)
  expect(json).toMatchObject({ id: 'stream-1357-2', path: at('user/models/stream-1357-2.safetensors') })
  expect((await siglab('models')).out).toContain('stream-1357-2 ')
  expect((await siglab('export', 'stream-1357-2', '--as', 'pytorch', '--out', second)).code).toBe(0)
  const header = (bytes: Buffer) => 8 + Number(bytes.readBigUInt64LE(0))
  const [a, b] = [await readFile(first), await readFile(second)]
  expect(a.subarray(header(a)).equals(b.subarray(header(b)))).toBe(true)
})

test('several files go into a folder, or into a zip', async () => {
  expect((await siglab('export', 'seed-reference', '--as', 'tfjs', '--out', at('tfjs'))).code).toBe(0)
  expect((await readdir(at('tfjs'))).sort()).toEqual(['model.json', 'weights.bin'])
  expect((await siglab('export', 'seed-reference', '--as', 'tfjs', '--out', at('tfjs.zip'))).code).toBe(0)
  expect(unpackZip(await readFile(at('tfjs.zip'))).map(({ name }) => name)).toEqual(['model.json', 'weights.bin'])
})

test('a bundle is made, verified and imported; a changed one is not reproduced', async () => {
  const path = at('evidence.siglab')
  expect((await siglab('export', 'stream-1357', '--as', 'bundle', '--out', path)).code).toBe(0)
  const { code, out } = await siglab('verify', path)
  expect({ code, last: out.trimEnd().split('\n').pop() }).toMatchObject({
    code: 0,
    last: expect.stringMatching(/^Reproduced within 1e-5/)
  })
  expect(await siglabJson('import', path, '--id', 'from-evidence')).toMatchObject({
    code: 0,
    json: { id: 'from-evidence' }
  })
  const files = unpackZip(await readFile(path))
  const description = JSON.parse(Buffer.from(files[0].bytes).toString())
  description.metrics[0].r2 = 0.5
  const forged = [{ name: files[0].name, bytes: Buffer.from(JSON.stringify(description)) }, ...files.slice(1)]
  await writeFile(path, packZip(forged))
  expect(await siglabJson('verify', path)).toMatchObject({ code: 1, json: { isReproduced: false } })
})

test('a bundle can be about a part of a recording', async () => {
  const [mix, path] = [at('mix.wav'), at('mix.siglab')]
  await siglab('generate', '--frequencies', '1,3,5,7', '--duration', '6', '--seed', '3', '--out', mix)
  const slice = ['--signal', mix, '--from', '1', '--seconds', '2']
  expect((await siglab('export', 'stream-1357', '--as', 'bundle', ...slice, '--out', path)).err).toBe('')
  expect(await siglabJson('verify', path)).toMatchObject({ code: 0, json: { isReproduced: true } })
  const { description, signal } = readBundle(await readFile(path))
  expect(description.signal).toMatchObject({ sampleRate: 1000, firstSample: 1000, recipe: null })
  expect(signal.length).toBe(2000)
  expect((await siglab('export', 'stream-1357', '--as', 'onnx', ...slice, '--out', path)).code).toBe(2)
})

test('a run is exported with its history, by its folder and by its id', async () => {
  const folderOfRun = at('user/runs/run-1')
  await mkdir(folderOfRun, { recursive: true })
  const { record, history } = smallRun()
  await writeFile(join(folderOfRun, 'run.json'), JSON.stringify({ ...record, notes: 'Tuned for the hum.' }))
  await writeFile(join(folderOfRun, 'history.jsonl'), history.map((point) => `${JSON.stringify(point)}\n`).join(''))
  expect(await siglab('export', 'run-1', '--as', 'card', '--out', at('card.html'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('has no model yet')
  })
  await copyFile('resources/models/stream-1357.safetensors', join(folderOfRun, 'model.safetensors'))
  expect((await siglab('export', 'run-1', '--as', 'card', '--out', at('card.html'))).code).toBe(0)
  expect(await readFile(at('card.html'), 'utf8')).toContain('Tuned for the hum.')
  await mkdir(join(folderOfRun, 'epochs'))
  await copyFile('resources/models/seed-reference.safetensors', join(folderOfRun, 'epochs/2.safetensors'))
  expect(await siglabJson('export', 'run:run-1@2', '--as', 'onnx', '--out', at('epoch.onnx'))).toMatchObject({
    json: { model: 'seed-reference', run: 'run-1' }
  })
  expect((await siglab('export', 'run-1@9', '--as', 'onnx', '--out', at('epoch.onnx'))).err).toContain('Kept are 2')
  expect((await siglab('export', folderOfRun, '--as', 'tensorboard', '--out', at('logs'))).code).toBe(0)
  expect(await readdir(at('logs'))).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d+\.run-1$/)])
  expect((await siglab('export', 'run-1', '--as', 'run', '--out', at('run-1.run.zip'))).code).toBe(0)
  expect(await siglabJson('import', at('run-1.run.zip'))).toMatchObject({
    json: { run: 'run-1-2', status: 'finished' }
  })
  expect(await readFile(at('user/runs/run-1-2/run.json'), 'utf8')).toContain('Tuned for the hum.')
  expect((await siglab('export', 'stream-1357', '--as', 'tensorboard', '--out', at('logs'))).err).toContain(
    'siglab export RUN'
  )
})

test('wrong use and wrong files are told from each other, each in one sentence', async () => {
  expect(await siglab('export', 'stream-1357', '--as', 'h5', '--out', at('x'))).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^siglab export: --as: expected one of bundle, .* Received: h5/)
  })
  expect(await siglab('export', 'nothing', '--as', 'onnx', '--out', at('x'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('There is no model "nothing"')
  })
  expect(await siglab('import', at('nothing'))).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing does not exist.')
  })
  for (const command of ['import', 'verify'])
    expect(await siglab(command, folder)).toMatchObject({
      code: 1,
      err: `siglab ${command}: ${folder} is a folder; choose a file in it.\n`
    })
  expect((await siglab('import', at('tfjs/weights.bin'))).err).toContain('not a complete safetensors file')
})
