/** The least-squares fit of all selectors' tones to a whole record: close to the best of all, and not causal. */
import type { Samples } from '../units'
import { Carriers } from './carriers'
import { checkTask, finite, type ToneTask } from './tone-filter'

/** One array a selector. Throws RangeError where the record is too short to tell the tones apart. */
export function fitTones(record: ArrayLike<number>, task: ToneTask): Float64Array[] {
  const amplitudes = fitAmplitudes(record, task)
  const carriers = new Carriers(task)
  const outputs = amplitudes.map(() => new Float64Array(record.length))
  for (let n = 0; n < record.length; n += 1) {
    amplitudes.forEach(({ sine, cosine }, tone) => {
      outputs[tone][n] = sine * carriers.sine[tone] + cosine * carriers.cosine[tone]
    })
    carriers.advance()
  }
  return outputs
}

/** What a tone is the sum of: sine and cosine of its frequency with angle 0 at the first sample. */
export interface ToneAmplitude {
  readonly sine: number
  readonly cosine: number
}

/**
 * Amplitudes of all tones together, over the samples from `startSample` on. Throws RangeError where there are too few:
 * the normal equations have no solution then.
 */
export function fitAmplitudes(record: ArrayLike<number>, task: ToneTask, startSample: Samples = 0): ToneAmplitude[] {
  checkTask(task)
  const toneCount = task.frequenciesHz.length
  const size = 2 * toneCount
  const product = new Float64Array(size * size)
  const right = new Float64Array(size)
  const h = new Float64Array(size)
  const carriers = new Carriers(task)
  for (let n = 0; n < record.length; n += 1) {
    if (n >= startSample) {
      const sample = finite(record[n])
      h.set(carriers.sine)
      h.set(carriers.cosine, toneCount)
      for (let i = 0; i < size; i += 1) {
        right[i] += h[i] * sample
        for (let k = 0; k <= i; k += 1) product[i * size + k] += h[i] * h[k]
      }
    }
    carriers.advance()
  }
  const solution = solvePositive(product, right)
  if (!solution) {
    throw new RangeError(
      `${Math.max(0, record.length - startSample)} samples are too few to tell ${task.frequenciesHz.join(', ')} Hz apart; take a longer record.`
    )
  }
  return task.frequenciesHz.map((_, tone) => ({ sine: solution[tone], cosine: solution[toneCount + tone] }))
}

/** What is left of a diagonal element, as a share of itself, is rounding below this. */
const leastPivot = 1e-10

/** Cholesky; `matrix` is [size, size], its lower half is read. Undefined for a matrix that is singular or nearly so. */
function solvePositive(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const size = right.length
  const lower = matrix.slice()
  const solution = right.slice()
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k <= i; k += 1) {
      let sum = matrix[i * size + k]
      for (let j = 0; j < k; j += 1) sum -= lower[i * size + j] * lower[k * size + j]
      if (i !== k) lower[i * size + k] = sum / lower[k * size + k]
      else if (sum > leastPivot * matrix[i * size + i]) lower[i * size + i] = Math.sqrt(sum)
      else return undefined
    }
    for (let j = 0; j < i; j += 1) solution[i] -= lower[i * size + j] * solution[j]
    solution[i] /= lower[i * size + i]
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < size; j += 1) solution[i] -= lower[j * size + i] * solution[j]
    solution[i] /= lower[i * size + i]
  }
  return solution
}
