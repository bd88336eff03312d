/** What the measuring views remember from one start to the next; part of Settings. */
import * as v from 'valibot'
import { measureIds, type MeasureId } from '../core/measure/kinds'
import { taperNames } from '../core/spectrum/tapers'
import { fftSizes } from './spectrum'
import { traceNames } from './streams'

/** A setting with its usual value, which also stands for one that this version does not know. */
const remembered = <S extends v.GenericSchema>(schema: S, usual: v.InferOutput<S>) =>
  v.optional(v.fallback(schema, usual as never), usual as never)

export const measureScopes = ['screen', 'selection', 'cycle'] as const
export type MeasureScope = (typeof measureScopes)[number]

const usuallyPinned: MeasureId[] = [
  'frequency',
  'peakToPeak',
  'rms',
  'toneAmplitude',
  'amplitudeError',
  'phaseError',
  'snr'
]

export const MeasureSettings = v.object({
  /** In the order of the list. A kind that this version does not know resets the list, not the settings. */
  pinned: remembered(v.pipe(v.array(v.picklist(measureIds)), v.maxLength(measureIds.length)), usuallyPinned),
  trace: remembered(v.picklist(traceNames), 'output'),
  scope: remembered(v.picklist(measureScopes), 'screen')
})
export type MeasureSettings = v.InferOutput<typeof MeasureSettings>

export const colourMapNames = ['viridis', 'cividis', 'grey'] as const
export const averageCounts = [1, 2, 4, 8, 16, 32] as const

export const SpectrumSettings = v.object({
  fftSize: remembered(v.picklist(fftSizes), 4096),
  taper: remembered(v.picklist(taperNames), 'hann'),
  averages: remembered(v.picklist(averageCounts), 1),
  levels: remembered(v.picklist(['decibels', 'linear']), 'decibels'),
  scale: remembered(v.picklist(['linear', 'log']), 'log'),
  /** Of the spectrogram: shorter pieces tell times apart, longer ones frequencies. */
  columnFftSize: remembered(v.picklist(fftSizes), 2048),
  columnTrace: remembered(v.picklist(traceNames), 'mix'),
  colourMap: remembered(v.picklist(colourMapNames), 'viridis'),
  /** Decibels from the darkest to the brightest colour. */
  colourRangeDb: remembered(v.pipe(v.number(), v.minValue(10), v.maxValue(160)), 40)
})
export type SpectrumSettings = v.InferOutput<typeof SpectrumSettings>
