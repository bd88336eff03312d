/** Screens around the triggers of a stream. */
import type { ReadSweeps, Sweeps } from '../../contract/lab'
import { afterHoldOff, findTriggers } from '../../core/signal/trigger'
import type { Samples } from '../../core/units'
import type { Extent, StreamRecord } from './stream-record'

/** A trigger is looked for in the newest samples only, however long nobody asked. */
const longestSearch: Samples = 2 ** 18

/** Screens that begin so much before a trigger, as far as they are whole. */
export function sweepsOf(
  record: StreamRecord,
  extent: Extent,
  { traces, selector, trigger, spanSamples, preTriggerSamples, ...request }: Omit<ReadSweeps, 'streamId'>
): Sweeps {
  const { from, to } = extent
  const after = Math.max(request.afterSample, from + preTriggerSamples, to - longestSearch)
  // A screen before that arms the trigger; a trigger whose screen is not whole yet counts next time.
  const searchFrom = Math.max(from, Math.floor(after - spanSamples))
  const samples = record.samples(trigger.trace, selector, searchFrom, Math.max(0, to - searchFrom), extent)
  const places = findTriggers(samples, trigger).map((place) => place + searchFrom)
  const rest = spanSamples - preTriggerSamples
  const whole = afterHoldOff(places, after, Math.max(trigger.holdOffSamples, rest)).filter(
    (place) => place + rest <= to
  )
  const wanted = request.take === 'oldest' ? whole.slice(0, request.most) : whole.slice(-request.most)
  const sweeps = wanted.map((triggerSample) => {
    const start = Math.floor(triggerSample - preTriggerSamples) - request.marginSamples
    const end = Math.ceil(triggerSample + rest) + request.marginSamples
    return {
      triggerSample,
      data: record.picture(traces, selector, { start, end, columns: request.columns }, extent)
    }
  })
  return { sweeps, position: to }
}
