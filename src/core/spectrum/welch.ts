/**
 * The power spectrum of a record as the mean over overlapping tapered pieces. Knows nothing of screens.
 *
 * Welch, IEEE Trans. Audio Electroacoust. 15 (1967): pieces overlap by half, and each loses its mean first.
 */
import type { Hertz, Samples } from '../units'
import { SegmentPower, type SegmentSettings } from './segment-power'

export interface PowerSpectrum {
  /** Mean square of the tone that would make each bin: bin k stands for k * binHz. */
  readonly power: Float64Array
  readonly binHz: Hertz
  /** power / noiseBandwidthHz is the density. */
  readonly noiseBandwidthHz: Hertz
  readonly segmentCount: number
}

/** Throws RangeError where the samples are fewer than one piece. */
export function welch(samples: ArrayLike<number>, settings: SegmentSettings): PowerSpectrum {
  const segment = new SegmentPower(settings)
  const { segmentLength, binHz, noiseBandwidthHz } = segment
  const segmentCount = segmentCountOf(samples.length, segmentLength)
  if (segmentCount < 1) {
    throw new RangeError(`Expected at least ${segmentLength} samples. Received: ${samples.length}.`)
  }
  const step = stepOf(segmentLength)
  const power = new Float64Array(segment.binCount)
  for (let index = 0; index + 1 < segmentCount; index += 2) {
    segment.addPairTo(power, samples, [index * step, (index + 1) * step])
  }
  if (segmentCount % 2 === 1) segment.addTo(power, samples, (segmentCount - 1) * step)
  for (let k = 0; k < power.length; k += 1) power[k] /= segmentCount
  return { power, binHz, noiseBandwidthHz, segmentCount }
}

/** How many samples so many pieces take. */
export function samplesForSegments(segmentCount: number, segmentLength: Samples): Samples {
  return segmentLength + (segmentCount - 1) * stepOf(segmentLength)
}

export function segmentCountOf(sampleCount: Samples, segmentLength: Samples): number {
  return sampleCount < segmentLength ? 0 : Math.floor((sampleCount - segmentLength) / stepOf(segmentLength)) + 1
}

function stepOf(segmentLength: Samples): Samples {
  return Math.max(1, segmentLength - Math.floor(segmentLength / 2))
}
