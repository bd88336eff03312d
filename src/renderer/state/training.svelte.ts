/**
 * The training laboratory's window, put together: the form, the run that is watched, the library of runs, and what is
 * done with them. Training itself happens in a process of its own; what it tells is handed on here.
 */
import type { RunRecord, RunStatus, RunSummary, TrainRequest } from '../../contract/training'
import type { TrainingClient } from '../client'
import type { Connection } from './connection.svelte'
import { GpuLibraryControl } from './gpu-library.svelte'
import type { History } from './history.svelte'
import type { Jobs } from './jobs.svelte'
import type { Messages } from './messages.svelte'
import type { MeasurementParts } from './measurement.svelte'
import { Microscope } from './microscope.svelte'
import { newId } from './new-id'
import { RunOverlay } from './run-overlay.svelte'
import { RunWatch } from './run-watch.svelte'
import { RunsTable } from './runs-table.svelte'
import { TimeMachine } from './time-machine.svelte'
import type { Running } from './running.svelte'
import { Searches, searchJobId } from './searches.svelte'
import { Studies, studyJobId } from './studies.svelte'
import { TrainEstimate } from './train-estimate.svelte'
import { TrainForm } from './train-form.svelte'
import { TrainingProcess } from './training-process.svelte'
import type { Tuning } from './tuning.svelte'

export type TrainingView = 'new' | 'progress' | 'runs' | 'studies' | 'search' | 'inside'

export interface TrainingParts {
  readonly connection: Connection
  readonly history: History
  readonly jobs: Jobs
  readonly messages: Messages
  readonly running: Running
  readonly tuning: Tuning
  channel(): number
  /** Whether the user looks at the training laboratory now. */
  isInSight(): boolean
  /** Let main start the process, on the device of the settings unless another is named. */
  begin(device?: 'cpu' | 'gpu'): Promise<unknown>
  /** Where TensorFlow's CUDA build comes from. */
  packageIndex(): string
}

/** What can be done with a run in this state; the reason stands where it cannot. */
const mayResume: readonly RunStatus[] = ['paused', 'failed', 'interrupted']
const isUnderWay: readonly RunStatus[] = ['queued', 'running']

export class Training {
  shown = $state<TrainingView>('new')
  readonly process: TrainingProcess
  readonly form = new TrainForm()
  readonly estimate: TrainEstimate
  readonly gpuLibrary: GpuLibraryControl
  readonly watch = new RunWatch()
  readonly runs = new RunsTable()
  readonly studies: Studies
  readonly searches: Searches
  readonly overlay: RunOverlay
  readonly timeMachine: TimeMachine
  readonly microscope: Microscope
  /** Runs that were deleted last, and can come back. */
  deleted = $state.raw<readonly string[]>([])
  readonly #parts: TrainingParts

  constructor(parts: TrainingParts) {
    this.#parts = parts
    this.process = new TrainingProcess(parts.begin)
    this.estimate = new TrainEstimate(this.process)
    this.gpuLibrary = new GpuLibraryControl({ ...parts, process: this.process })
    const measurement = (view: TrainingView): MeasurementParts => ({
      jobs: parts.jobs,
      isTraining: () => this.isTraining,
      isInSight: () => parts.isInSight() && this.shown === view,
      ready: () => this.process.ready(),
      report: (failure, error) => parts.messages.report(failure, error)
    })
    this.studies = new Studies(measurement('studies'))
    this.searches = new Searches(measurement('search'))
    this.overlay = new RunOverlay(this.process)
    this.timeMachine = new TimeMachine(parts.tuning)
    this.microscope = new Microscope(parts)
  }

  /** Whether a run trains now. */
  get isTraining(): boolean {
    return this.watch.record !== undefined && isUnderWay.includes(this.watch.record.status)
  }

  /** The long work whose progress fills the layout; undefined where another part of it is shown. */
  get inSight(): string | undefined {
    if (this.shown === 'studies') return studyJobId
    if (this.shown === 'search') return searchJobId
    return this.shown === 'progress' ? this.watch.runId : undefined
  }

  /** A training process is there, the first or a new one. */
  async useProcess(client: TrainingClient): Promise<void> {
    client.on('trainingAdvanced', (event) => {
      this.watch.onAdvanced(event)
      const { point, stepCount, secondsLeft, runId } = event
      this.#parts.jobs.put(runId, { share: stepCount > 0 ? point.step / stepCount : null, secondsLeft })
    })
    client.on('epochEnded', (event) => {
      this.watch.onEpochEnded(event)
      const { record } = this.watch
      if (event.isKept && record?.id === event.runId) this.timeMachine.onKept(record, event.epoch)
    })
    const cancel = (jobId: string) => () => void client.cancelJob({ jobId }).catch(() => undefined)
    client.on('jobAdvanced', ({ jobId, ...progress }) => this.#parts.jobs.put(jobId, progress, cancel(jobId)))
    client.on('jobEnded', ({ jobId, outcome }) => this.#parts.jobs.end(jobId, outcome))
    client.on('runChanged', (run) => this.#onRunChanged(run))
    client.on('runsRemoved', ({ runIds }) => {
      this.runs.onRemoved(runIds)
      if (this.watch.runId !== undefined && runIds.includes(this.watch.runId)) this.watch.clear()
    })
    client.on('libraryChanged', () => void this.#parts.connection.readModels().catch(() => undefined))
    try {
      await this.process.take(client)
      if (this.process.description) this.form.describe(this.process.description)
    } catch (error) {
      if (client === this.process.client) this.process.lose((error as Error).message)
      return
    }
    this.runs.use(client)
    void this.studies.use(client)
    void this.searches.use(client)
    if (this.watch.runId !== undefined) await this.watch.show(client, this.watch.runId)
  }

  /** The process is gone: what it trained can be resumed. */
  loseProcess(reason: string, restarting = false): void {
    const { record } = this.watch
    if (record && isUnderWay.includes(record.status)) {
      this.#parts.jobs.end(record.id, { kind: 'failed', message: `${reason} The run can be resumed.` })
      this.watch.record = { ...record, status: 'interrupted', message: reason }
      this.watch.advanced = undefined
    }
    this.studies.lose(reason)
    this.searches.lose(reason)
    this.process.lose(reason, restarting)
  }

  /** Compute on something else from now on; what trains is paused first. */
  async reopen(): Promise<void> {
    await this.process.reopen()
  }

  /** Train what the form says. */
  async start(): Promise<void> {
    const { request } = this.form
    if (request) await this.#start(request)
  }

  /** Train for these tones by what usually works, at once. */
  async trainFor(frequenciesHz: readonly number[], sampleRate: number): Promise<void> {
    this.form.takeTones(frequenciesHz, sampleRate)
    await this.start()
  }

  async #start(request: TrainRequest): Promise<void> {
    await this.#do('The training could not be started', async (client) => {
      const record = await client.startTraining({ runId: newId('run'), request })
      this.shown = 'progress'
      this.#row(record)
      await this.watch.show(client, record.id)
    })
  }

  /** Look at this run. */
  async look(runId: string): Promise<void> {
    this.shown = 'progress'
    await this.#do('The run could not be read', (client) => this.watch.show(client, runId))
  }

  pause(runId: string): Promise<void> {
    return this.#do('The training could not be paused', async (client) => {
      await client.pauseTraining({ runId })
      await this.watch.onChanged(runId)
    })
  }

  resume(runId: string): Promise<void> {
    return this.#do('The training could not be resumed', async (client) => {
      const record = await client.resumeTraining({ runId })
      this.#row(record)
      await this.watch.show(client, runId)
    })
  }

  /** End it here, and keep the best. */
  stop(runId: string): Promise<void> {
    return this.#do('The training could not be stopped', async (client) => {
      await client.stopTraining({ runId })
      await this.watch.onChanged(runId)
    })
  }

  /** End it, and throw it away; it comes back with Undo. */
  async discard(runId: string): Promise<void> {
    await this.stop(runId)
    await this.delete([runId])
  }

  /** Pause what trains, or go on with what is paused. */
  async togglePause(): Promise<void> {
    const { record } = this.watch
    if (!record) return
    if (isUnderWay.includes(record.status)) await this.pause(record.id)
    else if (mayResume.includes(record.status)) await this.resume(record.id)
  }

  /** Why the watched run cannot be paused or resumed now; undefined if it can. */
  get pauseRefusal(): string | undefined {
    const status = this.watch.record?.status
    if (status === undefined) return 'No training is shown.'
    return isUnderWay.includes(status) || mayResume.includes(status) ? undefined : 'This run has come to its end.'
  }

  /** Put the form to what a run was asked to be. */
  async again(runId: string): Promise<void> {
    await this.#do('The run could not be read', async (client) => {
      const { request } = await client.readRun({ runId })
      this.trainLike(request)
      this.form.title = request.title
    })
  }

  /** Put the form to what another training was; its name is given anew. */
  trainLike(request: TrainRequest): void {
    this.form.take(request)
    this.form.title = ''
    this.shown = 'new'
  }

  // Runs

  async delete(runIds: readonly string[]): Promise<void> {
    if (runIds.length === 0) return
    await this.#do('The runs could not be deleted', async (client) => {
      const { deleted } = await client.deleteRuns({ runIds: [...runIds] })
      this.#noteDeleted(deleted)
      const title = deleted.length === 1 ? 'Delete a run' : `Delete ${deleted.length} runs`
      this.#parts.history.add({
        title,
        undo: () => void this.restore(deleted),
        redo: () =>
          void this.#do('The runs could not be deleted', async (again) => {
            this.#noteDeleted((await again.deleteRuns({ runIds: deleted })).deleted)
          })
      })
    })
  }

  #noteDeleted(runIds: readonly string[]): void {
    this.deleted = runIds
    this.runs.onRemoved(runIds)
  }

  /** Back from the trash. */
  async restore(runIds: readonly string[]): Promise<void> {
    await this.#do('The runs could not be brought back', async (client) => {
      const { restored } = await client.undoDeleteRuns({ runIds: [...runIds] })
      this.deleted = []
      await this.runs.refresh()
      this.runs.selectIds(restored)
    })
  }

  /** Change title, tags or notes of a run. */
  async update(
    runId: string,
    part: { title?: string; tags?: string[]; notes?: string }
  ): Promise<RunRecord | undefined> {
    let record: RunRecord | undefined
    await this.#do('The run could not be changed', async (client) => {
      record = await client.updateRun({ runId, ...part })
      await this.watch.onChanged(runId)
    })
    return record
  }

  /** Run the result of a run on the open signal. */
  use(runId: string): Promise<void> {
    return this.#do('The model of the run could not be used', async (client) => {
      await this.timeMachine.use(await client.readRun({ runId }))
    })
  }

  /** Put the result of a run, or of one of its epochs, among the models. */
  async save(runId: string, title: string, epoch?: number): Promise<boolean> {
    let isSaved = false
    await this.#do('The model could not be saved', async (client) => {
      await client.saveRunAsModel({ runId, epoch, modelId: newId('model'), title })
      await this.#parts.connection.readModels()
      isSaved = true
    })
    return isSaved
  }

  /** A row among the long work; it goes on when the layout is left. */
  #row({ id, title }: RunRecord): void {
    const stop = () => void this.stop(id)
    this.#parts.jobs.put(id, { title: `Training ${title}`, share: 0, cancelTitle: 'Stop and keep' }, stop)
  }

  #onRunChanged(run: RunSummary): void {
    this.runs.onChanged(run)
    void this.watch.onChanged(run.id)
    const { jobs } = this.#parts
    if (isUnderWay.includes(run.status) || !jobs.rows.some(({ id }) => id === run.id)) return
    if (run.status === 'paused') jobs.dismiss(run.id)
    else if (run.status === 'failed' || run.status === 'interrupted')
      jobs.end(run.id, { kind: 'failed', message: 'The training did not come to its end; it can be resumed.' })
    else {
      // Who looks at it sees that it has ended.
      const message = run.status === 'stopped' ? 'stopped; the best is kept' : 'trained'
      jobs.end(run.id, { kind: 'done', message: this.#parts.isInSight() ? '' : message })
    }
  }

  async #do(failure: string, work: (client: TrainingClient) => Promise<unknown>): Promise<void> {
    try {
      await work(await this.process.ready())
    } catch (error) {
      this.#parts.messages.report(failure, error as Error)
    }
  }
}
