/** How good a setting of a rival is on the mixes for tuning: mean SI-SDR, the figure that the duel is about. */
import type { Rival } from '../filters/rivals/define'
import { siSdrDb } from '../metrics/si-sdr'
import type { ParamValues } from '../params/params'
import type { GeneratedMix } from '../signal/synth'
import type { Decibels } from '../units'
import type { DuelTask } from './task'

/** The outputs of a rival for a whole mix, one array a selector, from a cold start. */
export function runRival(rival: Rival, task: DuelTask, params: ParamValues, mix: Float32Array): Float64Array[] {
  return rival.causal ? rival.create(task, params).process(mix) : rival.filterRecord(mix, task, params)
}

/** Mean over selectors; a silent output counts -100 dB. */
export function siSdrOf({ tones }: GeneratedMix, outputs: readonly ArrayLike<number>[]): Decibels {
  const sum = tones.reduce((total, tone, selector) => total + Math.max(-100, siSdrDb(tone, outputs[selector])), 0)
  return sum / tones.length
}
