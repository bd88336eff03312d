/** What each selector's output holds of each tone. Knows nothing of models. */
import { fitAmplitudes } from '../filters/least-squares'
import type { ToneTask } from '../filters/tone-filter'
import { amplitudeToDecibels, type Decibels, type Samples } from '../units'

/**
 * `[selector][tone]`: amplitude of the tone in the selector's output over its amplitude in the mix, in dB. The diagonal
 * is the gain of the wanted tone, 0 at best; all else is cross-talk, the lower the better. The tones are fitted
 * together, so that a short record does not make one look like another. A tone that is not in the mix gives NaN.
 */
export function crossTalkDb(given: {
  tones: readonly ArrayLike<number>[]
  outputs: readonly ArrayLike<number>[]
  task: ToneTask
  startSample?: Samples
}): Decibels[][] {
  const { tones, outputs, task, startSample } = given
  const sizes = (record: ArrayLike<number>) =>
    fitAmplitudes(record, task, startSample).map(({ sine, cosine }) => Math.hypot(sine, cosine))
  const inMix = tones.map((tone, index) => sizes(tone)[index])
  return outputs.map((output) =>
    sizes(output).map((size, index) => (inMix[index] === 0 ? NaN : amplitudeToDecibels(size / inMix[index])))
  )
}
