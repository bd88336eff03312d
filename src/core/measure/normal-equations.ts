/** Least squares over rows that come one after the other, in constant memory. Knows nothing of what they mean. */

/** A pivot below this share of its diagonal means that an unknown is a mixture of the others. */
const leastPivot = 1e-10

/** The weights w for which the sum over all rows of (value - w . row)^2 is least. */
export class NormalEquations {
  readonly #products: Float64Array
  readonly #sums: Float64Array

  constructor(readonly size: number) {
    this.#products = new Float64Array(size * size)
    this.#sums = new Float64Array(size)
  }

  add(row: Float64Array, value: number): void {
    const { size } = this
    const products = this.#products
    const sums = this.#sums
    for (let i = 0; i < size; i += 1) {
      const factor = row[i]
      sums[i] += factor * value
      for (let j = 0; j <= i; j += 1) products[i * size + j] += factor * row[j]
    }
  }

  /** Undefined where the rows do not tell the unknowns apart. */
  solve(): Float64Array | undefined {
    return solveSymmetric(this.#products.slice(), this.#sums)
  }
}

/**
 * By Cholesky's method, x with A x = b; `matrix` [size, size] holds the lower triangle of A row by row and is overwritten. Undefined where A
 * is singular to working precision.
 */
function solveSymmetric(matrix: Float64Array, b: Float64Array): Float64Array | undefined {
  const size = b.length
  for (let i = 0; i < size; i += 1) {
    const diagonal = matrix[i * size + i]
    for (let j = 0; j <= i; j += 1) {
      let sum = matrix[i * size + j]
      for (let k = 0; k < j; k += 1) sum -= matrix[i * size + k] * matrix[j * size + k]
      if (i !== j) matrix[i * size + j] = sum / matrix[j * size + j]
      else if (!(sum > leastPivot * diagonal)) return undefined
      else matrix[i * size + i] = Math.sqrt(sum)
    }
  }
  const x = b.slice()
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] -= matrix[i * size + k] * x[k]
    x[i] /= matrix[i * size + i]
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) x[i] -= matrix[k * size + i] * x[k]
    x[i] /= matrix[i * size + i]
  }
  return x
}
