/**
 * May a model run live? A causal one may. One that sees the future is refused with the reason, and can run delayed by as
 * many samples as it waits for.
 */
import { DelayedFilter, type DelaySettings } from '../../core/filters/delayed'
import { formatSeconds } from '../../core/duel/verdict'
import { samplesPerSpacing } from '../../core/filters/rivals/define'
import type { ToneTask } from '../../core/filters/tone-filter'
import type { Samples } from '../../core/units'
import type { StreamFilter } from './stream-filter'

export type LiveUse =
  | { readonly kind: 'live' }
  | {
      readonly kind: 'delayed'
      readonly delaySamples: Samples
      readonly settings: DelaySettings
      /** One sentence for people. */
      readonly reason: string
    }

export function liveUseOf({ title, causal }: { title: string; causal: boolean }, task: ToneTask): LiveUse {
  if (causal) return { kind: 'live' }
  const settings = delayFor(task)
  const delaySamples = settings.lookAheadSamples + settings.hopSamples
  const delay = `${delaySamples} samples (${formatSeconds(delaySamples / task.sampleRate)})`
  const reason = `${title} sees what comes after a sample, so it cannot run live. Delayed by ${delay} it can.`
  return { kind: 'delayed', delaySamples, settings, reason }
}

/** Tones that can be told apart in the past can be told apart in as much future. */
function delayFor(task: ToneTask): DelaySettings {
  const period = Math.ceil(samplesPerSpacing(task))
  return { lookAheadSamples: 2 * period, contextSamples: 6 * period, hopSamples: Math.ceil(period / 4) }
}

/** A filter that sees the future, as a stream that waits for it; owns the filter. */
export function delayedStream(filter: StreamFilter, settings: DelaySettings): StreamFilter {
  const filterRecord = (record: Float64Array) => {
    filter.reset()
    return filter.process(Float32Array.from(record))
  }
  const delayed = new DelayedFilter(filterRecord, filter.frequenciesHz.length, settings)
  return {
    frequenciesHz: filter.frequenciesHz,
    latencySamples: delayed.latencySamples + filter.latencySamples,
    hopSamples: settings.hopSamples,
    process: (block) => delayed.process(block).map((output) => Float32Array.from(output)),
    reset: () => delayed.reset(),
    dispose: () => filter.dispose()
  }
}
