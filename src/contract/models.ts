/** The engine and the models of the laboratory. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Finite, Id, Text } from './values'

export const EngineInfo = v.object({
  name: Text,
  tensorflowVersion: Text,
  /** Which implementation computes the recurrent layers. */
  kernel: Text,
  device: v.picklist(['cpu', 'gpu']),
  threads: Count
})
export type EngineInfo = v.InferOutput<typeof EngineInfo>

export const ModelInfo = v.object({
  id: Id,
  title: Text,
  architecture: Text,
  /** 'fixed' answers the frequencies it was trained for; 'any' takes frequencies when a stream starts. */
  selects: v.picklist(['fixed', 'any']),
  frequenciesHz: v.array(Finite),
  /** Rate of the signals that it was made for; 0 if any. */
  sampleRate: Finite,
  /** Rate at which the network itself runs; 0 if it follows the signal. */
  modelRate: Finite,
  parameterCount: Count,
  causal: v.boolean(),
  isDefault: v.boolean(),
  /** One line for people: how good it was on its held-out test. */
  summary: Text
})
export type ModelInfo = v.InferOutput<typeof ModelInfo>

export const models = {
  calls: {
    describeEngine: call(v.undefined(), EngineInfo),
    listModels: call(v.undefined(), v.array(ModelInfo)),
    /** Reads the folders of models anew, after one was added or removed. */
    refreshModels: call(v.undefined(), v.array(ModelInfo))
  },
  events: {}
} as const satisfies Contract
