/**
 * The run that is looked at: its record, and its curves as they grow. Reads what was before, adds what is heard, and
 * shows it at a pace at which a chart can be drawn. Knows nothing of charts.
 */
import type { EpochEnded, RunRecord, TrainingAdvanced } from '../../contract/training'
import type { TrainingClient } from '../client'

/** Curves as plain columns; NaN where there is no value. */
export interface RunCurves {
  readonly points: Readonly<Record<PointColumn, readonly number[]>>
  readonly epochs: Readonly<Record<EpochColumn, readonly number[]>>
}

const pointColumns = ['step', 'epoch', 'loss', 'learningRate', 'gradientNorm', 'stepMilliseconds'] as const
const epochColumns = ['epoch', 'step', 'loss', 'validationLoss', 'validationR2'] as const
export type PointColumn = (typeof pointColumns)[number]
export type EpochColumn = (typeof epochColumns)[number]

type Columns<Name extends string> = Record<Name, number[]>

/** So many points are read, and so many may be added before they are read anew, thinned. */
const pointsRead = 1500
const mostPoints = 4000
/** Eyes follow no faster curve, and a chart costs a few milliseconds. */
const showMilliseconds = 250

export class RunWatch {
  record = $state.raw<RunRecord>()
  /** The newest report of a run that trains. */
  advanced = $state.raw<TrainingAdvanced>()
  curves = $state.raw<RunCurves>(emptyCurves())
  problem = $state<string>()
  #points: Columns<PointColumn> = emptyColumns(pointColumns)
  #epochs: Columns<EpochColumn> = emptyColumns(epochColumns)
  #timer: ReturnType<typeof setTimeout> | undefined
  #reading = 0
  #client: TrainingClient | undefined

  get runId(): string | undefined {
    return this.record?.id
  }

  /** Look at this run from now on. */
  async show(client: TrainingClient, runId: string): Promise<void> {
    this.#client = client
    const reading = (this.#reading += 1)
    if (runId !== this.runId) {
      this.advanced = undefined
      this.#points = emptyColumns(pointColumns)
      this.#epochs = emptyColumns(epochColumns)
    }
    try {
      const record = await client.readRun({ runId })
      if (reading !== this.#reading) return
      this.record = record
      this.problem = undefined
      await this.#readCurves(client, runId, reading)
    } catch (error) {
      if (reading === this.#reading) this.problem = (error as Error).message
    }
  }

  /** Something of the record has changed. */
  async onChanged(runId: string): Promise<void> {
    const client = this.#client
    if (!client || runId !== this.runId) return
    const record = await client.readRun({ runId }).catch(() => undefined)
    if (record && record.id === this.runId) this.record = record
  }

  onAdvanced(event: TrainingAdvanced): void {
    if (event.runId !== this.runId) return
    this.advanced = event
    const { point } = event
    for (const name of pointColumns) this.#points[name].push(point[name] ?? NaN)
    if (this.#points.step.length > mostPoints && this.#client) {
      void this.#readCurves(this.#client, event.runId, this.#reading).catch(() => undefined)
    }
    this.#showSoon()
  }

  onEpochEnded(event: EpochEnded): void {
    if (event.runId !== this.runId) return
    for (const name of epochColumns) this.#epochs[name].push(event[name] ?? NaN)
    const { record } = this
    if (record) {
      const { epoch, step, loss, validationLoss, validationR2 } = event
      const best = event.isBest ? { epoch, step, loss, validationLoss, validationR2 } : record.best
      this.record = { ...record, best, epoch, step, keptEpochs: event.keptEpochs }
    }
    this.#showSoon()
  }

  /** Show nothing any more. */
  clear(): void {
    this.#reading += 1
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.record = undefined
    this.advanced = undefined
    this.problem = undefined
    this.curves = emptyCurves()
  }

  async #readCurves(client: TrainingClient, runId: string, reading: number): Promise<void> {
    const history = await client.readHistory({ runId, points: pointsRead })
    if (reading !== this.#reading) return
    for (const name of pointColumns) this.#points[name] = [...history.points[name]]
    for (const name of epochColumns) this.#epochs[name] = [...history.epochs[name]]
    this.#show()
  }

  #showSoon(): void {
    this.#timer ??= setTimeout(() => this.#show(), showMilliseconds)
  }

  #show(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.curves = { points: { ...this.#points }, epochs: { ...this.#epochs } }
  }
}

function emptyColumns<Name extends string>(names: readonly Name[]): Columns<Name> {
  return Object.fromEntries(names.map((name) => [name, [] as number[]])) as Columns<Name>
}

function emptyCurves(): RunCurves {
  return { points: emptyColumns(pointColumns), epochs: emptyColumns(epochColumns) }
}
