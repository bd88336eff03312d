/**
 * A training in its folder: it goes on where the newest whole checkpoint stands, writes down what it does, and ends with a
 * model, or paused, or failed with a sentence. Knows nothing of queues, processes or screens.
 */
import { version } from '../../../package.json'
import type { RunRecord } from '../../contract/runs'
import type { EpochEnded, TrainingAdvanced } from '../../contract/training'
import { keptEpochs } from '../../core/runs/thin'
import { InputError } from '../../core/signal/signal'
import type { LoadedEngine } from '../engine/tensorflow'
import type { RunFolder } from '../library/run-folder'
import { runTrainer, type TrainingProgress } from './progress'
import { differencesTo, environmentOf } from './environment'
import { finiteOrNull, RunHistory } from './run-history'
import { fromCheckpoint, toCheckpoint, type RunState } from './run-state'
import { TrainingDiverged, type EpochReport } from './trainer'
import { Training } from './training'

/** How a training is asked to end before its time. */
export class RunControl {
  readonly #controller = new AbortController()
  #wish: 'pause' | 'stop' | undefined

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** `pause` leaves everything for later, `stop` makes a model of what there is. */
  get wish(): 'pause' | 'stop' | undefined {
    return this.#wish
  }

  /** After the step that is being made. */
  ask(wish: 'pause' | 'stop'): void {
    this.#wish ??= wish
    this.#controller.abort()
  }
}

export interface RunHooks {
  /** At most ten times a second. */
  onAdvanced?(event: TrainingAdvanced): void
  onEpoch?(event: EpochEnded): void
  /** Something in run.json changed. */
  onRecord?(record: RunRecord): void
}

const checkpointEveryMilliseconds = 60_000
const mostKeptEpochs = 60

/** Throws InputError if the folder's checkpoints are those of other data; any other end is told by the record's status. */
export async function trainRun(
  engine: LoadedEngine,
  folder: RunFolder,
  control: RunControl,
  hooks: RunHooks = {}
): Promise<RunRecord> {
  const release = await folder.claim()
  let training: Training | undefined
  let run: RunInFolder | undefined
  try {
    const record = await folder.readRecord()
    training = new Training(engine, record.request)
    run = new RunInFolder(training, folder, record, hooks)
    await run.begin()
    return await run.train(control)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return await (run ?? new RunInFolder(undefined, folder, await folder.readRecord(), hooks)).fail(message)
  } finally {
    training?.dispose()
    await release()
  }
}

class RunInFolder {
  #record: RunRecord
  readonly #history = new RunHistory()
  #secondsBefore = 0
  #started = performance.now()
  #checkpointed = performance.now()
  #pace = 0
  readonly #given: Training | undefined

  constructor(
    training: Training | undefined,
    readonly folder: RunFolder,
    record: RunRecord,
    readonly hooks: RunHooks
  ) {
    this.#given = training
    this.#record = record
  }

  get #training(): Training {
    return this.#given!
  }

  get #seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#started) / 1000
  }

  /** Take up the newest checkpoint, if there is one, and say how. */
  async begin(): Promise<void> {
    const { engine, data, network, request } = this.#training
    const dataHash = data.hash()
    const found = await this.folder.readCheckpoint()
    const notes: string[] = []
    if (found) {
      const state = fromCheckpoint(found.checkpoint)
      if (state.dataHash !== dataHash)
        throw new InputError(
          'The data that this run learned from cannot be made again by this program: it is another version. Start a new run.'
        )
      this.#training.trainer.restore(state.trainer)
      this.#history.sums = state.points
      this.#secondsBefore = state.seconds
      notes.push(...found.problems, `It went on at step ${state.trainer.progress.step}.`)
      notes.push(...differencesTo(state.environment, environmentOf(engine)))
    }
    const { progress } = this.#training.trainer
    await this.folder.cutHistory(progress.step)
    const kept = await this.folder.epochs()
    await this.folder.deleteEpochs(kept.filter((epoch) => epoch > progress.epochsDone))
    await this.#write({
      ...{ status: 'running', message: notes.join(' '), dataHash, metrics: {}, summary: '' },
      ...{ stepCount: data.stepCount, epochCount: data.epochCount, parameterCount: network.parameterCount },
      ...{ kernel: engine.kernels.name, device: engine.info.device, threads: engine.info.threads, request },
      ...{ appVersion: version, tensorflowVersion: engine.info.tensorflowVersion },
      keptEpochs: await this.folder.epochs()
    })
    this.#started = this.#checkpointed = performance.now()
  }

  async train(control: RunControl): Promise<RunRecord> {
    const { trainer } = this.#training
    try {
      await runTrainer(trainer, {
        abort: control.signal,
        onStep: (report) =>
          this.#history.take(report, { stepCount: trainer.data.stepCount, stepMilliseconds: this.#pace }),
        onProgress: (progress) => this.#advance(progress),
        onEpoch: (report) => this.#endEpoch(report),
        onPause: async () => {
          if (performance.now() - this.#checkpointed >= checkpointEveryMilliseconds) await this.#checkpoint()
        }
      })
    } catch (error) {
      if (!(error instanceof TrainingDiverged)) throw error
      return this.#endDiverged(error)
    }
    if (trainer.isFinished) return this.#finish('finished')
    await this.#checkpoint()
    return control.wish === 'stop' ? this.#finish('stopped') : this.#write({ status: 'paused' })
  }

  /** The end of everything that went wrong. Does not throw: a full disk may be what is wrong. */
  async fail(message: string): Promise<RunRecord> {
    try {
      return await this.#write({ status: 'failed', message })
    } catch (error) {
      const failed: RunRecord = { ...this.#record, status: 'failed', message: `${message} ${(error as Error).message}` }
      this.hooks.onRecord?.(failed)
      return failed
    }
  }

  async #finish(status: 'finished' | 'stopped'): Promise<RunRecord> {
    const seconds = this.#seconds
    const model = await this.#training.finish(seconds)
    await this.folder.writeModel(model)
    await this.folder.appendHistory(this.#history.newPoints())
    const { metrics, summary } = model.manifest
    const record = await this.#write({ status, seconds, metrics, summary })
    // A stopped run may still be taken up again.
    if (status === 'finished') await this.folder.deleteCheckpoints()
    return record
  }

  async #endDiverged({ message }: TrainingDiverged): Promise<RunRecord> {
    await this.folder.appendHistory(this.#history.newPoints())
    if (!this.#training.trainer.restoreBest()) return this.#write({ status: 'failed', message })
    const model = await this.#training.finish(this.#seconds)
    await this.folder.writeModel(model)
    const { metrics, summary } = model.manifest
    return this.#write({ status: 'failed', metrics, summary, message: `${message} The best epoch was kept.` })
  }

  #advance(progress: TrainingProgress): void {
    const { step, stepCount, epoch, epochCount, loss, learningRate, gradientNorm } = progress
    const { stepMilliseconds, secondsLeft } = progress
    this.#pace = stepMilliseconds
    this.hooks.onAdvanced?.({
      runId: this.#record.id,
      point: { step, epoch, loss, learningRate, gradientNorm: finiteOrNull(gradientNorm), stepMilliseconds },
      ...{ stepCount, epochCount, secondsLeft, seconds: this.#seconds },
      samplesPerSecond: (1000 * this.#training.data.samplesPerStep) / stepMilliseconds
    })
  }

  async #endEpoch({ figures, isBest }: EpochReport): Promise<void> {
    const { trainer, network } = this.#training
    const { epoch } = figures
    const summary = `Epoch ${epoch}; R² ${figures.validationR2.toFixed(3)} on what was held out`
    const model = this.#training.describe(await network.weights(), { seconds: this.#seconds, summary })
    await this.folder.writeEpoch(epoch, model)
    const { best } = trainer.progress
    const there = await this.folder.epochs()
    const kept = keptEpochs(there, best?.epoch ?? null, mostKeptEpochs)
    await this.folder.deleteEpochs(there.filter((other) => !kept.includes(other)))
    await this.#checkpoint({ keptEpochs: kept })
    this.hooks.onEpoch?.({
      ...{ runId: this.#record.id, isBest, isKept: true, keptEpochs: kept },
      ...{ epoch, step: figures.step, loss: finiteOrNull(figures.loss) },
      ...{ validationLoss: finiteOrNull(figures.validationLoss), validationR2: finiteOrNull(figures.validationR2) }
    })
  }

  async #checkpoint(change: Partial<RunRecord> = {}): Promise<void> {
    const { trainer } = this.#training
    await this.folder.appendHistory(this.#history.newPoints())
    const state: RunState = {
      trainer: await trainer.state(),
      points: this.#history.sums,
      seconds: this.#seconds,
      dataHash: this.#record.dataHash,
      environment: environmentOf(this.#training.engine)
    }
    await this.folder.writeCheckpoint(trainer.progress.step, toCheckpoint(state))
    this.#checkpointed = performance.now()
    await this.#write(change)
  }

  async #write(change: Partial<RunRecord>): Promise<RunRecord> {
    const progress = this.#given?.trainer.progress
    const { step, epochsDone: epoch, best } = progress ?? {}
    this.#record = await this.folder.changeRecord((record) => ({
      ...record,
      ...(progress && { step, epoch, best, seconds: this.#seconds }),
      updatedAt: new Date().toISOString(),
      ...change
    }))
    this.hooks.onRecord?.(this.#record)
    return this.#record
  }
}
