/**
 * What a duel is fought over: mixes of one kind at several noise levels, some to tune the rivals on, others to score.
 *
 * Knows nothing of networks.
 */
import { sampledSpacingOf } from '../filters/rivals/define'
import type { Degradations } from '../signal/degradations'
import { generateMix, type GeneratedMix } from '../signal/synth'
import { decibelsToAmplitude, type Decibels, type Hertz, type Seconds } from '../units'

export interface DuelTask {
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly durationSeconds: Seconds
  readonly degradations: Degradations
  /** Decides every mix; a whole number from 0 to 2^31 - 1. */
  readonly seed: number
  /** Mixes that are scored, and others that the rivals are tuned on. */
  readonly seedCount: number
  readonly tuningSeedCount: number
}

/** Long enough for twenty periods of the spacing: ten seconds for 1, 3, 5, 7 Hz. */
export function usualDuration(task: { frequenciesHz: readonly Hertz[]; sampleRate: Hertz }): Seconds {
  return 20 / sampledSpacingOf(task)
}

/** Of ten; the same share of any duration. */
export const settledShareOfDuration = 0.2

/** White noise so strong that one tone of amplitude 1, as it stands in the mix, has this many dB more power. */
export function noiseFor(snrDb: Decibels, toneCount: number): number {
  return Math.SQRT1_2 / toneCount / decibelsToAmplitude(snrDb)
}

export type MixPurpose = 'tuning' | 'scoring'

/** Tuning never sees a mix that is scored. */
export function mixOf(task: DuelTask, snrDb: Decibels, purpose: MixPurpose, index: number): GeneratedMix {
  const seed = (purpose === 'scoring' ? 0 : 2 ** 31) + ((task.seed + index) % 2 ** 31)
  return generateMix({ ...task, noise: noiseFor(snrDb, task.frequenciesHz.length), phase: 'random', seed })
}
