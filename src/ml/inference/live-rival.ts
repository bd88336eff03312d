/**
 * A rival beside a live stream: which classical filter, with which settings; a mark that sees the whole record is
 * refused with the reason, or runs delayed if the user wants that.
 */
import type { RivalChoice } from '../../contract/streams'
import { DelayedFilter } from '../../core/filters/delayed'
import { rivalById } from '../../core/filters/rivals'
import type { ToneFilter, ToneTask } from '../../core/filters/tone-filter'
import { parseParams } from '../../core/params/params'
import type { Samples } from '../../core/units'
import { liveUseOf, type LiveUse } from './live-use'

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
  const use = refusedUnless(delayed, liveUseOf(rival, task))
  const create = () =>
    new DelayedFilter((record) => rival.filterRecord(record, task, params), task.frequenciesHz.length, use.settings)
  return { id, title: rival.title, latencySamples: use.delaySamples, create }
}

function refusedUnless(delayed: boolean, use: LiveUse): Extract<LiveUse, { kind: 'delayed' }> {
  if (use.kind === 'delayed' && delayed) return use
  throw new RangeError(use.kind === 'delayed' ? use.reason : 'Expected a rival that sees the future.')
}
