/** What a generated mix is made of, with the limits of each number. */
import * as v from 'valibot'
import type { MixRecipe } from '../core/signal/synth'
import { FrequencyHz, Id } from './values'

const between = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high))
const seed = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffffffff))

const ToneShape = v.object({
  amplitude: v.optional(between(0, 1e3)),
  phaseRadians: v.optional(between(-1e3, 1e3)),
  am: v.optional(v.object({ rateHz: FrequencyHz, depth: between(0, 1) })),
  fm: v.optional(v.object({ rateHz: FrequencyHz, deviationHz: between(0, 1e7) }))
})

const Degradations = v.object({
  impulses: v.optional(v.object({ share: between(0, 1), size: between(0, 1e6) })),
  dropouts: v.optional(v.object({ share: between(0, 0.95), meanSeconds: between(1e-6, 3600) })),
  drift: v.optional(v.object({ range: between(0, 0.5), perRootSecond: between(0, 1) })),
  steps: v.optional(v.object({ meanSeconds: between(1e-6, 1e6), low: between(0, 1e3), high: between(0, 1e3) }))
})

export const GenerateRecipe = v.object({
  frequenciesHz: v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16)),
  tones: v.optional(v.pipe(v.array(ToneShape), v.minLength(1), v.maxLength(16))),
  sampleRate: between(1, 1e6),
  durationSeconds: v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(3600)),
  /** Standard deviation of the white noise on the mix. */
  noise: between(0, 1e3),
  /** Root mean square of the coloured noises. */
  colours: v.optional(v.object({ pink: v.optional(between(0, 1e3)), brown: v.optional(between(0, 1e3)) })),
  /** random: amplitudes uniform in 0.8-1.2 and random phases; fixed: amplitude 1, phase 0. */
  phase: v.picklist(['fixed', 'random']),
  amplitudeJitter: v.optional(between(0, 10)),
  phaseJitter: v.optional(between(0, 10)),
  degradations: v.optional(Degradations),
  offset: v.optional(between(-1e6, 1e6)),
  trendPerSecond: v.optional(between(-1e6, 1e6)),
  clipLevel: v.optional(between(1e-6, 1e6)),
  seed,
  noiseSeed: v.optional(seed)
}) satisfies v.GenericSchema<unknown, MixRecipe>
export type GenerateRecipe = v.InferOutput<typeof GenerateRecipe>

export const GenerateRequest = v.object({ signalId: Id, ...GenerateRecipe.entries })
