/**
 * Convolutions with large kernels: each layer is a learned bank of filters with as many taps as the kernel is long.
 *
 * Causal kernels reach into the past only; centred ones see as much future, and cannot run live.
 */
import { choice, float, int } from '../../core/params/params'
import { linearPart } from './blocks'
import { convolution } from './convolution'
import { defineArchitecture } from './define'
import { networkOfParts, partsInRow, type Part } from './parts'

export default defineArchitecture({
  id: 'cnn',
  title: 'CNN, large kernels',
  family: 'convolutional',
  causal: ({ causal }) => causal === 'on',
  params: {
    layers: int({ label: 'Layers', low: 1, high: 8, default: 3 }),
    units: int({ label: 'Channels', low: 1, high: 256, log: true, default: 32 }),
    kernelSize: int({ label: 'Kernel', low: 1, high: 255, default: 31, hint: 'taps of each filter, in steps' }),
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.1 }),
    causal: choice({ label: 'Causal', options: ['on', 'off'], default: 'on', hint: 'off: centred kernels, files only' })
  },
  receptiveFieldSteps: ({ layers, kernelSize }) => 1 + layers * (kernelSize - 1),
  build({ featureCount, outputCount }, { layers, units, kernelSize, dropout, causal }) {
    const parts = Array.from({ length: layers }, (_, layer): Part => {
      const name = `conv${layer + 1}`
      const inputCount = layer === 0 ? featureCount : units
      const row = `Convolution ${layer + 1}`
      const layerPlan = { name, row, inputCount, outputCount: units, kernelSize, causal: causal === 'on' }
      return activated(convolution(layerPlan), name, dropout)
    })
    return networkOfParts([partsInRow(parts), linearPart('linear', units, outputCount)])
  }
})

/** The part with a rectifier and dropout behind it. */
export function activated(part: Part, name: string, dropout: number): Part {
  const layers = part.layers?.map((layer) =>
    layer.kind === 'causal-convolution' ? { ...layer, activation: 'relu' as const } : layer
  )
  return {
    ...part,
    layers: layers && dropout > 0 ? [...layers, { kind: 'dropout', rate: dropout }] : layers,
    forward(input, context, state) {
      const ran = part.forward(input, context, state)
      const hidden = context.tf.relu(ran.output)
      context.inspect?.(`${name}/hidden`, hidden)
      return { output: context.dropout(hidden, dropout), state: ran.state }
    }
  }
}
