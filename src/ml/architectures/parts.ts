/**
 * Networks from parts in a row: each part owns its tensors and its share of the carried state.
 *
 * Knows nothing of what a part computes.
 */
import type { Tensor2D, Tensor3D } from '../engine/engine'
import type { ForwardContext, Network, ParameterSpec } from './define'
import type { Layer } from './layers'

/** One part: a layer, or several that belong together. */
export interface Part {
  readonly parameters: readonly ParameterSpec[]
  /** Those that stand behind the parameters of all parts. */
  readonly lateParameters?: readonly ParameterSpec[]
  readonly stateSizes: readonly number[]
  /** As `Network.layers`. */
  readonly layers?: readonly Layer[]
  /** `state` holds one tensor for each of this part's `stateSizes`; the state returned is kept. */
  forward(input: Tensor3D, context: ForwardContext, state: readonly Tensor2D[]): PartResult
}

export interface PartResult {
  readonly output: Tensor3D // [batch, steps, size]
  readonly state: readonly Tensor2D[]
}

/** The parts as one network. */
export function networkOfParts(parts: readonly Part[]): Network {
  const { parameters, lateParameters, stateSizes, layers, forward } = partsInRow(parts)
  return {
    parameters: [...parameters, ...(lateParameters ?? [])],
    stateSizes,
    layers,
    forward(input, context) {
      const { output, state } = forward(input, context, context.state)
      context.keepState(state)
      return output
    }
  }
}

/** The parts as one part. */
export function partsInRow(parts: readonly Part[]): Part {
  return {
    parameters: parts.flatMap(({ parameters }) => parameters),
    lateParameters: parts.flatMap(({ lateParameters }) => lateParameters ?? []),
    stateSizes: parts.flatMap(({ stateSizes }) => stateSizes),
    layers: parts.every(({ layers }) => layers) ? parts.flatMap(({ layers = [] }) => layers) : undefined,
    forward(input, context, state) {
      const next: Tensor2D[] = []
      let sequence = input
      let at = 0
      for (const part of parts) {
        const result = part.forward(sequence, context, state.slice(at, (at += part.stateSizes.length)))
        next.push(...result.state)
        sequence = result.output
      }
      return { output: sequence, state: next }
    }
  }
}

/** A part that carries nothing. */
export function stateless(
  parameters: readonly ParameterSpec[],
  map: (input: Tensor3D, context: ForwardContext) => Tensor3D
): Part {
  return { parameters, stateSizes: [], forward: (input, context) => ({ output: map(input, context), state: [] }) }
}
