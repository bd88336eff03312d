import { mkdir, mkdtemp, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { usualJoint, usualSequences } from '../../contract/train-defaults'
import type { RunRecord } from '../../contract/runs'
import { newRecord } from '../training/run-record'
import { RunStore } from './run-store'

let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'signal-lab-runs-'))
})
afterEach(() => rm(path, { recursive: true }))

const record = (id: string, more: Partial<RunRecord> = {}): RunRecord => ({
  ...newRecord(id, usualJoint([10, 30], 1000)),
  ...more
})

test('runs are listed from the index, and a run that changed beside it is read anew', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one', { title: 'Hum', tags: ['good'], notes: 'Café' }))
  await store.create({ ...newRecord('two', usualSequences()), status: 'finished', metrics: { testR2: 0.3 } })
  expect(store.list({}).matchCount).toBe(2)
  expect(store.list({ text: 'CAFÉ joint' }).runs.map(({ id }) => id)).toEqual(['one'])
  expect(store.list({ sortBy: 'metrics.testR2' }).runs.map(({ id }) => id)).toEqual(['two', 'one'])
  expect(store.list({}).runs[0].values).toMatchObject({ 'optimiser.id': 'adam', earlyStopping: null })
  await store.saveIndex()
  await store.folder('one').changeRecord((before) => ({ ...before, title: 'Birds' }))
  const again = await RunStore.open(path)
  expect(again.list({ sortBy: 'title' }).runs.map(({ title }) => title)).toEqual(['my-sequence-model', 'Birds'])
  expect(again.list({})).toEqual({ ...again.list({}), totalCount: 2, tags: ['good'] })
})

test('an index that lies about a run, or is damaged, is not believed', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one'))
  await store.saveIndex()
  await writeFile(join(path, '.index.json'), '{"version":1,"runs":{"one":{"stamp":"0 0"}}}')
  expect((await RunStore.open(path)).list({}).runs.map(({ id }) => id)).toEqual(['one'])
  await writeFile(join(path, '.index.json'), '{"version')
  expect((await RunStore.open(path)).list({}).runs.map(({ id }) => id)).toEqual(['one'])
})

test('a folder that is not a run is told, and hides no other', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one'))
  await store.create(record('two'))
  await writeFile(join(path, 'two', 'run.json'), '{"formatVersion": 1}')
  const again = await RunStore.open(path)
  expect(again.list({}).runs.map(({ id }) => id)).toEqual(['one'])
  expect(again.problems).toHaveLength(1)
  expect(again.problems[0]).toMatch(/^run.json of two cannot be read: id: /)
})

test('what is deleted comes back, until it lay in the trash for a day', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one', { notes: 'dear' }))
  await store.create(record('two'))
  expect(await store.remove(['one', 'gone'])).toEqual(['one'])
  expect(store.list({}).runs.map(({ id }) => id)).toEqual(['two'])
  expect(() => store.existing('one')).toThrow('There is no run "one"')
  expect(await store.restore(['one', 'gone'])).toEqual(['one'])
  expect((await store.existing('one').readRecord()).notes).toBe('dear')
  await store.remove(['one', 'two'])
  const old = new Date(Date.now() - 25 * 3600_000)
  await utimes(join(path, '.trash', 'one'), old, old)
  const later = await RunStore.open(path)
  await expect(stat(join(path, '.trash', 'one'))).rejects.toThrow('ENOENT')
  expect(await later.restore(['one', 'two'])).toEqual(['two'])
})

test('what another process makes, trains or deletes is taken in; what this one does itself stays', async () => {
  const theirs = await RunStore.open(path)
  for (const id of ['gone', 'theirs', 'own']) await theirs.create(record(id, { status: 'running' }))
  const store = await RunStore.open(path)
  const seen = async () => {
    await store.takeInChanges((id) => id === 'own')
    return Object.fromEntries(store.list({}).runs.map(({ id, status }) => [id, status]))
  }
  expect(await seen()).toEqual({ gone: 'running', theirs: 'running', own: 'running' })
  await theirs.remove(['gone'])
  await mkdir(join(path, 'begun'))
  await writeFile(join(path, 'notes.txt'), '')
  for (const id of ['theirs', 'own'])
    await theirs.folder(id).changeRecord((before) => ({ ...before, status: 'finished' }))
  expect(await seen()).toEqual({ theirs: 'finished', own: 'running' })
  // The time of the folder is that of before.
  await theirs.folder('begun').create(record('begun', { status: 'paused' }))
  expect(await seen()).toEqual({ theirs: 'finished', own: 'running', begun: 'paused' })
  await rm(join(path, 'own'), { recursive: true })
  expect(await seen()).toMatchObject({ own: 'running' })
  expect(store.problems).toEqual([])
})

test('an index that is written after another process has ended a run says what that did', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one'))
  store.note({ ...(await store.folder('one').readRecord()), status: 'paused' })
  await store.folder('one').changeRecord((before) => ({ ...before, status: 'finished' }))
  await store.saveIndex()
  expect((await RunStore.open(path)).list({}).runs[0].status).toBe('finished')
})

test('a link into nowhere in the trash, as of a disk that is gone, costs no start', async () => {
  await mkdir(join(path, '.trash'))
  await symlink(join(path, 'nowhere'), join(path, '.trash', 'linked'))
  const store = await RunStore.open(path)
  await store.create(record('one'))
  expect(store.list({}).totalCount).toBe(1)
})

test('a run that comes within the same moment of the clock as the look before it is found', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one'))
  await store.takeInChanges()
  const { atime, mtime } = await stat(path)
  await (await RunStore.open(path)).create(record('two'))
  await utimes(path, atime, mtime)
  await store.takeInChanges()
  expect(store.list({}).totalCount).toBe(2)
})

test('a run that cannot be read is told once, and no longer when it can', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one', { status: 'running' }))
  const whole = await readFile(join(path, 'one', 'run.json'))
  for (let look = 0; look < 3; look += 1) {
    await writeFile(join(path, 'one', 'run.json'), '{}')
    await store.takeInChanges()
    expect(store.problems).toHaveLength(1)
  }
  await writeFile(join(path, 'one', 'run.json'), whole)
  await store.takeInChanges()
  expect(store.problems).toEqual([])
})

test('curves come as arrays, epochs apart from points', async () => {
  const store = await RunStore.open(path)
  await store.create(record('one'))
  const point = { epoch: 1, learningRate: 0.1, gradientNorm: null, stepMilliseconds: 2 }
  const points = Array.from({ length: 500 }, (_, index) => ({ ...point, step: index + 1, loss: 1 / (index + 1) }))
  await store.folder('one').appendHistory(points)
  await store
    .folder('one')
    .appendHistory([{ ...point, step: 501, loss: 9, epochLoss: 0.5, validationLoss: 0.25, validationR2: 0.75 }])
  const history = await store.history('one', 50)
  expect(history.points.step.length).toBeLessThanOrEqual(50)
  expect([...history.points.step].at(-1)).toBe(501)
  expect(Math.max(...history.points.loss)).toBe(9)
  expect(history.points.gradientNorm.every(Number.isNaN)).toBe(true)
  expect(history.epochs).toEqual({
    epoch: Float64Array.of(1),
    step: Float64Array.of(501),
    loss: Float64Array.of(0.5),
    validationLoss: Float64Array.of(0.25),
    validationR2: Float64Array.of(0.75)
  })
})
