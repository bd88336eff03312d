/** A linear map that tfjs can differentiate. */
import type { Tensor, Tensor1D, Tensor2D, TensorFlow } from '../engine/engine'
import type { Kernels, LinearInputs } from './kernels'

/** values · kernel + bias, [rows, outputs]. */
export function linearLayer(
  { tf, kernels, training }: { tf: TensorFlow; kernels: Kernels; training: boolean },
  inputs: LinearInputs
): Tensor2D {
  if (!training) return kernels.linear(inputs)
  const differentiable = tf.customGrad((...received: unknown[]) => {
    const [values, kernel, bias, save] = received as [Tensor2D, Tensor2D, Tensor1D, (tensors: Tensor[]) => void]
    save([values, kernel])
    return { value: kernels.linear({ values, kernel, bias }), gradFunc: gradients }
  })
  return differentiable(inputs.values, inputs.kernel, inputs.bias) as Tensor2D

  function gradients(gradient: Tensor, [values, kernel]: Tensor[]): Tensor[] {
    return [
      tf.matMul(gradient as Tensor2D, kernel as Tensor2D, false, true),
      tf.matMul(values as Tensor2D, gradient as Tensor2D, true),
      tf.sum(gradient, 0)
    ]
  }
}
