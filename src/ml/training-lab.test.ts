import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TrainingActivity } from '../contract/app'
import { connect, serve, type Client, type Server } from '../contract/define'
import type { TrainRequest } from '../contract/train-request'
import { training, type EpochEnded, type RunSummary, type TrainingContract } from '../contract/training'
import { usualJoint } from '../contract/train-defaults'
import { portPair } from './ports.testing'
import { GpuLibrary } from './gpu-library/gpu-library'
import { loadEngine } from './engine/tensorflow'
import { startOf } from './library/is-alive'
import { LiveLibrary } from './library/live-library'
import { RunFolder } from './library/run-folder'
import { openTrainingLab, type TrainingLab } from './training-lab'
import { TrialAborted, type TrialRunner } from './studies/runner'
import { newRecord } from './training/run-record'
import { smallRequests } from './training/trainings.testing'
import { eventually } from '../core/eventually.testing'

let base: string
let lab: TrainingLab
let client: Client<TrainingContract>
let activities: TrainingActivity[]
/** Trials that never end unless they are ended. */
const runner: TrialRunner = {
  async run(_trial, { abort }) {
    while (!abort.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
    throw new TrialAborted('Stopped.')
  }
}
let changes: RunSummary[]

/** As the process does it: the laboratory, served to a page. */
async function open(): Promise<void> {
  const served: { server?: Server<TrainingContract> } = {}
  lab = await openTrainingLab({
    loadEngine,
    runsFolder: join(base, 'runs'),
    studiesFolder: join(base, 'studies'),
    runnerFor: () => runner,
    modelFolders: ['resources/models', join(base, 'models')],
    gpuLibrary: new GpuLibrary({ userFolder: base, platform: 'linux x64' }),
    isOnGpuLibrary: false,
    server: () => served.server,
    onActivity: (activity) => activities.push(activity)
  })
  const [page, process] = portPair()
  served.server = serve(training, process, lab.handlers)
  client = connect(training, page)
  client.on('runChanged', (summary) => changes.push(summary))
}

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-training-'))
  activities = []
  changes = []
  await open()
})
afterEach(async () => {
  await lab.close()
  await rm(base, { recursive: true })
})

const [, streams] = smallRequests as [TrainRequest, Extract<TrainRequest, { kind: 'streams' }>]
const statusOf = async (runId: string) => (await client.readRun({ runId })).status
const untilStatus = (runId: string, status: string) =>
  eventually(async () => expect(await statusOf(runId)).toBe(status))
/** Let go of as well: what is finished on disk is still held for a moment. */
const untilFinished = (runId: string) =>
  eventually(() =>
    expect(activities.filter((activity) => activity.runId === runId).at(-1)).toMatchObject({
      kind: 'ended',
      status: 'finished'
    })
  )
const long = { ...streams, steps: 100_000, stepsPerEpoch: 50 }

test('it tells of devices, tables and defaults, and every default can be trained', async () => {
  const { engine, devices, gpuLibrary, architectures, optimisers, schedules, defaults } =
    await client.describeTraining(undefined)
  expect(engine).toBeNull()
  expect(devices[0]).toMatchObject({ kind: 'cpu', isAvailable: true })
  expect(devices[1]).toMatchObject({ kind: 'gpu' })
  expect(devices[1].isAvailable || devices[1].reason.length > 10).toBe(true)
  expect(gpuLibrary).toMatchObject({ isInstalled: false, presentBytes: 0 })
  expect(gpuLibrary.refusal).toBe(devices[1].name === 'Graphics card' ? devices[1].reason : '')
  expect(gpuLibrary.downloadBytes).toBeGreaterThan(5e8)
  expect(architectures.find(({ id }) => id === 'lstm')?.params.units).toMatchObject({ kind: 'int', low: 1 })
  expect(optimisers.map(({ id }) => id)).toContain('adamw')
  expect(schedules.find(({ id }) => id === 'plateau')?.params.patience).toMatchObject({ kind: 'int' })
  for (const request of defaults)
    expect((await client.estimateTraining({ request, trial: false })).stepCount).toBeGreaterThan(0)
})

test('an estimate tells sizes at once and times after a trial; what does not fit is refused with a sentence', async () => {
  const request = { ...usualJoint([10, 20], 1000), params: { layers: 1, units: 8, dropout: 0 }, steps: 300 }
  const sizes = await client.estimateTraining({ request, trial: false })
  expect(sizes).toMatchObject({
    stepCount: 300,
    epochCount: 3,
    receptiveFieldSamples: null,
    causal: true,
    seconds: null
  })
  expect(sizes.rows.reduce((sum, { count }) => sum + count, 0)).toBe(sizes.parameterCount)
  const tried = await client.estimateTraining({ request, trial: true })
  expect(tried.trialMessage).toBe('')
  expect(tried.seconds).toBeGreaterThan((300 * tried.stepMilliseconds!) / 1000)
  expect(tried.memoryBytes).toBeGreaterThan(4 * 3 * tried.parameterCount)
  await expect(client.estimateTraining({ request: { ...request, batchSize: 7 }, trial: false })).rejects.toThrow(
    'multiple of 2 tones. Received: 7'
  )
  await expect(client.estimateTraining({ request: { ...request, steps: 0 }, trial: false })).rejects.toThrow(
    'request.steps'
  )
})

test('a run trains, tells how it goes, and its epochs and its result are models', async () => {
  const epochs: EpochEnded[] = []
  client.on('epochEnded', (event) => epochs.push(event))
  const record = await client.startTraining({ runId: 'first', request: streams, tags: ['small'], notes: 'A try.' })
  expect(record).toMatchObject({ status: 'queued', stepCount: 25, tags: ['small'] })
  await untilFinished('first')
  expect(epochs.map(({ epoch, step }) => [epoch, step])).toEqual([
    [1, 10],
    [2, 20],
    [3, 25]
  ])
  await eventually(() => expect(changes.at(-1)).toMatchObject({ id: 'first', status: 'finished' }))
  expect(activities.at(-1)).toEqual({
    ...{ kind: 'ended', runId: 'first', title: streams.title },
    status: 'finished',
    message: ''
  })
  const library = await LiveLibrary.open([join(base, 'models')], join(base, 'runs'))
  expect((await library.find('run:first')).manifest.metrics.r2).not.toBeNull()
  expect((await library.find('run:first@2')).manifest.summary).toContain('Epoch 2')
  await expect(library.find('run:first@9')).rejects.toThrow('Epoch 9 of run first is not kept. Kept are 1, 2, 3.')
  await expect(library.find('run:other')).rejects.toThrow('Run other has no model yet')
  const info = await client.saveRunAsModel({ runId: 'first', epoch: 2, modelId: 'universal', title: 'Mine' })
  // The id of a shipped model is taken.
  expect(info).toMatchObject({ id: 'universal-2', title: 'Mine' })
  await library.refresh()
  expect(library.models.map(({ manifest }) => manifest.id)).toEqual(['universal-2'])
  expect((await client.describeTraining(undefined)).tensors).toBe(0)
  const history = await client.readHistory({ runId: 'first', points: 100 })
  expect(history.epochs.epoch).toEqual(Float64Array.of(1, 2, 3))
})

test('runs wait for one another; a waiting one can be taken out, a training one paused, resumed and stopped', async () => {
  await client.startTraining({ runId: 'one', request: long })
  await client.startTraining({ runId: 'two', request: streams })
  await client.startTraining({ runId: 'three', request: streams })
  await untilStatus('one', 'running')
  expect(await statusOf('two')).toBe('queued')
  expect(await client.pauseTraining({ runId: 'three' })).toMatchObject({ status: 'paused' })
  const estimate = await client.estimateTraining({ request: streams, trial: true })
  expect(estimate).toMatchObject({
    seconds: null,
    trialMessage: 'A run is training: the time can be told when it has ended.'
  })
  await eventually(() => expect(activities.some(({ kind }) => kind === 'training')).toBe(true))
  const paused = await client.pauseTraining({ runId: 'one' })
  expect(paused).toMatchObject({ status: 'paused' })
  expect(paused.step).toBeGreaterThan(0)
  await untilFinished('two')
  await client.resumeTraining({ runId: 'one' })
  await untilStatus('one', 'running')
  const stopped = await client.stopTraining({ runId: 'one' })
  expect(stopped.status).toBe('stopped')
  expect(stopped.step).toBeGreaterThanOrEqual(paused.step)
  await expect(client.resumeTraining({ runId: 'two' })).rejects.toThrow('is finished: there is nothing left to train')
  await expect(client.startTraining({ runId: 'two', request: streams })).rejects.toThrow('There is a run "two" already')
  await expect(client.pauseTraining({ runId: 'two' })).rejects.toThrow('neither trains nor waits')
})

test('closing pauses what trains; a run whose process was lost is found at the next start and goes on', async () => {
  await client.startTraining({ runId: 'long', request: long })
  await client.startTraining({ runId: 'next', request: streams })
  await untilStatus('long', 'running')
  await eventually(() => expect(activities).not.toEqual([]))
  await expect(client.deleteRuns({ runIds: ['long'] })).rejects.toThrow('training or waiting: stop it first')
  await lab.close()
  await open()
  expect(await statusOf('long')).toBe('paused')
  expect(await statusOf('next')).toBe('paused')
  // As if the process had been killed there.
  await client.resumeTraining({ runId: 'next' })
  await untilFinished('next')
  await new RunFolder(join(base, 'runs', 'long')).changeRecord((record) => ({ ...record, status: 'running' }))
  await lab.close()
  await open()
  const interrupted = await client.readRun({ runId: 'long' })
  expect(interrupted.status).toBe('interrupted')
  expect(interrupted.message).toContain('Resume it')
  expect(await client.stopTraining({ runId: 'long' })).toMatchObject({ status: 'stopped', step: interrupted.step })
})

test('a run that another process trains is shown as it goes, let be, and found interrupted when that process dies', async () => {
  const folder = new RunFolder(join(base, 'runs', 'theirs'))
  const other = spawn('sleep', ['60'])
  try {
    await folder.create({ ...newRecord('theirs', streams), status: 'running', step: 5 })
    await writeFile(join(folder.path, 'owner.pid'), `${other.pid} ${startOf(other.pid!)}\n`)
    const listed = async () => (await client.listRuns({})).runs.map(({ status, values }) => [status, values.step])
    expect(await listed()).toEqual([['running', 5]])
    await folder.changeRecord((before) => ({ ...before, step: 10 }))
    expect(await listed()).toEqual([['running', 10]])
    const refused = `is being trained by process ${other.pid}`
    await expect(client.stopTraining({ runId: 'theirs' })).rejects.toThrow(refused)
    await expect(client.resumeTraining({ runId: 'theirs' })).rejects.toThrow(refused)
    await expect(client.deleteRuns({ runIds: ['theirs'] })).rejects.toThrow(refused)
  } finally {
    other.kill('SIGKILL')
  }
  await once(other, 'exit')
  expect((await client.listRuns({})).runs).toMatchObject([{ id: 'theirs', status: 'interrupted' }])
  // It had no checkpoint: from its beginning.
  await client.resumeTraining({ runId: 'theirs' })
  await untilFinished('theirs')
})

test('runs are listed, changed, deleted and brought back', async () => {
  await client.startTraining({ runId: 'one', request: { ...streams, steps: 2, title: 'One' } })
  await client.startTraining({ runId: 'two', request: { ...streams, steps: 2, batchSize: 12, title: 'Two' } })
  await untilFinished('two')
  const page = await client.listRuns({ sortBy: 'title', descending: false })
  expect(page.runs.map(({ title }) => title)).toEqual(['One', 'Two'])
  expect(page.columns.find(({ name }) => name === 'batchSize')).toMatchObject({ isConstant: false, isNumber: true })
  expect(page.columns.find(({ name }) => name === 'optimiser.id')).toMatchObject({ isConstant: true })
  await client.updateRun({ runId: 'one', title: 'First', tags: ['kept'], notes: 'Better.' })
  expect((await client.listRuns({ text: 'better' })).runs.map(({ id }) => id)).toEqual(['one'])
  expect(await client.deleteRuns({ runIds: ['one', 'two'] })).toEqual({ deleted: ['one', 'two'] })
  expect((await client.listRuns({})).totalCount).toBe(0)
  expect(await client.undoDeleteRuns({ runIds: ['one'] })).toEqual({ restored: ['one'] })
  expect((await client.readRun({ runId: 'one' })).notes).toBe('Better.')
})

test('a study and a training are not measured at the same time, and closing ends a study', async () => {
  const choice = { studyId: 'dropout', budget: 'smoke', seeds: 1 }
  const outcomes: string[] = []
  client.on('studyEnded', ({ outcome }) => outcomes.push(outcome))
  await client.startStudy(choice)
  expect((await client.listStudies(undefined)).running).toMatchObject({ ...choice, trial: 1, row: '0.2', share: 0 })
  await expect(client.startTraining({ runId: 'one', request: streams })).rejects.toThrow(
    'A study or a search is being measured'
  )
  await expect(client.startStudy(choice)).rejects.toThrow('Another study or search is being measured')
  await client.stopStudy(undefined)
  expect(outcomes).toEqual(['stopped'])
  await client.startTraining({ runId: 'one', request: long })
  await untilStatus('one', 'running')
  await expect(client.startStudy(choice)).rejects.toThrow('A run is training')
  await client.pauseTraining({ runId: 'one' })
  await client.startStudy(choice)
  await lab.close()
  expect(outcomes).toEqual(['stopped', 'stopped'])
})

test.each<[string, Record<string, unknown>, string]>([
  ['units', { params: { units: 1e9 } }, 'units'],
  ['layers', { params: { layers: 1e6 } }, 'layers'],
  ['a batch', { batchSize: 1e9 }, 'request.batchSize'],
  ['ticks of a step', { ticksPerStep: 1e9 }, 'request.ticksPerStep'],
  ['steps', { steps: 1e12 }, 'request.steps'],
  ['tones', { frequenciesHz: Array.from({ length: 100_000 }, (_, index) => index + 1) }, 'request.frequenciesHz']
])('too many or too large %s are refused with a sentence, before anything is loaded or allocated', async (...given) => {
  const [, change, named] = given
  const request = { ...streams, ...change } as TrainRequest
  const before = process.memoryUsage()
  for (const ask of [
    () => client.startTraining({ runId: 'huge', request }),
    () => client.estimateTraining({ request, trial: true })
  ]) {
    const refusal = await ask().then(
      () => undefined,
      (error: Error) => error
    )
    expect(refusal?.message).toContain(named)
    expect(refusal?.message).toMatch(/Expected|expected/)
  }
  const after = process.memoryUsage()
  expect(after.arrayBuffers + after.external - before.arrayBuffers - before.external).toBeLessThan(64e6)
  // Neither TensorFlow nor a run came of it.
  expect((await client.describeTraining(undefined)).engine).toBeNull()
  expect((await client.listRuns({})).totalCount).toBe(0)
})
