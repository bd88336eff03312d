/** The Bode plot of a model: the real network, run as the scope runs it, asked by core/bode. */
import { bodeFrequencies } from '../../core/bode/stimuli'
import { bodeStepCount, closedForm, measureBode } from '../../core/bode/bode'
import type { BodeResult } from '../../core/bode/report'
import butterworth, { bandPassSections } from '../../core/filters/rivals/butterworth'
import { checkTask } from '../../core/filters/tone-filter'
import { parseParams } from '../../core/params/params'
import type { Hertz } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import { filterSignal } from '../inference/filter-signal'
import { createStreamFilter } from '../inference/stream-filter'
import { CancelledError, type Job } from '../jobs'
import { sampleRateOf } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { arraySource } from '../signals/sample-source'

export interface BodeRequest {
  /** For a model that takes any; others answer their own. */
  readonly frequenciesHz?: readonly Hertz[]
  readonly sampleRate?: Hertz
}

const usual = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000 }

/** Throws CancelledError when aborted, RangeError for tones that the rate cannot hold. */
export async function runBode(
  engine: LoadedEngine,
  model: StoredModel,
  request: BodeRequest,
  { abort, advance }: Job
): Promise<BodeResult> {
  const { id, title, frequenciesHz: own } = model.manifest
  const frequenciesHz = own.length > 0 ? own : (request.frequenciesHz ?? usual.frequenciesHz)
  const sampleRate = request.sampleRate ?? (sampleRateOf(model.manifest) || usual.sampleRate)
  const task = { frequenciesHz, sampleRate }
  checkTask(task)
  const filter = createStreamFilter(engine, model, task)
  const steps = bodeStepCount(task)
  let done = 0
  const answer = async (input: Float32Array) => {
    if (abort.aborted) throw new CancelledError()
    filter.reset()
    const { outputs } = await filterSignal(filter, arraySource(input))
    done += 1
    advance(done / steps)
    return outputs
  }
  try {
    const amplitude = 1 / frequenciesHz.length
    const selectors = await measureBode(task, amplitude, answer)
    const params = parseParams(butterworth.params) as { order: number; bandwidth: number }
    const frequencies = bodeFrequencies(task)
    const sections = bandPassSections(task, params)
    return {
      ...{ modelId: id, modelTitle: title, sampleRate, amplitude, latencySamples: filter.latencySamples, selectors },
      reference: {
        title: `${butterworth.title} of order ${params.order}`,
        selectors: sections.map((list) => closedForm(list, sampleRate, frequencies))
      }
    }
  } finally {
    filter.dispose()
  }
}
