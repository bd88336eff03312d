/**
 * The figures of one contestant over many mixes: each mix gives one value a figure, the mean of its selectors.
 *
 * Knows nothing of who the contestant is.
 */
import { meanInterval, type Interval } from '../metrics/interval'
import { r2 } from '../metrics/r2'
import { settlingOfPower } from '../metrics/settling'
import { siSdrDb } from '../metrics/si-sdr'
import { snrDb } from '../metrics/snr'
import { toneErrorOf } from '../metrics/tone-error'
import type { GeneratedMix } from '../signal/synth'
import { radiansToDegrees, secondsToSamples, type Decibels, type Samples, type Seconds } from '../units'
import { settledShareOfDuration, type DuelTask } from './task'

export interface Figures {
  /** From a cold start over the whole mix. */
  readonly siSdrDb: Interval
  readonly siSdrImprovementDb: Interval
  readonly snrImprovementDb: Interval
  readonly r2: Interval
  /** From a fifth of the mix on. */
  readonly siSdrSettledDb: Interval
  readonly r2Settled: Interval
  /** Mean sizes from a fifth of the mix on. */
  readonly amplitudeError: number
  readonly phaseErrorDegrees: number
  /** When the error's mean power over all mixes and selectors stays 10 dB below the tones'; null if it never does. */
  readonly settlingSeconds: Seconds | null
}

/** An output without the tone, or a perfect one, has no decibels that could be averaged. */
const mostDecibels = 100

export class ScoreSheet {
  readonly #task: DuelTask
  readonly #perMix: Record<MixFigure, number[]> = {
    ...{ siSdrDb: [], siSdrImprovementDb: [], snrImprovementDb: [], r2: [] },
    ...{ siSdrSettledDb: [], r2Settled: [], amplitudeError: [], phaseErrorDegrees: [] }
  }
  /** The error's power at each sample as a share of the tone's, summed over mixes and selectors. */
  #errorPower: Float64Array | undefined
  #toneCount = 0

  constructor(task: DuelTask) {
    this.#task = task
  }

  /** Take the outputs of one mix, one array a selector; an output that lags is compared with what it lags behind. */
  add({ mix, tones }: GeneratedMix, outputs: readonly ArrayLike<number>[], latencySamples: Samples = 0): void {
    const { sampleRate, frequenciesHz } = this.#task
    const count = mix.length - latencySamples
    const startSample = Math.round(count * settledShareOfDuration)
    const selectors = tones.map((tone, selector): Record<MixFigure, number> => {
      const target = tone.subarray(0, count)
      const before = mix.subarray(0, count)
      const estimate = Float64Array.from({ length: count }, (_, n) => outputs[selector][n + latencySamples])
      this.#addError(target, estimate)
      const error = toneErrorOf(target, estimate, { frequencyHz: frequenciesHz[selector], sampleRate, startSample })
      const siSdr = limited(siSdrDb(target, estimate))
      return {
        siSdrDb: siSdr,
        siSdrImprovementDb: siSdr - limited(siSdrDb(target, before)),
        snrImprovementDb: limited(snrDb(target, estimate)) - limited(snrDb(target, before)),
        r2: r2(target, estimate),
        siSdrSettledDb: limited(siSdrDb(target, estimate, startSample)),
        r2Settled: r2(target, estimate, startSample),
        amplitudeError: Math.abs(error.amplitude),
        phaseErrorDegrees: Math.abs(radiansToDegrees(error.phaseRadians))
      }
    })
    for (const name of Object.keys(this.#perMix) as MixFigure[]) {
      this.#perMix[name].push(selectors.reduce((sum, figures) => sum + figures[name], 0) / selectors.length)
    }
  }

  /** SI-SDR of each mix, in the order they were added. */
  get siSdrsDb(): readonly Decibels[] {
    return this.#perMix.siSdrDb
  }

  figures(): Figures {
    const interval = (name: MixFigure) => meanInterval(this.#perMix[name])
    return {
      siSdrDb: interval('siSdrDb'),
      siSdrImprovementDb: interval('siSdrImprovementDb'),
      snrImprovementDb: interval('snrImprovementDb'),
      r2: interval('r2'),
      siSdrSettledDb: interval('siSdrSettledDb'),
      r2Settled: interval('r2Settled'),
      amplitudeError: interval('amplitudeError').mean,
      phaseErrorDegrees: interval('phaseErrorDegrees').mean,
      settlingSeconds: this.#settling()
    }
  }

  #addError(target: Float32Array, estimate: Float64Array): void {
    this.#errorPower ??= new Float64Array(target.length)
    const power = target.reduce((sum, value) => sum + value * value, 0) / target.length
    const sum = this.#errorPower
    for (let n = 0; n < sum.length; n += 1) sum[n] += (target[n] - estimate[n]) ** 2 / power
    this.#toneCount += 1
  }

  #settling(): Seconds | null {
    const { sampleRate, frequenciesHz } = this.#task
    if (!this.#errorPower) return null
    const periodSamples = secondsToSamples(1 / Math.max(...frequenciesHz), sampleRate)
    const samples = settlingOfPower(this.#errorPower, { periodSamples, targetPower: this.#toneCount })
    return Number.isFinite(samples) ? samples / sampleRate : null
  }
}

type MixFigure = Exclude<keyof Figures, 'settlingSeconds'>

function limited(decibels: Decibels): Decibels {
  return Math.max(-mostDecibels, Math.min(mostDecibels, decibels))
}
