/** How good a model is on fresh generated mixes, run as a stream exactly as the scope runs it. */
import { meanInterval } from '../../core/metrics/interval'
import { r2 } from '../../core/metrics/r2'
import { siSdrDb } from '../../core/metrics/si-sdr'
import { generateMix } from '../../core/signal/synth'
import { drawFrequencies, type FrequencyRange } from '../../core/dataset/draw-frequencies'
import { Random } from '../../core/random'
import type { Degradations } from '../../core/signal/degradations'
import { secondsToSamples, type Hertz, type Samples } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import { sampleRateOf } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { arraySource } from '../signals/sample-source'
import { filterSignal } from './filter-signal'
import { createStreamFilter } from './stream-filter'

export interface EvaluationSettings {
  readonly mixCount: number
  readonly durationSeconds: number
  readonly noise: number
  readonly degradations?: Degradations
  readonly seed: number
  /** For a model that takes any frequencies: the rate of the mixes and the range their tones are drawn from. */
  readonly sampleRate?: Hertz
  readonly range?: FrequencyRange
}

/** The task of the prototypes: four tones from 0.5 to 12 Hz, at least 1 Hz apart, at 1000 Hz. */
export const anyFrequency = { sampleRate: 1000, range: { low: 0.5, high: 12, count: 4, spacing: 1 } } as const

interface Figures {
  readonly r2: number
  readonly r2AfterSettling: number
  readonly siSdrDb: number
}

export interface EvaluationFigures extends Figures {
  /** The true means of R² lie so close to these with 95 %, as far as the mixes tell. */
  readonly r2HalfWidth: number
  readonly r2AfterSettlingHalfWidth: number
  /** The value that only one in twenty of the tones stays below. */
  readonly r2FifthPercentile: number
  /** The same for each selector, from the lowest tone to the highest. */
  readonly selectors: readonly Figures[]
  readonly samplesPerSecond: number
}

/** Of ten; a longer or shorter mix settles in proportion. */
const settlingSeconds = 2

/** Means over mixes and selectors, each mix from a cold start. Throws CancelledError when aborted. */
export async function evaluateOnMixes(
  engine: LoadedEngine,
  model: StoredModel,
  settings: EvaluationSettings,
  abort?: AbortSignal
): Promise<EvaluationFigures> {
  const sampleRate = sampleRateOf(model.manifest) || (settings.sampleRate ?? anyFrequency.sampleRate)
  const range = settings.range ?? anyFrequency.range
  const fixed = model.manifest.frequenciesHz
  const found: Figures[][] = [] // [mix][selector]
  let seconds = 0
  let samples = 0
  for (let index = 0; index < settings.mixCount; index += 1) {
    const seed = settings.seed + index
    const frequenciesHz = fixed.length > 0 ? fixed : [...drawFrequencies(Random.derive(seed, 'frequencies'), range)]
    const { mix, tones } = generateMix({ ...settings, frequenciesHz, sampleRate, phase: 'random', seed })
    const filter = createStreamFilter(engine, model, { sampleRate, frequenciesHz })
    try {
      const filtered = await filterSignal(filter, arraySource(mix), abort)
      seconds += filtered.seconds
      samples += mix.length
      const settled = secondsToSamples((settlingSeconds * settings.durationSeconds) / 10, sampleRate)
      found.push(tones.map((tone, selector) => figuresOf(tone, filtered.outputs[selector], settled)))
    } finally {
      filter.dispose()
    }
  }
  const all = found.flat()
  const sorted = all.map((figures) => figures.r2).sort((a, b) => a - b)
  return {
    ...meanOf(all),
    r2HalfWidth: halfWidthOf(found, 'r2'),
    r2AfterSettlingHalfWidth: halfWidthOf(found, 'r2AfterSettling'),
    r2FifthPercentile: sorted[Math.floor(0.05 * sorted.length)],
    selectors: found[0].map((_, selector) => meanOf(found.map((mix) => mix[selector]))),
    samplesPerSecond: Math.round(samples / seconds)
  }
}

/** Figures of one output; also what a file is measured by. */
export function figuresOf(target: Float32Array, estimate: Float32Array, settledFrom: Samples): Figures {
  return {
    r2: r2(target, estimate),
    r2AfterSettling: r2(target, estimate, settledFrom),
    siSdrDb: siSdrDb(target, estimate)
  }
}

/** Of the mean over mixes; the selectors of one mix share its noise and count as one. */
function halfWidthOf(mixes: readonly (readonly Figures[])[], key: keyof Figures): number {
  return meanInterval(mixes.map((selectors) => meanOf(selectors)[key])).halfWidth
}

function meanOf(list: readonly Figures[]): Figures {
  const mean = (key: keyof Figures) => list.reduce((sum, figures) => sum + figures[key], 0) / list.length
  return { r2: mean('r2'), r2AfterSettling: mean('r2AfterSettling'), siSdrDb: mean('siSdrDb') }
}
