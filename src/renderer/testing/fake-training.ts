/**
 * A training process for component tests: serves the same contract over two arrays, with runs that were made up by
 * rule. A run goes on only by `advance`. Never part of the built app.
 */
import { connect, LabError, serve, type Handlers, type Port, type Server } from '../../contract/define'
import { usualJoint, usualSequences, usualStreams } from '../../contract/train-defaults'
import {
  training,
  type RunRecord,
  type RunSummary,
  type RunValue,
  type StudyAdvanced,
  type StudyChoice,
  type StudyReport,
  type TrainingContract,
  type TrainingDescription,
  type TrainRequest
} from '../../contract/training'
import { float, int } from '../../core/params/params'
import { optimisers } from '../../core/training/optimisers'
import { schedules } from '../../core/training/schedules'
import type { TrainingClient } from '../client'
import { portPair } from './fake-lab'
import { createFakeSearch } from './fake-search'

const units = int({ label: 'Units', low: 1, high: 1024, log: true, default: 128 })
const dropout = float({ label: 'Dropout', low: 0, high: 0.9, step: 0.05, default: 0.2 })
const listOf = (table: object) =>
  Object.entries(table).map(([id, { title, summary, params }]) => ({ id, title, summary, params }))

const description: TrainingDescription = {
  engine: null,
  tensors: 0,
  devices: [
    {
      ...{ kind: 'cpu', name: 'A processor', isAvailable: true, reason: '', driver: '', threads: 2 },
      memoryBytes: 8e9
    },
    {
      ...{ kind: 'gpu', name: '', isAvailable: false, driver: '', threads: 0, memoryBytes: 0 },
      reason: 'No NVIDIA card was found.'
    }
  ],
  gpuLibrary: {
    ...{ isInstalled: false, version: 'A CUDA build', downloadBytes: 2.1e9, installedBytes: 3.5e9 },
    ...{ presentBytes: 0, refusal: 'No NVIDIA card was found.' }
  },
  architectures: [
    {
      ...{ id: 'lstm', title: 'LSTM', family: 'recurrent', causal: true },
      params: { layers: int({ label: 'Layers', low: 1, high: 8, default: 2 }), units, dropout }
    },
    {
      ...{ id: 'bilstm', title: 'Bidirectional LSTM', family: 'recurrent', causal: false },
      params: { units, norm: { kind: 'choice', label: 'Normalisation', options: ['off', 'on'], default: 'off' } }
    }
  ],
  optimisers: listOf(optimisers),
  schedules: listOf(schedules),
  presets: [],
  degradations: [],
  defaults: [usualJoint([1, 3, 5, 7], 1000), usualStreams([1, 3, 5, 7], 1000), usualSequences()]
}

/** A run of before: sizes and figures follow from its number, so that tests know them. */
export function madeUpRun(index: number): RunRecord {
  const request: TrainRequest = {
    ...usualJoint([1, 3, 5, 7], 1000),
    params: { layers: 1 + (index % 2), units: 16 * (1 + (index % 8)), dropout: 0 },
    learningRate: 0.001 * (1 + (index % 5)),
    seed: index
  }
  const validationLoss = 0.02 + 0.5 / (1 + (index % 97))
  return {
    ...{ formatVersion: 1, id: `run-${index}`, title: `Run ${index}`, request, status: 'finished' },
    createdAt: new Date(Date.UTC(2026, 0, 1) + 60_000 * index).toISOString(),
    updatedAt: new Date(Date.UTC(2026, 0, 1) + 60_000 * (index + 1)).toISOString(),
    ...{ seconds: 40 + (index % 60), step: 2000, stepCount: 2000, epoch: 20, epochCount: 20 },
    best: { epoch: 18, step: 1800, loss: validationLoss, validationLoss, validationR2: 1 - validationLoss },
    keptEpochs: [1, 2, 4, 8, 16, 18, 20],
    metrics: { r2: 1 - validationLoss },
    ...{ summary: 'R² 0.98 on its held-out mixes', parameterCount: 1000 * (1 + (index % 8)) },
    ...{ kernel: 'native', tensorflowVersion: '2' },
    ...{ device: 'cpu', threads: 2, appVersion: '1', dataHash: '', notes: '', message: '' },
    tags: index % 10 === 0 ? ['baseline'] : []
  }
}

function summaryOf(record: RunRecord): RunSummary {
  const { id, title, status, createdAt, updatedAt, tags, request, best } = record
  const values: Record<string, RunValue> = {
    architecture: request.architecture,
    ...Object.fromEntries(Object.entries(request.params).map(([name, value]) => [`params.${name}`, value])),
    ...{ learningRate: request.learningRate, batchSize: request.batchSize, seed: request.seed },
    ...{ 'best.epoch': best?.epoch ?? null, 'best.validationLoss': best?.validationLoss ?? null },
    ...{ 'best.validationR2': best?.validationR2 ?? null, seconds: record.seconds },
    parameterCount: record.parameterCount
  }
  return { id, title, status, createdAt, updatedAt, tags, values }
}

/** Two rows; the second one is the baseline and is measured first. */
function madeUpStudy(choice: StudyChoice, count: number): StudyReport {
  const trialCount = 2 * choice.seeds
  const row = (label: string, trials: number, told: StudyReport['rows'][number]['told']) => {
    const mean = (value: number) =>
      trials === 0 ? { mean: null, halfWidth: null } : { mean: value, halfWidth: trials === 1 ? null : 0.01 }
    return {
      ...{ label, value: null, isBaseline: label === 'second', trialCount: trials, told, stoppedCount: 0 },
      ...{ r2: mean(0.3), trainingLoss: mean(0.08), validationLoss: mean(0.09), secondsPerEpoch: mean(2) },
      ...{ peakMemoryMiB: mean(300), parameterCount: trials === 0 ? null : 200321, failures: [] }
    }
  }
  return {
    ...{ ...choice, trialCount, measuredCount: count, failedCount: 0, trainingSeconds: count, kernel: 'native' },
    rows: [
      row('first', Math.floor(count / 2), { r2: 0.28 }),
      row('second', Math.ceil(count / 2), { r2: 0.35, parameters: '201,345' })
    ],
    verdict: count >= trialCount ? 'Of the 1 differences that were told, 1 is supported.' : '',
    ...{ markdown: '## A study', csv: 'study,row' }
  }
}

export interface FakeTraining {
  readonly client: TrainingClient
  /** As main does it for every process: a port of its own. */
  connect(): TrainingClient
  /** Names of the calls so far, in order. */
  readonly calls: string[]
  readonly records: Map<string, RunRecord>
  /** The run that trains makes so many steps; every hundredth ends an epoch. */
  advance(steps: number): void
  /** So many more trials of the study have finished. */
  measure(count: number): void
  /** So many more trials of the search have finished. */
  search(count: number): void
  /** The run comes to its end. */
  finish(): void
  /** A card is in the computer; it is computed on from the next start of the process on. */
  putInCard(): void
  /** How far the install of the CUDA build is, and how it ends. */
  advanceInstall(share: number): void
  endInstall(failure?: string): void
}

export function createFakeTraining(runCount = 3): FakeTraining {
  const [pagePort, processPort] = portPair()
  const fake = serveFakeTraining(processPort, runCount)
  const connectAnew = () => connect(training, closable(pagePort))
  return { ...fake, client: connectAnew(), connect: connectAnew }
}

/** One of several on the same port: closing it leaves the others. */
function closable(port: Port): Port {
  let isOpen = true
  return {
    post: (message) => port.post(message),
    listen: (listener) => port.listen((message) => isOpen && listener(message)),
    close: () => void (isOpen = false)
  }
}

/** The same behind any port. */
export function serveFakeTraining(port: Port, runCount: number): Omit<FakeTraining, 'client' | 'connect'> {
  const calls: string[] = []
  const records = new Map(Array.from({ length: runCount }, (_, index) => [`run-${index}`, madeUpRun(index)]))
  const trash = new Map<string, RunRecord>()
  const curve = new Map<string, { step: number; loss: number }[]>()
  let server: Server<TrainingContract> | undefined = undefined
  let trained: string | undefined
  const measured: { count: number; study?: StudyAdvanced } = { count: 0 }

  let hasCard = false
  let gpuLibrary = description.gpuLibrary
  let install: { jobId: string; resolve(): void; reject(error: Error): void } | undefined
  const title = 'Installing the CUDA build'
  const describe = (): TrainingDescription => {
    const { devices, engine } = description
    if (!hasCard) return { ...description, gpuLibrary }
    const [cpu, gpu] = devices
    const { isInstalled: isAvailable } = gpuLibrary
    const reason = isAvailable ? '' : 'The CUDA build is not installed.'
    const used = { name: 'TensorFlow', tensorflowVersion: '2', kernel: 'k', threads: 2 }
    return {
      ...description,
      engine: tries === 0 ? engine : { ...used, device: tries % 2 === 1 ? 'cpu' : 'gpu' },
      devices: [cpu, { ...gpu, name: 'A card', memoryBytes: 8e9, isAvailable, reason }],
      gpuLibrary: { ...gpuLibrary, refusal: '' }
    }
  }
  /** Trials so far: a comparison makes one on each device. */
  let tries = 0
  const endInstall = (failure?: string, isCancelled = false) => {
    if (!install || !server) return
    const { jobId, resolve, reject } = install
    install = undefined
    const ended = isCancelled ? ({ kind: 'cancelled' } as const) : ({ kind: 'failed', message: failure ?? '' } as const)
    server.emit('jobEnded', {
      jobId,
      title,
      outcome: failure === undefined ? { kind: 'done', message: 'installed' } : ended
    })
    gpuLibrary =
      failure === undefined
        ? { ...gpuLibrary, isInstalled: true, downloadBytes: 0, presentBytes: gpuLibrary.installedBytes }
        : { ...gpuLibrary, downloadBytes: 1.2e9, presentBytes: 9e8 }
    if (failure === undefined) resolve()
    else reject(new Error(failure))
  }

  const known = (runId: string): RunRecord => {
    const record = records.get(runId)
    if (!record) throw new LabError('not-found', `There is no run "${runId}".`)
    return record
  }
  const change = (runId: string, part: Partial<RunRecord>): RunRecord => {
    const record = { ...known(runId), ...part, updatedAt: new Date().toISOString() }
    records.set(runId, record)
    ;(server as Server<TrainingContract> | undefined)?.emit('runChanged', summaryOf(record))
    return record
  }
  const lossAt = (step: number) => 1 / (1 + step / 50) + 0.02 * Math.sin(step)

  const search = createFakeSearch((name, event) => server?.emit(name, event))
  const handlers: Handlers<TrainingContract> = {
    describeTraining: describe,
    installGpuLibrary: ({ jobId }) =>
      new Promise((resolve, reject) => {
        install = { jobId, resolve: () => resolve(describe().gpuLibrary), reject }
        server?.emit('jobAdvanced', { jobId, title, share: null, secondsLeft: null })
      }),
    removeGpuLibrary() {
      gpuLibrary = description.gpuLibrary
      return describe().gpuLibrary
    },
    cancelJob() {
      endInstall('It was cancelled.', true)
    },
    estimateTraining({ request, trial }) {
      if (trial) tries += 1
      if (request.batchSize === 13) throw new LabError('bad-input', 'A batch of 13 cannot be shared by four tones.')
      const count = 4 * Number(request.params.units ?? 10) ** 2
      return {
        ...{ parameterCount: count + 11, receptiveFieldSamples: null, causal: request.architecture === 'lstm' },
        rows: [
          { row: 'LSTM layer 1', count, shapes: [[15, 40], [40]] },
          { row: 'Linear', count: 11, shapes: [[10, 1], [1]] }
        ],
        ...{ stepCount: 2000, epochCount: 20, memoryBytes: 48e6 },
        ...(trial
          ? {
              stepMilliseconds: hasCard && tries % 2 === 0 ? 5 : 20,
              seconds: 42,
              samplesPerSecond: 1e5,
              trialMessage: ''
            }
          : { stepMilliseconds: null, seconds: null, samplesPerSecond: null, trialMessage: '' })
      }
    },
    startTraining({ runId, request }) {
      trained = runId
      records.set(runId, {
        ...madeUpRun(0),
        ...{ id: runId, title: request.title, request, status: 'running', step: 0, epoch: 0, seconds: 0 },
        ...{ best: null, keptEpochs: [], tags: [], summary: '' }
      })
      curve.set(runId, [])
      return change(runId, {})
    },
    pauseTraining: ({ runId }) => change(runId, { status: 'paused' }),
    resumeTraining({ runId }) {
      trained = runId
      return change(runId, { status: 'running' })
    },
    stopTraining: ({ runId }) => change(runId, { status: 'stopped' }),
    listRuns({ text = '', statuses, tags = [], sortBy = 'createdAt', descending = true, offset = 0, limit = 200 }) {
      const words = text.toLowerCase().split(/\s+/).filter(Boolean)
      const all = [...records.values()].map(summaryOf)
      const matching = all.filter((run) => {
        const said = `${run.title} ${run.id} ${run.tags.join(' ')} ${run.status}`.toLowerCase()
        return (
          words.every((word) => said.includes(word)) &&
          (!statuses || statuses.includes(run.status)) &&
          tags.every((tag) => run.tags.includes(tag))
        )
      })
      const keyOf = (run: RunSummary) =>
        (run as unknown as Record<string, string>)[sortBy] ?? run.values[sortBy] ?? -Infinity
      matching.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0) * (descending ? -1 : 1))
      const names = [...new Set(matching.flatMap(({ values }) => Object.keys(values)))]
      return {
        ...{ totalCount: all.length, matchCount: matching.length, runs: matching.slice(offset, offset + limit) },
        columns: names.map((name) => ({
          ...{ name, isNumber: typeof matching[0].values[name] === 'number' },
          isConstant: matching.every(({ values }) => Object.is(values[name], matching[0].values[name]))
        })),
        tags: [...new Set(all.flatMap((run) => run.tags))]
      }
    },
    readRun: ({ runId }) => known(runId),
    readHistory({ runId }) {
      const { best, request } = known(runId)
      const points =
        curve.get(runId) ?? Array.from({ length: 200 }, (_, at) => ({ step: 10 * at, loss: lossAt(10 * at) }))
      const column = (of: (point: { step: number; loss: number }) => number) => Float64Array.from(points, of)
      const epochs = points.filter(({ step }) => step > 0 && step % 100 === 0)
      const factor = 1 + 0.1 * (best?.validationLoss ?? 0) + 0.3 * (request.seed % 5)
      return {
        runId,
        points: {
          ...{ step: column(({ step }) => step), epoch: column(({ step }) => Math.floor(step / 100)) },
          ...{ loss: column(({ loss }) => loss), learningRate: column(({ step }) => 0.004 / (1 + step / 500)) },
          ...{ gradientNorm: column(({ loss }) => 3 * loss), stepMilliseconds: column(() => 20) }
        },
        epochs: {
          epoch: Float64Array.from(epochs, ({ step }) => step / 100),
          step: Float64Array.from(epochs, ({ step }) => step),
          loss: Float64Array.from(epochs, ({ loss }) => loss),
          validationLoss: Float64Array.from(epochs, ({ loss }) => factor * loss),
          validationR2: Float64Array.from(epochs, ({ loss }) => 1 - loss)
        }
      }
    },
    updateRun: ({ runId, ...part }) => change(runId, part),
    deleteRuns({ runIds }) {
      for (const id of runIds) {
        trash.set(id, known(id))
        records.delete(id)
      }
      return { deleted: runIds }
    },
    undoDeleteRuns({ runIds }) {
      const restored = runIds.filter((id) => trash.has(id))
      for (const id of restored) records.set(id, trash.get(id)!)
      return { restored }
    },
    saveRunAsModel: ({ runId, modelId, title }) => ({
      ...{ id: modelId, title, architecture: known(runId).request.architecture, selects: 'fixed' },
      ...{ frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, modelRate: 0, parameterCount: 1, causal: true },
      ...{ isDefault: false, summary: '' }
    }),
    ...search.handlers,
    listStudies: () => ({
      studies: [
        {
          ...{ id: 'hidden-size', title: 'Hidden size', variable: 'Units', claim: 'Larger is better.' },
          ...{ task: 'sequences', rowCount: 2 }
        },
        {
          ...{ id: 'dropout', title: 'Dropout', variable: 'Dropout', claim: 'A fifth is best.' },
          ...{ task: 'sequences', rowCount: 2 }
        }
      ],
      budgets: ['smoke', 'short'].map((id, index) => ({
        ...{ id, seeds: 2 + index, sentences: { sequences: `The ${id} budget.`, streams: `The ${id} budget.` } }
      })),
      running: measured.study ?? null
    }),
    readStudy: (choice) => madeUpStudy(choice, measured.count),
    startStudy(choice) {
      measured.study = {
        ...{ ...choice, trial: 1, trialCount: 2 * choice.seeds, row: 'second', seed: 1, share: 0, secondsLeft: null }
      }
      ;(server as Server<TrainingContract> | undefined)?.emit('studyAdvanced', measured.study)
      return undefined
    },
    stopStudy() {
      endStudy('stopped')
      return undefined
    }
  }
  const endStudy = (outcome: 'finished' | 'stopped') => {
    const { studyId, budget, seeds } = measured.study!
    measured.study = undefined
    ;(server as Server<TrainingContract> | undefined)?.emit('studyEnded', {
      ...{ studyId, budget, seeds, outcome, message: '' }
    })
  }
  const heard = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (request: never) => {
        calls.push(name)
        return (handler as (request: never) => unknown)(request)
      }
    ])
  ) as unknown as Handlers<TrainingContract>
  server = serve(training, port, heard)

  return {
    calls,
    records,
    advance(steps) {
      const record = trained === undefined ? undefined : records.get(trained)
      if (!record || record.status !== 'running') return
      const step = Math.min(record.stepCount, record.step + steps)
      const epoch = Math.floor(step / 100)
      const loss = lossAt(step)
      curve.get(record.id)?.push({ step, loss })
      records.set(record.id, { ...record, step, epoch, seconds: step / 50 })
      server.emit('trainingAdvanced', {
        runId: record.id,
        point: { step, epoch, loss, learningRate: 0.004, gradientNorm: 3 * loss, stepMilliseconds: 20 },
        ...{ stepCount: record.stepCount, epochCount: record.epochCount, seconds: step / 50 },
        ...{ secondsLeft: (record.stepCount - step) / 50, samplesPerSecond: 160_000 }
      })
      if (step % 100 !== 0) return
      const keptEpochs = [...record.keptEpochs, epoch]
      const best = { epoch, step, loss, validationLoss: 1.1 * loss, validationR2: 1 - loss }
      records.set(record.id, { ...records.get(record.id)!, best, keptEpochs })
      server.emit('epochEnded', { runId: record.id, ...best, isBest: true, isKept: true, keptEpochs })
    },
    putInCard() {
      hasCard = true
    },
    advanceInstall(share) {
      if (install) server.emit('jobAdvanced', { jobId: install.jobId, title, share, secondsLeft: 90 })
    },
    endInstall: (failure) => endInstall(failure),
    measure(count) {
      measured.count += count
      const { study } = measured
      if (!study) return
      const share = measured.count / study.trialCount
      measured.study = { ...study, trial: measured.count + 1, row: 'first', share, secondsLeft: 90 }
      if (share < 1) server.emit('studyAdvanced', measured.study)
      else endStudy('finished')
    },
    search: (count) => search.try(count),
    finish() {
      if (trained !== undefined) change(trained, { status: 'finished', summary: 'R² 0.97 on its held-out mixes' })
    }
  }
}
