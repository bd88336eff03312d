/**
 * The training loop, one step at a time, and everything that it depends on as one state: a training that takes its state
 * up again ends with the same bits as one without a break. Knows nothing of files, clocks or processes.
 */
import type { EpochFigures } from '../../contract/runs'
import { learningRateAt, schedules, type Schedule, type ScheduleChoice } from '../../core/training/schedules'
import { parseParams } from '../../core/params/params'
import type { WeightedNetwork } from '../network/weighted-network'
import type { DataState, TrainingData } from './data/define'
import { Optimiser, type OptimiserSettings, type OptimiserState } from './optimiser'

export interface TrainerSettings extends OptimiserSettings {
  /** The greatest rate of the schedule. */
  readonly learningRate: number
  readonly schedule: ScheduleChoice
  readonly earlyStopping: { readonly patience: number } | null
  readonly keep: 'best' | 'last'
}

export interface StepReport {
  /** Steps done. */
  readonly step: number
  /** From 1: the epoch that the step belongs to. */
  readonly epoch: number
  readonly loss: number
  readonly gradientNorm: number
  readonly learningRate: number
  /** Present where the step ended an epoch. */
  readonly epochEnd?: EpochReport
}

export interface EpochReport {
  readonly figures: EpochFigures & {
    readonly loss: number
    readonly validationLoss: number
    readonly validationR2: number
  }
  readonly isBest: boolean
}

/** The counters of a trainer; plain numbers, for JSON. */
export interface TrainerProgress {
  readonly step: number
  /** Of the epoch under way: losses times their counts, and the counts. */
  readonly lossSum: number
  readonly lossCount: number
  readonly epochsDone: number
  /** Epochs since the best one. */
  readonly sinceBest: number
  /** Epochs without a better loss since the schedule last took note of one. */
  readonly sinceProgress: number
  readonly plateaus: number
  readonly best: EpochFigures | null
  readonly hasStopped: boolean
}

/** Everything that the rest of a training depends on. */
export interface TrainerState {
  readonly progress: TrainerProgress
  readonly weights: Float32Array
  readonly bestWeights?: Float32Array
  readonly optimiser: OptimiserState
  readonly data: DataState
}

/** A loss that is not a number: nothing after it can be trusted. */
export class TrainingDiverged extends Error {
  override readonly name = 'TrainingDiverged'
}

export class Trainer {
  readonly #optimiser: Optimiser
  readonly #patience: number
  #progress: TrainerProgress = {
    ...{ step: 0, lossSum: 0, lossCount: 0, epochsDone: 0, sinceBest: 0, sinceProgress: 0, plateaus: 0 },
    ...{ best: null, hasStopped: false }
  }
  #bestWeights: Float32Array | undefined

  /** Throws RangeError for settings that the optimiser or the schedule does not have. Network and data stay the caller's. */
  constructor(
    readonly network: WeightedNetwork,
    readonly data: TrainingData,
    readonly settings: TrainerSettings
  ) {
    const schedule: Schedule = schedules[settings.schedule.id]
    const params = parseParams(schedule.params, settings.schedule.params)
    this.#patience = schedule.patience?.(params) ?? Infinity
    this.#optimiser = new Optimiser(network, settings)
  }

  get progress(): TrainerProgress {
    return this.#progress
  }

  /** True after the last step, and where early stopping ended it. */
  get isFinished(): boolean {
    return this.#progress.hasStopped || this.#progress.step >= this.data.stepCount
  }

  /** The weights of the best epoch, if one has ended. */
  get bestWeights(): Float32Array | undefined {
    return this.#bestWeights
  }

  /** One step, and with the last of an epoch its validation. Throws TrainingDiverged. */
  async advance(): Promise<StepReport> {
    const { data, settings } = this
    const { step, plateaus } = this.#progress
    const { stepCount, stepsPerEpoch } = data
    const learningRate = learningRateAt(settings.schedule, {
      ...{ peak: settings.learningRate, step, stepCount, stepsPerEpoch, plateaus }
    })
    const { input, target, state, exampleCount } = await data.batch(step)
    const result = this.#optimiser.step({
      ...{ input, target, state, learningRate, dropoutSeed: step + 1 },
      loss: (output, wanted) => data.heads.loss(this.network.tf, output, wanted)
    })
    this.network.tf.dispose([input, target, ...state])
    data.keepState(result.state)
    const { loss, gradientNorm } = result
    assertFinite(loss, step + 1, gradientNorm)
    const { lossSum, lossCount } = this.#progress
    this.#progress = {
      ...this.#progress,
      step: step + 1,
      lossSum: lossSum + loss * exampleCount,
      lossCount: lossCount + exampleCount
    }
    const report = { step: step + 1, epoch: Math.floor(step / stepsPerEpoch) + 1, loss, gradientNorm, learningRate }
    const isEnd = (step + 1) % stepsPerEpoch === 0 || step + 1 === stepCount
    return isEnd ? { ...report, epochEnd: await this.#endEpoch(report.epoch) } : report
  }

  /** The state between two steps. */
  async state(): Promise<TrainerState> {
    return {
      progress: this.#progress,
      weights: await this.network.weights(),
      bestWeights: this.#bestWeights,
      optimiser: await this.#optimiser.state(),
      data: await this.data.state()
    }
  }

  /** Go on where a state was taken. Throws RangeError if it is of another network, optimiser or data. */
  restore({ progress, weights, bestWeights, optimiser, data }: TrainerState): void {
    this.#setWeights(weights)
    this.#optimiser.restore(optimiser)
    this.data.restore(data)
    this.#progress = progress
    this.#bestWeights = bestWeights
  }

  /** Leave the weights in the network that the settings want to keep. */
  finish(): void {
    if (this.settings.keep === 'best') this.restoreBest()
  }

  /** Go back to the best epoch's weights; false if no epoch has ended. */
  restoreBest(): boolean {
    if (!this.#bestWeights) return false
    this.#setWeights(this.#bestWeights)
    return true
  }

  dispose(): void {
    this.#optimiser.dispose()
  }

  async #endEpoch(epoch: number): Promise<EpochReport> {
    const { progress: before, settings } = { progress: this.#progress, settings: this.settings }
    const { loss: validationLoss, r2: validationR2 } = await this.data.validate()
    const figures = {
      ...{ epoch, step: before.step, loss: before.lossSum / before.lossCount, validationLoss, validationR2 }
    }
    const isBest = validationLoss < (before.best?.validationLoss ?? Infinity)
    if (isBest) this.#bestWeights = await this.network.weights()
    const sinceBest = isBest ? 0 : before.sinceBest + 1
    const sinceProgress = isBest ? 0 : before.sinceProgress + 1
    const isPlateau = sinceProgress > this.#patience
    this.#progress = {
      ...{ step: before.step, lossSum: 0, lossCount: 0, epochsDone: before.epochsDone + 1, sinceBest },
      sinceProgress: isPlateau ? 0 : sinceProgress,
      plateaus: before.plateaus + (isPlateau ? 1 : 0),
      best: isBest ? figures : before.best,
      hasStopped: settings.earlyStopping !== null && sinceBest >= settings.earlyStopping.patience
    }
    return { figures, isBest }
  }

  #setWeights(weights: Float32Array): void {
    const { network } = this
    if (weights.length !== network.parameterCount)
      throw new RangeError(`Expected ${network.parameterCount} weights. Received: ${weights.length}.`)
    network.assign(network.tf.tensor1d(weights))
  }
}

function assertFinite(loss: number, step: number, gradientNorm: number): void {
  if (Number.isFinite(loss)) return
  throw new TrainingDiverged(
    `The loss became ${loss} in step ${step} (gradient norm ${gradientNorm}). Lower the learning rate or the clipping norm, or look for NaN in the signal.`
  )
}
