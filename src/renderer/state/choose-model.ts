/** Which model runs for the tones of the selectors. Pure: knows the models, not the stream. */
import type { ModelInfo } from '../../contract/lab'
import type { Tone } from './tones.svelte'

/**
 * The model that the user wants if it answers these tones, else one that was trained for exactly them, the default
 * first, else one that takes any.
 */
export function chooseModel(
  models: readonly ModelInfo[],
  wanted: string | undefined,
  tones: readonly Tone[],
  sampleRate: number
): ModelInfo | undefined {
  const answering = models.filter((model) => answers(model, tones))
  const fitting = answering.filter((model) => model.selects === 'fixed' && takesRate(model, sampleRate))
  return (
    answering.find(({ id }) => id === wanted) ??
    fitting.find(({ isDefault }) => isDefault) ??
    fitting[0] ??
    answering.find(({ selects }) => selects === 'any') ??
    models.find(({ isDefault }) => isDefault) ??
    models[0]
  )
}

/** A fixed model answers tones that are its own, selector by selector; a found peak can be a little beside one. */
function answers(model: ModelInfo, tones: readonly Tone[]): boolean {
  if (model.selects === 'any') return true
  return (
    model.frequenciesHz.length === tones.length &&
    tones.every(({ frequencyHz, origin }, selector) => {
      const tolerance = origin === 'found' ? Math.min(0.06, 0.05 * frequencyHz) : 1e-4 * frequencyHz
      return Math.abs(model.frequenciesHz[selector] - frequencyHz) <= tolerance
    })
  )
}

function takesRate(model: ModelInfo, sampleRate: number): boolean {
  if (model.modelRate > 0) return sampleRate >= model.modelRate
  return model.sampleRate === 0 || model.sampleRate === sampleRate
}
