/** A look inside the network of a stream: hidden states, gates, attention, and what moves its answer. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, FrequencyHz, Id, ModelId, Samples, Text } from './values'

/** Of so many samples a look may be; a longer one would hold the live filter up. */
export const mostSamplesInspected = 40_000

export const InspectModel = v.object({
  signalId: Id,
  channel: Count,
  modelId: ModelId,
  /** For a model that takes any; others answer their own. */
  frequenciesHz: v.optional(v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))),
  selector: Count,
  /** The stretch is heard from a zero state; its last step is the one whose answer is explained. */
  startSample: Count,
  count: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostSamplesInspected)),
  /** Whose values come back; of the first part if absent or if there is no such part. */
  part: v.optional(Text)
})

const Shape = v.array(Count)

export const InspectedModel = v.object({
  /** Everything that can be looked at, by layer and part: "lstm1/forget". */
  parts: v.array(v.object({ name: Text, shape: Shape })),
  /** [steps, size]; of attention weights [heads, steps, steps seen], the oldest first. */
  part: v.nullable(v.object({ name: Text, shape: Shape, values: Samples })),
  steps: Count,
  featureCount: Count,
  samplesPerStep: Finite,
  /** [steps, features], as the network reads them. */
  input: Samples,
  /** How much the last answer changes with each input: [steps, features]. */
  saliency: Samples
})
export type InspectedModel = v.InferOutput<typeof InspectedModel>

export const inspecting = {
  calls: { inspectModel: call(InspectModel, InspectedModel) },
  events: {}
} as const satisfies Contract
