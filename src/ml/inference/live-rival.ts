/**
 * A rival beside a live stream: which classical filter, with which settings; a mark that sees the whole record is
 * refused with the reason, or runs delayed if the user wants that.
 */
import type { RivalChoice } from '../../contract/streams'
import { DelayedFilter } from '../../core/filters/delayed'
import { rivalById } from '../../core/filters/rivals'
import { samplesPerSpacing } from '../../core/filters/rivals/define'
import type { ToneFilter, ToneTask } from '../../core/filters/tone-filter'
import { parseParams } from '../../core/params/params'
import type { Samples } from '../../core/units'
import { formatSeconds } from '../../core/duel/verdict'

export interface LiveRival {
  readonly id: string
  readonly title: string
  readonly latencySamples: Samples
  create(): ToneFilter
}

/** Throws RangeError for a rival that there is not, settings it has not, tones it cannot do, and marks not delayed. */
export function liveRivalOf({ id, params: given, delayed = false }: RivalChoice, task: ToneTask): LiveRival {
  const rival = rivalById(id)
  const params = parseParams(rival.params, given)
  if (rival.causal) {
    const create = () => rival.create(task, params)
    return { id, title: rival.title, latencySamples: create().latencySamples, create }
  }
  const period = Math.ceil(samplesPerSpacing(task))
  const settings = { lookAheadSamples: 2 * period, contextSamples: 6 * period, hopSamples: Math.ceil(period / 4) }
  const create = () =>
    new DelayedFilter((record) => rival.filterRecord(record, task, params), task.frequenciesHz.length, settings)
  const { latencySamples } = create()
  if (delayed) return { id, title: rival.title, latencySamples, create }
  throw new RangeError(
    `${rival.title} sees what comes after a sample, so it cannot run live. Delayed by ${latencySamples} samples (${formatSeconds(latencySamples / task.sampleRate)}) it can.`
  )
}
