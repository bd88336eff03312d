/** siglab doctor */
import { cpus, totalmem } from 'node:os'
import { version } from '../../../package.json'
import { loadEngine } from '../../ml/engine/tensorflow'
import { defineCommand } from '../command'
import { openLibrary, resourcesFolder } from '../resources'

export default defineCommand({
  name: 'doctor',
  summary: 'Show what this installation runs on: TensorFlow, the kernels, the device, the models.',
  options: {},
  async run() {
    const engine = loadEngine()
    const { tf } = engine
    // One small product: a library that loads and cannot compute must not pass for healthy.
    const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0])
    const library = await openLibrary()
    const json = {
      version,
      node: process.versions.node,
      platform: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      engine: engine.info,
      nativeKernels: engine.nativeKernelsMissing ?? 'loaded',
      computes: product === 11,
      resources: resourcesFolder(),
      models: library.models.map(({ manifest }) => manifest.id),
      problems: library.problems
    }
    const lines = [
      `Signal Lab ${version} on Node ${json.node}, ${json.platform}`,
      `${json.processor}, ${engine.info.threads} threads, ${json.memoryGigabytes} GiB`,
      `TensorFlow ${engine.info.tensorflowVersion} on the ${engine.info.device.toUpperCase()}, ${json.computes ? 'computes' : 'DOES NOT COMPUTE'}`,
      `Kernels: ${engine.kernels.name}${engine.nativeKernelsMissing ? ` (native ones not used: ${engine.nativeKernelsMissing})` : ''}`,
      `Models: ${json.models.join(', ') || 'none'}`,
      ...library.problems
    ]
    return { json, text: `${lines.join('\n')}\n` }
  }
})
