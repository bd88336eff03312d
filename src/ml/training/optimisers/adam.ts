/** Adam (Kingma & Ba 2015) with L2 weight decay inside the gradient, fused into one kernel. */
import type { Tensor } from '../../engine/engine'
import type { AdamInputs } from '../../kernels/kernels'
import { defineRule, type UpdateInputs, type UpdateOutputs } from './define'

export interface AdamParams {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

export default defineRule<AdamParams>({
  slotNames: ['firstMoment', 'secondMoment'],
  update: adamStep
})

export function adamStep({ kernels, slots, params, tf: _tf, ...rest }: UpdateInputs<AdamParams>): UpdateOutputs {
  const [firstMoment, secondMoment] = slots
  const inputs: AdamInputs = { ...rest, ...params, firstMoment, secondMoment }
  const { parameters, gradientNorm, ...moments } = kernels.adam(inputs)
  return { parameters, gradientNorm: gradientNorm as Tensor, slots: [moments.firstMoment, moments.secondMoment] }
}
