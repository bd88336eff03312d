/**
 * Load TensorFlow and choose the kernels: the one place that loads tfjs-node.
 *
 * Never load this in Electron's main process: TensorFlow's LLVM symbols clash with those of the graphics driver there.
 */
import util from 'node:util'
import type { EngineInfo } from '../../contract/lab'
import type { Kernels } from '../kernels/kernels'
import { chooseKernels } from '../kernels/choose-kernels'
import type { TensorFlow } from './engine'
import { threadCount } from './thread-count'

export interface LoadedEngine {
  readonly tf: TensorFlow
  readonly kernels: Kernels
  readonly info: EngineInfo
  /** Why the kernels are not those of the first choice for this device, if they are not. */
  readonly firstChoiceMissing?: string
}

let loaded: LoadedEngine | undefined

/** Start TensorFlow once for this process. Throws with a sentence if its library cannot be loaded. */
export function loadEngine(): LoadedEngine {
  loaded ??= start()
  return loaded
}

function start(): LoadedEngine {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true'
  // Removed in Node 23; tfjs-node 4.22 still calls them in every operation.
  const legacy = util as unknown as Record<string, unknown>
  legacy.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined
  legacy.isArray ??= Array.isArray

  const tf = require('@tensorflow/tfjs-node') as TensorFlow
  const backend = tf.backend() as unknown as {
    isGPUPackage: boolean
    isUsingGpuDevice: boolean
    binding: { TF_Version: string }
  }
  const device = backend.isUsingGpuDevice ? 'gpu' : 'cpu'
  const { kernels, firstChoiceMissing } = chooseKernels(tf, device)
  return {
    tf,
    kernels,
    firstChoiceMissing,
    info: {
      name: 'TensorFlow',
      tensorflowVersion: backend.binding.TF_Version,
      kernel: kernels.name,
      device,
      threads: threadCount()
    }
  }
}
