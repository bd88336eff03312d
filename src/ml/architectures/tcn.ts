/**
 * Temporal convolutional network (Bai, Kolter & Koltun 2018): residual blocks of two dilated causal convolutions, whose dilation
 * doubles from block to block. Without their weight normalisation. All steps at once; what is carried is each
 * convolution's newest inputs.
 */
import { float, int } from '../../core/params/params'
import { linear, linearParameters, linearPart } from './blocks'
import { activated } from './cnn'
import { convolution } from './convolution'
import { defineArchitecture } from './define'
import { networkOfParts, partsInRow, type Part } from './parts'

export default defineArchitecture({
  id: 'tcn',
  title: 'TCN',
  family: 'convolutional',
  causal: true,
  params: {
    layers: int({ label: 'Blocks', low: 1, high: 10, default: 5, hint: 'each doubles the reach of the one before' }),
    units: int({ label: 'Channels', low: 1, high: 256, log: true, default: 64 }),
    kernelSize: int({ label: 'Kernel', low: 2, high: 15, default: 3 }),
    dropout: float({ label: 'Dropout', low: 0, high: 0.9, default: 0.1 })
  },
  receptiveFieldSteps: ({ layers, kernelSize }) => 1 + 2 * (kernelSize - 1) * (2 ** layers - 1),
  build({ featureCount, outputCount }, { layers, units, kernelSize, dropout }) {
    const blocks = Array.from({ length: layers }, (_, layer) => {
      const inputCount = layer === 0 ? featureCount : units
      return residualBlock({ name: `block${layer + 1}`, inputCount, units, kernelSize, dilation: 2 ** layer, dropout })
    })
    return networkOfParts([...blocks, linearPart('linear', units, outputCount)])
  }
})

interface BlockPlan {
  readonly name: string
  readonly inputCount: number
  readonly units: number
  readonly kernelSize: number
  readonly dilation: number
  readonly dropout: number
}

/** relu(x + relu(conv(relu(conv(x))))), with a linear map where x has another width. */
function residualBlock({ name, inputCount, units, kernelSize, dilation, dropout }: BlockPlan): Part {
  const row = `Block ${name.replace('block', '')}`
  const conv = (index: number, from: number) =>
    activated(
      convolution({ name: `${name}/conv${index}`, row, inputCount: from, outputCount: units, kernelSize, dilation }),
      `${name}/conv${index}`,
      dropout
    )
  const inner = partsInRow([conv(1, inputCount), conv(2, units)])
  const hasMap = inputCount !== units
  return {
    ...inner,
    layers: undefined,
    parameters: [...inner.parameters, ...(hasMap ? linearParameters(`${name}/map`, inputCount, units, row) : [])],
    forward(input, context, state) {
      const ran = inner.forward(input, context, state)
      const passed = hasMap ? linear(context, `${name}/map`, input) : input
      return { output: context.tf.relu(context.tf.add(ran.output, passed)), state: ran.state }
    }
  }
}
