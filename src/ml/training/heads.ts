/**
 * What a network answers beside the tone, and how each answer counts: which frequency was chosen, and where in its period the tone
 * is. The tone stands first in the outputs, so whoever runs the model needs to know nothing of the others.
 */
import type { HeadWeights } from '../../contract/train-request'
import type { Scalar, Tensor, Tensor3D, TensorFlow } from '../engine/engine'

/** Figures of the heads on held-out data, by name. */
export interface HeadFigures {
  /** Share of the steps at which the largest answer is the chosen frequency. */
  readonly frequencyAccuracy?: number
  /** Mean distance between the answered phase and the true one. */
  readonly phaseErrorDegrees?: number
}

/** Sums over steps that come one batch after another. */
interface HeadSums {
  readonly steps: number
  readonly hits: number
  readonly degrees: number
}

export class Heads {
  /** Of the tone, the frequency and the phase; zero for a head that is not there. */
  readonly sizes: readonly [signal: number, frequency: number, phase: number]
  readonly outputCount: number

  constructor(
    readonly signalSize: number,
    readonly selectorCount: number,
    readonly weights: HeadWeights = { frequency: 0, phase: 0 }
  ) {
    const { frequency, phase } = weights
    this.sizes = [signalSize, frequency > 0 ? selectorCount : 0, phase > 0 ? 2 : 0]
    this.outputCount = this.sizes.reduce((sum, size) => sum + size, 0)
  }

  /** Of the answers behind the tone, in their order; undefined where there are none. */
  get names(): ('frequency' | 'phase')[] | undefined {
    const names = (['frequency', 'phase'] as const).filter((name) => this.weights[name] > 0)
    return names.length > 0 ? names : undefined
  }

  /** True if there is the tone alone. */
  get isPlain(): boolean {
    return this.outputCount === this.signalSize
  }

  /**
   * Mean squared error of the tone and of the phase's unit vector, and cross-entropy of the frequency, each times its weight.
   */
  loss(tf: TensorFlow, output: Tensor3D, target: Tensor3D): Scalar {
    if (this.isPlain) return meanSquare(tf, output, target)
    const [signal, frequency, phase] = this.#split(tf, output)
    const [trueSignal, trueFrequency, truePhase] = this.#split(tf, target)
    let loss = meanSquare(tf, signal, trueSignal)
    if (frequency && trueFrequency) {
      const entropy = tf.neg(tf.mean(tf.sum(tf.mul(trueFrequency, tf.logSoftmax(frequency)), 2)))
      loss = tf.add(loss, tf.mul(entropy, this.weights.frequency))
    }
    if (phase && truePhase) loss = tf.add(loss, tf.mul(meanSquare(tf, phase, truePhase), this.weights.phase))
    return loss
  }

  /** The tone's part of outputs or targets. */
  signalOf(tf: TensorFlow, values: Tensor3D): Tensor3D {
    const [batch, steps, size] = values.shape
    return size === this.signalSize ? values : tf.slice(values, [0, 0, 0], [batch, steps, this.signalSize])
  }

  /**
   * Targets with the other heads behind the tone. `selectorOf` and `pairOf` tell, for a step of the batch, the chosen selector and
   * the tone's sine and cosine part at any size.
   */
  extend(
    signal: Float32Array,
    { selectorOf, pairOf }: { selectorOf(step: number): number; pairOf(step: number): readonly [number, number] }
  ): Float32Array {
    if (this.isPlain) return signal
    const { signalSize, outputCount, sizes } = this
    const steps = signal.length / signalSize
    const extended = new Float32Array(steps * outputCount)
    for (let step = 0; step < steps; step += 1) {
      const at = step * outputCount
      for (let part = 0; part < signalSize; part += 1) extended[at + part] = signal[step * signalSize + part]
      if (sizes[1] > 0) extended[at + signalSize + selectorOf(step)] = 1
      if (sizes[2] > 0) {
        const [sine, cosine] = pairOf(step)
        const length = Math.hypot(sine, cosine) || 1
        extended[at + outputCount - 2] = sine / length
        extended[at + outputCount - 1] = cosine / length
      }
    }
    return extended
  }

  /** What one batch adds to the sums; undefined where there are no other heads. */
  async measure(tf: TensorFlow, output: Tensor3D, target: Tensor3D): Promise<HeadSums | undefined> {
    if (this.isPlain) return undefined
    const sums = tf.tidy(() => {
      const [, frequency, phase] = this.#split(tf, output)
      const [, trueFrequency, truePhase] = this.#split(tf, target)
      const hits =
        frequency && trueFrequency
          ? tf.sum(tf.cast(tf.equal(tf.argMax(frequency, 2), tf.argMax(trueFrequency, 2)), 'float32'))
          : tf.scalar(0)
      return tf.stack([hits, phase && truePhase ? degreesBetween(tf, phase, truePhase) : tf.scalar(0)])
    })
    const [hits, degrees] = await sums.data()
    sums.dispose()
    return { steps: output.shape[0] * output.shape[1], hits, degrees }
  }

  figuresOf(sums: readonly HeadSums[]): HeadFigures {
    const total = (of: (one: HeadSums) => number) => sums.reduce((sum, one) => sum + of(one), 0)
    const steps = total((one) => one.steps)
    return {
      ...(this.sizes[1] > 0 && { frequencyAccuracy: total(({ hits }) => hits) / steps }),
      ...(this.sizes[2] > 0 && { phaseErrorDegrees: total(({ degrees }) => degrees) / steps })
    }
  }

  #split(tf: TensorFlow, values: Tensor3D): (Tensor | undefined)[] {
    const present = tf.split(values, this.sizes.filter((size) => size > 0), 2) // prettier-ignore
    let next = 0
    return this.sizes.map((size) => (size > 0 ? present[next++] : undefined))
  }
}

function meanSquare(tf: TensorFlow, estimate: Tensor | undefined, target: Tensor | undefined): Scalar {
  return tf.mean(tf.square(tf.sub(estimate!, target!)))
}

/** The sum of the angles between two rows of vectors. */
function degreesBetween(tf: TensorFlow, a: Tensor, b: Tensor): Tensor {
  const [aSine, aCosine] = tf.split(a, 2, 2)
  const [bSine, bCosine] = tf.split(b, 2, 2)
  const across = tf.sub(tf.mul(aSine, bCosine), tf.mul(aCosine, bSine))
  const along = tf.add(tf.mul(aSine, bSine), tf.mul(aCosine, bCosine))
  return tf.mul(tf.sum(tf.abs(tf.atan2(across, along))), 180 / Math.PI)
}
