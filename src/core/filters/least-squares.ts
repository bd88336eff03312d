/** The least-squares fit of all selectors' tones to a whole record: close to the best of all, and not causal. */
import { Carriers } from './carriers'
import { checkTask, finite, type ToneTask } from './tone-filter'

/**
 * One array a selector. Throws RangeError where the record is too short to tell the tones apart: its normal equations
 * have no solution then.
 */
export function fitTones(record: ArrayLike<number>, task: ToneTask): Float64Array[] {
  checkTask(task)
  const size = 2 * task.frequenciesHz.length
  const product = new Float64Array(size * size)
  const right = new Float64Array(size)
  const h = new Float64Array(size)
  const forEachSample = (visit: (n: number) => void) => {
    const carriers = new Carriers(task)
    for (let n = 0; n < record.length; n += 1) {
      carriers.sine.forEach((sine, tone) => {
        h[2 * tone] = sine
        h[2 * tone + 1] = carriers.cosine[tone]
      })
      visit(n)
      carriers.advance()
    }
  }
  forEachSample((n) => {
    const sample = finite(record[n])
    for (let i = 0; i < size; i += 1) {
      right[i] += h[i] * sample
      for (let k = 0; k <= i; k += 1) product[i * size + k] += h[i] * h[k]
    }
  })
  const weights = solvePositive(product, right)
  if (!weights) {
    throw new RangeError(
      `A record of ${record.length} samples is too short to tell ${task.frequenciesHz.join(', ')} Hz apart; take a longer one.`
    )
  }
  const outputs = task.frequenciesHz.map(() => new Float64Array(record.length))
  forEachSample((n) => {
    outputs.forEach((output, tone) => {
      output[n] = weights[2 * tone] * h[2 * tone] + weights[2 * tone + 1] * h[2 * tone + 1]
    })
  })
  return outputs
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
