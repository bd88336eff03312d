/** An LSTM layer that tfjs can differentiate. */
import type { Kernels, LstmInputs, LstmOutputs } from './kernels'
import { recurrentLayer, type RecurrentLayerContext } from './recurrent-layer'

export interface LstmLayerInputs extends LstmInputs {
  /** False for the first layer: nothing before it is trained. */
  readonly needsInputGradient: boolean
}

const trained = ['kernel', 'bias', 'inputScale', 'recurrentScale', 'cellScale', 'cellShift']
const finals = ['finalHidden', 'finalCell']

/** The final states are kept and detached: they belong to the caller. */
export function lstmLayer(
  context: RecurrentLayerContext & { readonly kernels: Kernels },
  { needsInputGradient, ...inputs }: LstmLayerInputs
): LstmOutputs {
  const { lstmForward: forward, lstmBackward: backward } = context.kernels
  return recurrentLayer(context, { forward, backward }, inputs, { trained, finals, needsInputGradient })
}
