/** siglab doctor */
import { version } from '../../../package.json'
import { labLines } from '../../contract/installation'
import { describeInstallation } from '../../ml/engine/describe-installation'
import { findCards, type CardsFound } from '../../ml/engine/devices'
import { loadEngine, type LoadedEngine } from '../../ml/engine/tensorflow'
import { GpuLibrary } from '../../ml/gpu-library/gpu-library'
import { layerFigures } from '../../ml/kernels/layer-figures'
import { defineCommand, type CommandResult } from '../command'
import { checkGpu } from '../gpu-check'
import { openLibrary, resourcesFolder, userFolder } from '../resources'

export default defineCommand({
  name: 'doctor',
  summary: 'Show what this installation runs on: TensorFlow, the kernels, the devices, the models.',
  options: {
    gpu: { type: 'boolean', description: 'compare the recurrent layers on the GPU with the CPU, and time both' },
    layers: { type: 'boolean', description: "this device's numbers of two known layers, for another to compare with" }
  },
  wantsGpu: ({ gpu }) => gpu,
  async run({ options }) {
    const engine = loadEngine()
    if (options.gpu) return describeGpu(engine)
    if (options.layers) return describeLayers(engine)
    return doctor(engine)
  }
})

async function doctor(engine: LoadedEngine): Promise<CommandResult> {
  const found = describeInstallation(engine, await openLibrary())
  const cards = await findCards()
  const gpuLibrary = new GpuLibrary({ userFolder: userFolder() })
  const { isInstalled } = await gpuLibrary.describe()
  const lines = [
    `Signal Lab ${version} on Node ${found.node}, ${found.platform}`,
    ...labLines(found),
    ...trainingLines(engine, cards),
    `TensorFlow's CUDA build: ${isInstalled ? `in ${gpuLibrary.folder}` : 'not installed; the panel Train installs it'}`
  ]
  return {
    json: {
      version,
      ...found,
      ...cards,
      cudaBuild: isInstalled ? gpuLibrary.folder : null,
      resources: resourcesFolder()
    },
    text: `${lines.join('\n')}\n`
  }
}

/** What a training could use. */
function trainingLines({ info }: LoadedEngine, { cards, reason }: CardsFound): string[] {
  const processorLine = `Training on the processor: ${info.threads} threads`
  if (cards.length === 0) return [processorLine, `Training on a graphics card: no. ${reason}`]
  const can = info.device === 'gpu' ? 'yes' : "not yet: TensorFlow's CUDA build is not loaded"
  const told = cards.map(({ name, memoryBytes, driver }) => {
    const memory = memoryBytes > 0 ? `, ${(memoryBytes / 2 ** 30).toFixed(0)} GiB` : ''
    return `Training on ${name}${memory}, driver ${driver || 'unknown'}: ${can}`
  })
  return [processorLine, ...told]
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
