/**
 * Look inside a network while it hears a stretch of samples: hidden states, gates, attention weights, and how much each past
 * input moves one answer.
 *
 * The stretch is heard from zero state, by the way in which the model runs: what the network reads is what it reads live.
 */
import { createStreamFilter } from './stream-filter'
import type { Hertz } from '../../core/units'
import type { Scalar, Tensor, Tensor3D, TensorFlow } from '../engine/engine'
import type { Kernels } from '../kernels/kernels'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'

/** Something inside, over time. */
export interface InspectedPart {
  /** Layer and part: lstm1/forget, attention/weights. */
  readonly name: string
  /** [steps, size]; of attention weights [heads, steps, steps seen], the oldest first. */
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export interface Inspection {
  readonly steps: number
  readonly featureCount: number
  readonly outputCount: number
  readonly input: Float32Array // [steps, features], as the network reads them
  readonly output: Float32Array // [steps, outputs], in the network's own scale
  readonly parts: readonly InspectedPart[]
  /** How much one output at `saliencyStep` changes with each input. */
  readonly saliency: Float32Array // [steps, features]
  readonly saliencyStep: number
}

export interface StretchOptions {
  readonly sampleRate: Hertz
  /** Which selector's row is looked into. */
  readonly selector: number
  /** For a model that takes any frequencies. */
  readonly frequenciesHz?: readonly Hertz[]
  readonly gain?: number
  /** The step whose answer the saliency explains; the last if absent. */
  readonly saliencyStep?: number
}

/** Throws RangeError for a selector or a step that there is not, and for a stretch too short for one step. */
export function inspectStretch(
  { tf, kernels }: { tf: TensorFlow; kernels: Kernels },
  model: StoredModel,
  samples: Float32Array,
  options: StretchOptions
): Inspection {
  const { featureCount } = model.manifest
  const heard: Float32Array[] = []
  let selectorCount = 0
  const filter = createStreamFilter({ tf, kernels }, model, {
    ...options,
    onInput: (input, count) => {
      selectorCount = count
      const size = input.length / count
      heard.push(input.slice(options.selector * size, (options.selector + 1) * size))
    }
  })
  try {
    const { length } = filter.frequenciesHz
    if (!(options.selector >= 0 && options.selector < length)) {
      throw new RangeError(`Expected a selector from 0 to ${length - 1}. Received: ${options.selector}.`)
    }
    filter.process(samples)
  } finally {
    filter.dispose()
  }
  const steps = heard.reduce((sum, piece) => sum + piece.length, 0) / featureCount
  if (selectorCount === 0 || steps === 0) {
    throw new RangeError(`Expected a stretch of at least one step of the network. Received: ${samples.length} samples.`)
  }
  const input = new Float32Array(steps * featureCount)
  let at = 0
  for (const piece of heard) {
    input.set(piece, at)
    at += piece.length
  }
  const network = new WeightedNetwork(tf, kernels, model.network, model.weights)
  try {
    return inspectNetwork(network, input, { featureCount, step: options.saliencyStep ?? steps - 1 })
  } finally {
    network.dispose()
  }
}

/** One row of inputs [steps, features] from zero state. The saliency is of the first output at `step`. */
export function inspectNetwork(
  network: WeightedNetwork,
  input: Float32Array,
  { featureCount, step }: { featureCount: number; step: number }
): Inspection {
  const { tf } = network
  const steps = input.length / featureCount
  if (!(Number.isInteger(step) && step >= 0 && step < steps)) {
    throw new RangeError(`Expected a step from 0 to ${steps - 1}. Received: ${step}.`)
  }
  let found!: Inspection
  tf.tidy(() => {
    const given = tf.tensor3d(input, [1, steps, featureCount])
    const parts: InspectedPart[] = []
    const inspect = (name: string, values: Tensor) => {
      parts.push({ name, shape: values.shape.slice(1), values: values.dataSync<'float32'>().slice() })
    }
    const ran = network.run(given, { state: network.zeroState(1), inspect })
    tf.dispose([...ran.state])
    const outputCount = ran.output.shape[2]
    const answer = (values: Tensor) => {
      const again = network.run(values as Tensor3D, { state: network.zeroState(1), needsInputGradient: true })
      tf.dispose([...again.state])
      return tf.sum(tf.slice(again.output, [0, step, 0], [1, 1, 1])) as Scalar
    }
    found = {
      ...{ steps, featureCount, outputCount, input, parts },
      output: ran.output.dataSync<'float32'>().slice(),
      saliency: tf.grad(answer)(given).dataSync<'float32'>().slice(),
      saliencyStep: step
    }
  })
  return found
}
