/** What this process computes with, found by looking and by computing once. */
import { cpus, totalmem } from 'node:os'
import type { LabInstallation } from '../../contract/installation'
import { loadNativeKernels } from '../kernels/native-kernels'
import type { ModelLibrary } from '../library/model-library'
import type { LoadedEngine } from './tensorflow'

export function describeInstallation(engine: LoadedEngine, library: ModelLibrary): LabInstallation {
  const { tf, info, firstChoiceMissing } = engine
  // One small product: a library that loads and cannot compute must not pass for healthy.
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0])
  return {
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    engine: info,
    devices: [...devicesOf(engine)],
    firstChoiceMissing: firstChoiceMissing ?? null,
    computes: product === 11,
    tensors: tf.memory().numTensors,
    models: library.models.map(({ manifest }) => manifest.id),
    problems: [...library.problems]
  }
}

/** TensorFlow's list through our addon; without it only the kind of the one in use is known. */
function devicesOf({ tf, info }: LoadedEngine): readonly string[] {
  const native = loadNativeKernels(tf)
  const found = 'addon' in native ? native.addon.devices() : []
  return found.length > 0 ? found : [info.device.toUpperCase()]
}
