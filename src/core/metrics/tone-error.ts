/** By how much an estimate's amplitude and phase are off at one frequency. Knows nothing of models. */
import { fitAmplitudes } from '../filters/least-squares'
import type { Hertz, Radians, Samples } from '../units'
import { checkComparable } from './comparable'

export interface ToneError {
  /** Amplitude of the estimate over amplitude of the target, less one: 0 is right, -0.1 is a tenth too small. */
  readonly amplitude: number
  /** Phase of the estimate less phase of the target, from -pi to pi; below 0 the estimate lags. */
  readonly phaseRadians: Radians
}

/**
 * Both are fitted with sine and cosine of the frequency by least squares, so noise counts only as far as it falls on
 * the tone. A target without the tone has no error: NaN.
 */
export function toneErrorOf(
  target: ArrayLike<number>,
  estimate: ArrayLike<number>,
  at: { frequencyHz: Hertz; sampleRate: Hertz; startSample?: Samples }
): ToneError {
  checkComparable(target, estimate, at.startSample)
  const task = { frequenciesHz: [at.frequencyHz], sampleRate: at.sampleRate }
  const [wanted] = fitAmplitudes(target, task, at.startSample)
  const [found] = fitAmplitudes(estimate, task, at.startSample)
  const size = Math.hypot(wanted.sine, wanted.cosine)
  if (size === 0) return { amplitude: NaN, phaseRadians: NaN }
  // a sin(wt + p) has the amplitudes a cos(p) and a sin(p): as complex numbers their ratio is gain and phase.
  const along = found.sine * wanted.sine + found.cosine * wanted.cosine
  const across = found.cosine * wanted.sine - found.sine * wanted.cosine
  return { amplitude: Math.hypot(found.sine, found.cosine) / size - 1, phaseRadians: Math.atan2(across, along) }
}
