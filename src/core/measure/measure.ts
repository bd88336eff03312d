/**
 * All measurements of a piece of a trace at once. Knows nothing of streams or screens.
 *
 * The chosen tone is measured in the trace itself; its errors, SI-SDR and R² always compare output and truth.
 */
import { r2 } from '../metrics/r2'
import { siSdrDb } from '../metrics/si-sdr'
import { radiansToDegrees, type Hertz, type Samples } from '../units'
import type { Measurements } from './kinds'
import { levelsOf, type Levels } from './levels'
import { purityOf } from './purity'
import { fitTones, wrapRadians, type FittedTone } from './tone-fit'
import { cyclesOf, transitionsOf } from './transitions'

export interface MeasureInput {
  readonly samples: Float32Array
  readonly sampleRate: Hertz
  /** Place of the first sample in the stream: phases count from the stream's sample 0. */
  readonly startSample: Samples
  readonly toneHz: Hertz
  /** The chosen output and its clean tone over the same piece; absent where no truth is known. */
  readonly pair?: { readonly target: Float32Array; readonly estimate: Float32Array }
}

export function measure(input: MeasureInput): Measurements {
  const levels = levelsOf(input.samples)
  const values = { ...timesOf(input, levels), ...levelValues(levels), ...purityValues(input), ...toneValues(input) }
  const known = Object.entries(values).map(([id, value]) => [
    id,
    value === undefined || Number.isNaN(value) ? null : value
  ])
  return Object.fromEntries(known) as Measurements
}

function timesOf({ samples, sampleRate }: MeasureInput, levels: Levels | undefined) {
  const { period, width, riseTime, fallTime, duty } = cyclesOf(levels ? transitionsOf(samples, levels) : [])
  const seconds = (count: number | undefined) => count && count / sampleRate
  return {
    period: seconds(period),
    frequency: period && sampleRate / period,
    riseTime: seconds(riseTime),
    fallTime: seconds(fallTime),
    width: seconds(width),
    duty: duty && 100 * duty
  }
}

function levelValues(levels: Levels | undefined) {
  if (!levels) return { ...noLevels }
  const { min, max, mean, rms, acRms, base, top } = levels
  return {
    ...{ min, max, peakToPeak: max - min, mean, rms, acRms, amplitude: top - base },
    overshoot: top > base ? (100 * (max - top)) / (top - base) : undefined,
    crestFactor: rms > 0 ? Math.max(-min, max) / rms : undefined
  }
}

const noLevels = {
  ...{ min: undefined, max: undefined, peakToPeak: undefined, mean: undefined, rms: undefined, acRms: undefined },
  ...{ amplitude: undefined, overshoot: undefined, crestFactor: undefined }
}

function purityValues({ samples, sampleRate, toneHz }: MeasureInput) {
  const purity = purityOf(samples, sampleRate, toneHz)
  return { snr: purity?.snrDb, sinad: purity?.sinadDb, thd: purity?.thdDb, sfdr: purity?.sfdrDb }
}

function toneValues(input: MeasureInput) {
  const tone = toneIn(input.samples, input)
  const target = input.pair && toneIn(input.pair.target, input)
  const estimate = input.pair && toneIn(input.pair.estimate, input)
  const both = target && estimate && target.amplitude > 0 ? { target, estimate } : undefined
  const isThere = (fitted: FittedTone | undefined) => fitted !== undefined && fitted.amplitude > 0
  return {
    toneAmplitude: tone?.amplitude,
    tonePhase: tone && isThere(tone) ? radiansToDegrees(tone.phaseRadians) : undefined,
    amplitudeError: both && 100 * (both.estimate.amplitude / both.target.amplitude - 1),
    phaseError:
      both && isThere(both.estimate)
        ? radiansToDegrees(wrapRadians(both.estimate.phaseRadians - both.target.phaseRadians))
        : undefined,
    siSdr: input.pair && siSdrDb(input.pair.target, input.pair.estimate),
    r2: input.pair && r2(input.pair.target, input.pair.estimate)
  }
}

/** A tone needs half a cycle at least; undefined below. */
function toneIn(samples: Float32Array, { sampleRate, startSample, toneHz }: MeasureInput): FittedTone | undefined {
  if (toneHz >= sampleRate / 2 || (toneHz * samples.length) / sampleRate < 0.5) return undefined
  return fitTones(samples, { frequenciesHz: [toneHz], sampleRate, startSample })?.tones[0]
}
