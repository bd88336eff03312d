/**
 * A linear recurrence over all steps at once in TensorFlow's own small operations (Hillis & Steele 1986): in round n every
 * step takes in what stands 2^n steps before it, so a sequence of 64 steps needs six rounds.
 */
import type { Tensor, Tensor3D, TensorFlow } from '../engine/engine'
import type { ScanInputs } from './kernels'

export function parallelScan(tf: TensorFlow, { values, factor, initial, direction }: ScanInputs): Tensor3D {
  const [batch, steps, size] = values.shape
  return tf.tidy(() => {
    const isForward = direction === 'forward'
    let [powerReal, powerImaginary] = tf.split(factor as Tensor, 2)
    let [real, imaginary] = tf.split(values as Tensor, 2, 2)
    const [startReal, startImaginary] = tf.split(tf.reshape(initial, [batch, 1, size]) as Tensor, 2, 2)
    const [drivenReal, drivenImaginary] = times(startReal, startImaginary, powerReal, powerImaginary)
    real = addedAtStart(real, drivenReal)
    imaginary = addedAtStart(imaginary, drivenImaginary)
    for (let distance = 1; distance < steps; distance *= 2) {
      const [addReal, addImaginary] = times(real, imaginary, powerReal, powerImaginary)
      real = tf.add(real, shifted(addReal, distance))
      imaginary = tf.add(imaginary, shifted(addImaginary, distance))
      ;[powerReal, powerImaginary] = times(powerReal, powerImaginary, powerReal, powerImaginary)
    }
    return tf.concat([real, imaginary], 2) as Tensor3D

    function addedAtStart(sequence: Tensor, start: Tensor): Tensor {
      const padding: [number, number] = isForward ? [0, steps - 1] : [steps - 1, 0]
      return tf.add(sequence, tf.pad(start, [[0, 0], padding, [0, 0]])) // prettier-ignore
    }

    function shifted(sequence: Tensor, distance: number): Tensor {
      const units = sequence.shape[2]!
      const kept = tf.slice(sequence, [0, isForward ? 0 : distance, 0], [batch, steps - distance, units])
      return tf.pad(kept, [[0, 0], isForward ? [distance, 0] : [0, distance], [0, 0]]) // prettier-ignore
    }
  })

  function times(aReal: Tensor, aImaginary: Tensor, bReal: Tensor, bImaginary: Tensor): [Tensor, Tensor] {
    return [
      tf.sub(tf.mul(aReal, bReal), tf.mul(aImaginary, bImaginary)),
      tf.add(tf.mul(aReal, bImaginary), tf.mul(aImaginary, bReal))
    ]
  }
}
