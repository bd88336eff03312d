/** Which implementation of the kernels this process uses, and why not a better one. */
import type { TensorFlow } from '../engine/engine'
import { loadCudnnKernels } from './cudnn-kernels'
import type { Kernels } from './kernels'
import { loadNativeKernels } from './native-kernels'
import { tensorFlowKernels } from './tensorflow-kernels'

export interface ChosenKernels {
  readonly kernels: Kernels
  /** Why the first choice for this device is not used, if it is not. */
  readonly firstChoiceMissing?: string
}

/** On a GPU cuDNN, on the CPU our own operations; TensorFlow's operations where those do not run. */
export function chooseKernels(tf: TensorFlow, device: 'cpu' | 'gpu'): ChosenKernels {
  const first = device === 'gpu' ? loadCudnnKernels(tf) : loadNativeKernels(tf)
  if (!('missing' in first)) return { kernels: first }
  return { kernels: tensorFlowKernels(tf), firstChoiceMissing: first.missing }
}
