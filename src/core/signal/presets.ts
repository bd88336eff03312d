/** Named recipes for data sets. Knows nothing of networks; a preset is numbers only. */
import type { Samples } from '../units'
import type { MixRecipe } from './synth'

/** What to mix and how to cut it into sequences; the caller adds the seeds. */
export interface DatasetPreset extends Omit<MixRecipe, 'seed' | 'noiseSeed'> {
  readonly sequenceLength: Samples
  /** From the start of one sequence to the start of the next. */
  readonly sequenceStride: Samples
  /** The last share of the start positions, kept for validation. */
  readonly validationShare: number
}

export const presets = {
  /**
   * The reference data set: 10 s at 1000 Hz are 10,000 samples. A sequence of 50 could start at 0 to 9,950; the last
   * place is left out, which gives 9,950 starts x 4 selectors = 39,800 sequences. The first 90 %, 35,820, train:
   * 560 batches of 64 an epoch, the last of them with 44.
   */
  seed: {
    frequenciesHz: [1, 3, 5, 7],
    sampleRate: 1000,
    durationSeconds: 10,
    noise: 0.34,
    phase: 'fixed',
    amplitudeJitter: 0.2,
    phaseJitter: 0.1,
    sequenceLength: 50,
    sequenceStride: 1,
    validationShare: 0.1
  }
} as const satisfies Record<string, DatasetPreset>

export type PresetName = keyof typeof presets
