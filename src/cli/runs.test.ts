import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { siglab, siglabJson } from './run.testing'

let base: string
const at = (name: string) => join(base, name)
const small = '--frequencies 20,60 --sample-rate 400 --running ticks --set units=4,layers=1 --batch-size 4 --ticks 8'
const train = (out: string, more: string) =>
  siglabJson(
    'train',
    ...small.split(' '),
    '--steps',
    '6',
    '--steps-per-epoch',
    '3',
    ...more.split(' '),
    '--out',
    at(out)
  )

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-cli-runs-'))
  expect(await train('one', '--optimiser sgd:nesterov=on --learning-rate 0.1')).toMatchObject({
    code: 0,
    json: { steps: 6, status: 'finished', stopped: false, best: { epoch: expect.any(Number) as unknown } }
  })
  expect((await train('two', '--schedule cosine --early-stopping 9 --keep best')).code).toBe(0)
})
afterAll(() => rm(base, { recursive: true }))

test('a training leaves the folder of a run, and a second one does not go over it', async () => {
  expect((await readdir(at('one'))).sort()).toEqual([
    'checkpoints',
    'epochs',
    'history.jsonl',
    'model.safetensors',
    'run.json'
  ])
  const again = await siglab('train', ...small.split(' '), '--out', at('one'))
  expect(again.code).toBe(2)
  expect(again.err).toContain('holds a run already')
  const finished = await siglab('train', '--resume', at('one'))
  expect(finished).toMatchObject({ code: 2 })
  expect(finished.err).toContain('is finished: there is nothing left to train')
  expect((await siglab('train', '--resume', at('nowhere'))).err).toContain('it has no run.json')
})

test('what cannot be trained is refused before there is a folder', async () => {
  const { code, err } = await siglab('train', '--universal', '--batch-size', '7', '--out', at('odd'))
  expect(code).toBe(1)
  expect(err).toContain('multiple of 4 tones. Received: 7')
  expect(await readdir(base)).not.toContain('odd')
})

test('runs are listed, shown and compared', async () => {
  const { json } = await siglabJson('runs', 'list', '--folder', base, '--sort', 'learningRate')
  expect((json.runs as { id: string }[]).map(({ id }) => id)).toEqual(['one', 'two'])
  const listed = await siglab('runs', '--folder', base)
  expect(listed.out).toMatch(/two +finished/)
  const shown = await siglab('runs', 'show', 'one', '--folder', base)
  expect(shown.out).toContain('--optimiser sgd:nesterov=on')
  const { json: diff } = await siglabJson('runs', 'diff', at('one'), at('two'))
  const names = (diff.differences as { name: string; values: unknown[] }[]).map(({ name }) => name)
  expect(names).toContain('optimiser.id')
  expect(names).not.toContain('sampleRate')
  expect((await siglab('runs', 'diff', 'one', '--folder', base)).err).toContain('diff wants two runs or more')
})

test('where one of the runs cannot be deleted, none is', async () => {
  const there = async () => (await readdir(base)).filter((name) => !name.startsWith('.')).sort()
  await cp(at('one'), at('My run'), { recursive: true })
  await cp(at('one'), at('waiting'), { recursive: true })
  const record = JSON.parse(await readFile(at('one/run.json'), 'utf8')) as object
  await writeFile(at('waiting/run.json'), JSON.stringify({ ...record, id: 'waiting', status: 'queued' }))
  const before = await there()
  for (const [name, code, sentence] of [
    ['My run', 2, '"My run" holds run one and is not called so: rename the folder to one first'],
    ['waiting', 2, 'waiting waits to be trained in the window: take it out there first'],
    ['nowhere', 1, 'nowhere is not the folder of a run']
  ] as const) {
    const refused = await siglab('runs', 'delete', 'two', name, '--folder', base)
    expect(refused).toMatchObject({ code, out: '' })
    expect(refused.err).toContain(sentence)
    expect(await there()).toEqual(before)
  }
  await rm(at('My run'), { recursive: true })
  await rm(at('waiting'), { recursive: true })
})

test('a deleted run lies in the trash', async () => {
  const { json } = await siglabJson('runs', 'delete', 'two', at('two'), '--folder', base)
  expect(json).toEqual({ deleted: ['two'] })
  expect(await readdir(join(base, '.trash'))).toEqual(['two'])
  expect((await siglab('runs', 'delete', 'two', '--folder', base)).code).toBe(1)
})
