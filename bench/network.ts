/**
 * The reference network and its relatives, forward and backward, built from the kernels alone: what a training step
 * costs when nothing stands around it. Knows nothing of data sets, trainers or models.
 */
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../src/ml/engine/engine'
import type { GruNorm, Kernels, LstmNorm } from '../src/ml/kernels/kernels'

export interface NetworkShape {
  readonly cell: 'lstm' | 'gru'
  readonly batch: number
  readonly steps: number
  readonly features: number
  readonly units: number
  readonly layers: number
  /** With recurrent dropout's mask, with layer normalisation. */
  readonly mask?: boolean
  readonly norm?: boolean
}

export const referenceNetwork: NetworkShape = { cell: 'lstm', batch: 64, steps: 50, features: 5, units: 128, layers: 2 }

const rate = 0.2
const adamSettings = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-5, clipNorm: 1 }

export interface BenchNetwork {
  /** One step: forward with dropout, backward, clipping, Adam. Returns the loss. */
  train(): number
  /** Forward without dropout. */
  predict(): void
  dispose(): void
}

/** Multiplications and additions of the matrix products of one training step; all else is small beside them. */
export function trainingOperations({ cell, batch, steps, features, units, layers }: NetworkShape): number {
  const columns = (cell === 'lstm' ? 4 : 3) * units
  let products = 0
  for (let layer = 0; layer < layers; layer += 1) {
    const width = layer === 0 ? features : units
    const inputGradient = layer === 0 ? 0 : width
    products += (2 * (width + units) + units + inputGradient) * columns
  }
  return 2 * products * batch * steps
}

export function benchNetwork(tf: TensorFlow, kernels: Kernels, shape: NetworkShape): BenchNetwork {
  const { batch, steps, features, units, layers } = shape
  const input = tf.randomNormal([batch, steps, features], 0, 1, 'float32', 1) as Tensor3D
  const target = tf.randomNormal([batch * steps, 1], 0, 1, 'float32', 2)
  const zeros = tf.zeros([batch, units]) as Tensor2D
  // Their values do not matter for the time; they are not trained here.
  const ones = (size: number) => tf.ones([size]) as Tensor1D
  const gates = (shape.cell === 'lstm' ? 4 : 3) * units
  const cellNorm = { cellScale: ones(units), cellShift: tf.zeros([units]) as Tensor1D }
  const options = {
    ...(shape.mask ? { recurrentMask: tf.ones([batch, units]) as Tensor2D } : {}),
    ...(shape.norm ? { inputScale: ones(gates), recurrentScale: ones(gates), ...cellNorm } : {})
  }
  const cells = Array.from({ length: layers }, (_, layer) => {
    const width = layer === 0 ? features : units
    return shape.cell === 'lstm'
      ? lstmCell(kernels, width, units, zeros, options)
      : gruCell(kernels, width, units, zeros, options)
  })
  const shapes = [...cells.map((cell) => cell.shapes), [[units, 1], [1]]]
  const size = shapes.flat().reduce((sum, dimensions) => sum + dimensions.reduce((a, b) => a * b), 0)
  const limit = 1 / Math.sqrt(units)
  let parameters = tf.randomUniform([size], -limit, limit, 'float32', 3) as Tensor1D
  let firstMoment = tf.zerosLike(parameters)
  let secondMoment = tf.zerosLike(parameters)
  let step = 0

  /** The weights of a network that is not trained any more, cut once. */
  let cut: Tensor[][] | undefined

  /** The vector cut into each layer's weights. */
  const weights = () => {
    const pieces = tf.split(
      parameters,
      shapes.flat().map((dimensions) => dimensions.reduce((a, b) => a * b))
    )
    let next = 0
    return shapes.map((layer) => layer.map((dimensions) => pieces[next++].reshape(dimensions)))
  }
  const flat = (tensors: Tensor[]) => tf.concat(tensors.map((tensor) => tensor.reshape([-1]))) as Tensor1D

  const head = (values: Tensor, [kernel, bias]: Tensor[]) =>
    kernels.linear({ values: values as Tensor2D, kernel: kernel as Tensor2D, bias: bias as Tensor1D })

  const train = () => {
    step += 1
    const [nextParameters, nextFirst, nextSecond, norm, loss] = tf.tidy((): Tensor[] => {
      const layerWeights = weights()
      const [headKernel, headBias] = layerWeights[layers]
      const runs: LayerRun[] = []
      let signal = input
      cells.forEach((cell, layer) => {
        const run = cell.forward(signal, layerWeights[layer], true)
        runs.push(run)
        signal = kernels.dropout(run.output, rate, [step, layer])
      })
      const hidden = signal.reshape([batch * steps, units])
      const error = tf.sub(head(hidden, [headKernel, headBias]), target) as Tensor2D
      const loss = tf.mean(tf.square(error))

      const errorGradient = tf.mul(error, 2 / (batch * steps)) as Tensor2D
      const headGradients = [tf.matMul(hidden as Tensor2D, errorGradient, true), tf.sum(errorGradient)]
      let gradient = tf
        .matMul(errorGradient, headKernel as Tensor2D, false, true)
        .reshape([batch, steps, units]) as Tensor3D
      const gradients: Tensor[][] = []
      for (let layer = layers - 1; layer >= 0; layer -= 1) {
        const found = runs[layer].backward(kernels.dropout(gradient, rate, [step, layer]), layer > 0)
        gradients.unshift(found.weights)
        if (found.input) gradient = found.input
      }
      const vector = flat([...gradients.flat(), ...headGradients])
      const next = kernels.adam({ ...adamSettings, parameters, gradient: vector, firstMoment, secondMoment, step })
      return [next.parameters, next.firstMoment, next.secondMoment, next.gradientNorm, loss]
    })
    tf.dispose([parameters, firstMoment, secondMoment, norm, ...(cut?.flat() ?? [])])
    cut = undefined
    parameters = nextParameters as Tensor1D
    firstMoment = nextFirst as Tensor1D
    secondMoment = nextSecond as Tensor1D
    const [value] = loss.dataSync()
    loss.dispose()
    return value
  }

  const predict = () => {
    cut ??= tf.tidy(weights)
    const layerWeights = cut
    const output = tf.tidy(() => {
      let signal = input
      cells.forEach((cell, layer) => (signal = cell.forward(signal, layerWeights[layer], false).output))
      return head(signal.reshape([batch * steps, units]), layerWeights[layers])
    })
    output.dataSync()
    output.dispose()
  }

  return {
    train,
    predict,
    dispose: () => tf.dispose([input, target, zeros, options, cellNorm, parameters, firstMoment, secondMoment])
  }
}

interface LayerRun {
  readonly output: Tensor3D
  backward(gradient: Tensor3D, needsInput: boolean): { input?: Tensor3D; weights: Tensor[] }
}

function lstmCell(kernels: Kernels, width: number, units: number, zeros: Tensor2D, options: Partial<LstmNorm>) {
  return {
    shapes: [[width + units, 4 * units], [4 * units]],
    forward(input: Tensor3D, [kernel, bias]: Tensor[], training: boolean): LayerRun {
      const inputs = {
        ...options,
        input,
        initialHidden: zeros,
        initialCell: zeros,
        kernel: kernel as Tensor2D,
        bias: bias as Tensor1D
      }
      const outputs = kernels.lstmForward(inputs, training)
      return {
        output: outputs.output,
        backward(gradient, needsInput) {
          const found = kernels.lstmBackward(inputs, outputs, gradient, needsInput)
          return { input: found.input, weights: [found.kernel, found.bias] }
        }
      }
    }
  }
}

function gruCell(kernels: Kernels, width: number, units: number, zeros: Tensor2D, options: Partial<GruNorm>) {
  return {
    shapes: [[width, 3 * units], [units, 3 * units], [3 * units], [3 * units]],
    forward(input: Tensor3D, [kernel, recurrentKernel, bias, recurrentBias]: Tensor[], training: boolean): LayerRun {
      const inputs = {
        ...options,
        input,
        initialHidden: zeros,
        kernel: kernel as Tensor2D,
        recurrentKernel: recurrentKernel as Tensor2D,
        bias: bias as Tensor1D,
        recurrentBias: recurrentBias as Tensor1D
      }
      const outputs = kernels.gruForward(inputs, training)
      return {
        output: outputs.output,
        backward(gradient, needsInput) {
          const found = kernels.gruBackward(inputs, outputs, gradient, needsInput)
          return { input: found.input, weights: [found.kernel, found.recurrentKernel, found.bias, found.recurrentBias] }
        }
      }
    }
  }
}
