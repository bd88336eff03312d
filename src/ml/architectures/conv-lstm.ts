/** A convolution of five features into 64 channels, kernel 5, then stacked LSTM layers: local patterns first, then memory. */
import { int } from '../../core/params/params'
import { linearPart } from './blocks'
import { activated } from './cnn'
import { convolution } from './convolution'
import { defineArchitecture } from './define'
import { lstmCell } from './lstm-cell'
import { networkOfParts } from './parts'
import { recurrentLayers, recurrentParams, unitsOf } from './recurrent'

export default defineArchitecture({
  id: 'conv-lstm',
  title: 'Conv1D + LSTM',
  family: 'recurrent',
  causal: true,
  params: {
    channels: int({ label: 'Channels', low: 1, high: 256, log: true, default: 64, hint: 'of the convolution' }),
    kernelSize: int({ label: 'Kernel', low: 1, high: 63, default: 5, hint: 'taps of the convolution, in steps' }),
    ...recurrentParams
  },
  receptiveFieldSteps: () => Infinity,
  build(shape, params) {
    const { channels, kernelSize } = params
    const { featureCount, outputCount } = shape
    const units = unitsOf(params, shape)
    const first = { name: 'conv', row: 'Convolution', inputCount: featureCount, outputCount: channels, kernelSize }
    return networkOfParts([
      activated(convolution(first), 'conv', 0),
      recurrentLayers(lstmCell, { ...params, units, inputCount: channels, isFirst: false }),
      linearPart('linear', units, outputCount)
    ])
  }
})
