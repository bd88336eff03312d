/** siglab doctor */
import { cpus, totalmem } from 'node:os'
import { version } from '../../../package.json'
import { loadEngine, type LoadedEngine } from '../../ml/engine/tensorflow'
import { layerFigures } from '../../ml/kernels/layer-figures'
import { loadNativeKernels } from '../../ml/kernels/native-kernels'
import { defineCommand, type CommandResult } from '../command'
import { checkGpu } from '../gpu-check'
import { openLibrary, resourcesFolder } from '../resources'

export default defineCommand({
  name: 'doctor',
  summary: 'Show what this installation runs on: TensorFlow, the kernels, the devices, the models.',
  options: {
    gpu: { type: 'boolean', description: 'compare the recurrent layers on the GPU with the CPU, and time both' },
    layers: { type: 'boolean', description: "this device's numbers of two known layers, for another to compare with" }
  },
  async run({ options }) {
    const engine = loadEngine()
    if (options.gpu) return describeGpu(engine)
    if (options.layers) return describeLayers(engine)
    return describeInstallation(engine)
  }
})

async function describeInstallation(engine: LoadedEngine): Promise<CommandResult> {
  const { tf, info, firstChoiceMissing } = engine
  // One small product: a library that loads and cannot compute must not pass for healthy.
  const product = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync()[0])
  const library = await openLibrary()
  const devices = devicesOf(engine)
  const json = {
    version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    engine: info,
    devices,
    firstChoiceMissing: firstChoiceMissing ?? null,
    computes: product === 11,
    resources: resourcesFolder(),
    models: library.models.map(({ manifest }) => manifest.id),
    problems: library.problems
  }
  const lines = [
    `Signal Lab ${version} on Node ${json.node}, ${json.platform}`,
    `${json.processor}, ${info.threads} threads, ${json.memoryGigabytes} GiB`,
    `TensorFlow ${info.tensorflowVersion} on the ${info.device.toUpperCase()}, ${json.computes ? 'computes' : 'DOES NOT COMPUTE'}`,
    `Devices: ${devices.join(', ')}`,
    `Kernels: ${engine.kernels.name}${firstChoiceMissing ? ` (the first choice is not used: ${firstChoiceMissing})` : ''}`,
    `Models: ${json.models.join(', ') || 'none'}`,
    ...library.problems
  ]
  return { json, text: `${lines.join('\n')}\n` }
}

/** TensorFlow's list through our addon; without it only the kind of the one in use is known. */
function devicesOf({ tf, info }: LoadedEngine): readonly string[] {
  const native = loadNativeKernels(tf)
  const found = 'addon' in native ? native.addon.devices() : []
  return found.length > 0 ? found : [info.device.toUpperCase()]
}

function describeLayers(engine: LoadedEngine): CommandResult {
  const layers = layerFigures(engine.tf, engine.kernels)
  const lines = Object.entries(layers).map(([cell, { milliseconds }]) => `${cell}: ${milliseconds.toFixed(1)} ms`)
  return {
    json: { kernels: engine.kernels.name, layers },
    text: `Forward and backward of one layer, 64 x 50 steps, 128 units, on ${engine.kernels.name}\n${lines.join('\n')}\n`
  }
}

function describeGpu(engine: LoadedEngine): CommandResult {
  const { kernels, layers } = checkGpu(engine)
  const lines = Object.entries(layers).map(([cell, layer]) => {
    const largest = Math.max(...Object.values(layer.differences))
    const verdict = layer.agrees ? 'agrees with the CPU' : 'DIFFERS from the CPU'
    return `${cell}: ${layer.gpuMilliseconds.toFixed(1)} ms on the GPU, ${layer.cpuMilliseconds.toFixed(1)} ms on the CPU; ${verdict}, largest difference ${largest.toExponential(1)}`
  })
  if (Object.values(layers).some(({ agrees }) => !agrees)) throw new Error(lines.join('\n'))
  return {
    json: { kernels, layers },
    text: `Forward and backward of one layer, 64 x 50 steps, 128 units, by ${kernels}\n${lines.join('\n')}\n`
  }
}
