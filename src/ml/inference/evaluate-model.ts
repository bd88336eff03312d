/** How good a model is on fresh generated mixes, run as a stream exactly as the scope runs it. */
import { r2 } from '../../core/metrics/r2'
import { siSdrDb } from '../../core/metrics/si-sdr'
import { generateMix } from '../../core/signal/synth'
import { secondsToSamples } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import type { StoredModel } from '../library/model-file'
import { filterSignal } from './filter-signal'
import { createStreamFilter } from './stream-filter'

export interface EvaluationSettings {
  readonly mixCount: number
  readonly durationSeconds: number
  readonly noise: number
  readonly seed: number
}

export interface EvaluationFigures {
  /** Means over mixes and selectors: from a cold start, and from two seconds on. */
  readonly r2: number
  readonly r2AfterSettling: number
  readonly siSdrDb: number
  /** The same from a cold start, for each selector. */
  readonly selectors: readonly { frequencyHz: number; r2: number; r2AfterSettling: number; siSdrDb: number }[]
  readonly samplesPerSecond: number
}

const settlingSeconds = 2

export async function evaluateOnMixes(engine: LoadedEngine, model: StoredModel, settings: EvaluationSettings): Promise<EvaluationFigures> {
  const { frequenciesHz, running } = model.manifest
  const { sampleRate } = running
  const sums = frequenciesHz.map(() => ({ r2: 0, r2AfterSettling: 0, siSdrDb: 0 }))
  let seconds = 0
  let samples = 0
  for (let index = 0; index < settings.mixCount; index += 1) {
    const seed = settings.seed + index
    const { mix, tones } = generateMix({ ...settings, frequenciesHz, sampleRate, phase: 'random', seed })
    const filter = createStreamFilter(engine, model, { sampleRate })
    try {
      const filtered = await filterSignal(filter, mix)
      seconds += filtered.seconds
      samples += mix.length
      filtered.outputs.forEach((output, selector) => {
        sums[selector].r2 += r2(tones[selector], output)
        sums[selector].r2AfterSettling += r2(tones[selector], output, secondsToSamples(settlingSeconds, sampleRate))
        sums[selector].siSdrDb += siSdrDb(tones[selector], output)
      })
    } finally {
      filter.dispose()
    }
  }
  const selectors = sums.map((sum, selector) => ({
    frequencyHz: frequenciesHz[selector],
    r2: sum.r2 / settings.mixCount,
    r2AfterSettling: sum.r2AfterSettling / settings.mixCount,
    siSdrDb: sum.siSdrDb / settings.mixCount
  }))
  const mean = (key: 'r2' | 'r2AfterSettling' | 'siSdrDb') =>
    selectors.reduce((sum, selector) => sum + selector[key], 0) / selectors.length
  return {
    r2: mean('r2'),
    r2AfterSettling: mean('r2AfterSettling'),
    siSdrDb: mean('siSdrDb'),
    selectors,
    samplesPerSecond: Math.round(samples / seconds)
  }
}
