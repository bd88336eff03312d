/** What a stream holds over frequency: spectra of its traces, and columns of a spectrogram. */
import * as v from 'valibot'
import { taperNames } from '../core/spectrum/tapers'
import { call, type Contract } from './define'
import { streamRange } from './measure'
import { traceNames } from './streams'
import { Count, Finite, Samples } from './values'

export const fftSizes = [256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536] as const
export const FftSize = v.picklist(fftSizes)
export const FrequencyAxis = v.object({
  lowHz: v.pipe(v.number(), v.finite(), v.minValue(0)),
  highHz: v.pipe(v.number(), v.finite(), v.gtValue(0)),
  scale: v.picklist(['linear', 'log'])
})
const spectral = { fftSize: FftSize, taper: v.picklist(taperNames), frequencyAxis: FrequencyAxis }

export const ReadSpectrum = v.object({
  ...streamRange,
  ...spectral,
  traces: v.pipe(v.array(v.picklist(traceNames)), v.minLength(1), v.maxLength(4)),
  selector: Count,
  /** So many pieces of fftSize that overlap by half are averaged, the newest of the range; fewer where it is short. */
  averages: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192))
})
export type ReadSpectrum = v.InferOutput<typeof ReadSpectrum>

export const TraceSpectrum = v.object({
  name: v.picklist(traceNames),
  /** Rising, and for each the mean square of the tone that would stand there. */
  frequenciesHz: Samples,
  power: Samples,
  /** Mean power of a noise bin. */
  floorPower: v.number(),
  /** The strongest first. */
  peaks: v.array(v.object({ frequencyHz: Finite, power: Finite }))
})
export type TraceSpectrum = v.InferOutput<typeof TraceSpectrum>

export const SpectrumData = v.object({
  binHz: Finite,
  noiseBandwidthHz: Finite,
  /** What the averaging came to: 0 pieces where there is nothing yet. A piece is shorter than fftSize where the range is. */
  segmentCount: Count,
  segmentLength: Count,
  traces: v.array(TraceSpectrum)
})
export type SpectrumData = v.InferOutput<typeof SpectrumData>

/** Column c lies about sample (c + 0.5) * hop of the axis. */
export const ReadSpectrogram = v.object({
  streamId: streamRange.streamId,
  axis: streamRange.axis,
  ...spectral,
  trace: v.picklist(traceNames),
  selector: Count,
  hop: v.pipe(v.number(), v.finite(), v.minValue(1e-3), v.maxValue(1e9)),
  firstColumn: Count,
  endColumn: Count,
  rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2048))
})
export type ReadSpectrogram = v.InferOutput<typeof ReadSpectrogram>

/** More columns than this are asked for in several calls, so that the stream goes on between them. */
export function mostColumnsPerCall(fftSize: number): number {
  return Math.max(1, Math.min(64, Math.floor(2 ** 17 / fftSize)))
}

export const spectrum = {
  calls: {
    readSpectrum: call(ReadSpectrum, SpectrumData),
    /** Levels in decibels of amplitude, [columns, rows] from the lowest frequency up; NaN where nothing is there yet. */
    readSpectrogram: call(ReadSpectrogram, v.object({ levels: Samples }))
  },
  events: {}
} as const satisfies Contract
