/** A GRU layer that tfjs can differentiate. */
import type { GruInputs, GruOutputs, Kernels } from './kernels'
import { recurrentLayer, type RecurrentLayerContext } from './recurrent-layer'

export interface GruLayerInputs extends GruInputs {
  /** False for the first layer: nothing before it is trained. */
  readonly needsInputGradient: boolean
}

const trained = ['kernel', 'recurrentKernel', 'bias', 'recurrentBias', 'inputScale', 'recurrentScale']
const finals = ['finalHidden']

/** The final state is kept and detached: it belongs to the caller. */
export function gruLayer(
  context: RecurrentLayerContext & { readonly kernels: Kernels },
  { needsInputGradient, ...inputs }: GruLayerInputs
): GruOutputs {
  const { gruForward: forward, gruBackward: backward } = context.kernels
  return recurrentLayer(context, { forward, backward }, inputs, { trained, finals, needsInputGradient })
}
