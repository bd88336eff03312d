/**
 * A fit of several tones and a constant to a stream at once, by least squares, with memories of several lengths.
 *
 * A signal I cos(w n) + Q sin(w n) summed over the tones: fitted jointly, so that no tone leaks into its neighbour. The
 * older a sample, the less it counts: a memory weighs it by exp(-age / length). The stream comes as sums over ticks, the
 * products of the samples with cosine and sine of each tone; these are all that a fit needs to know of the samples. The
 * products of the tones with each other are known beforehand. Knows nothing of networks.
 */
import type { StatePort } from '../state-port'

export interface JointFitOptions {
  /** The tones' angles from one sample to the next, in radians; none twice, none zero. */
  readonly turns: readonly number[]
  /** In samples, ascending. */
  readonly memories: readonly number[]
}

/** One tick: sums of its samples' products with every part of the fit. */
export interface TickSums {
  /** With cosine and sine of the first tone, of the second, …, and alone. */
  readonly sums: Float64Array
  /** Cosine and sine of each tone at the first sample of the tick. */
  readonly cosine: Float64Array
  readonly sine: Float64Array
  readonly sampleCount: number
  /** The products of the parts at samples that were taken out: the lower half; absent if none was. */
  readonly missing?: Float64Array // [parts, parts]
}

/** What is believed before the first sample: it keeps a short memory from fitting noise. */
export interface Prior {
  /** Variance of the noise by the variance of one part of a tone, and by that of the constant. */
  readonly noiseByTone: number
  readonly noiseByConstant: number
}

export class JointFit {
  readonly toneCount: number
  readonly memoryCount: number
  /** The newest fit: I and Q of each tone, for each memory. */
  readonly inPhase: Float64Array // [memories, tones]
  readonly quadrature: Float64Array // [memories, tones]
  /** What is left of the prior variance of a tone's pair, from 1, nothing known, towards 0. */
  readonly unsure: Float64Array // [memories, tones]
  readonly #turns: readonly number[]
  readonly #memories: readonly number[]
  /** The newest tick's products of all parts with each other: the lower half. */
  readonly products: Float64Array // [parts, parts]
  /** Products of the parts with each other and with the samples, for each memory. */
  readonly #products: Float64Array[] // [size, size], lower half
  readonly #sums: Float64Array[] // [size]
  readonly #factor: Float64Array // [size, size]
  readonly #solution: Float64Array
  readonly #column: Float64Array
  readonly #tables = new Map<number, ToneProducts>()

  constructor({ turns, memories }: JointFitOptions) {
    const size = 2 * turns.length + 1
    this.toneCount = turns.length
    this.memoryCount = memories.length
    this.inPhase = new Float64Array(memories.length * turns.length)
    this.quadrature = new Float64Array(memories.length * turns.length)
    this.unsure = new Float64Array(memories.length * turns.length).fill(1)
    this.#turns = turns
    this.#memories = memories
    this.#products = memories.map(() => new Float64Array(size * size))
    this.#sums = memories.map(() => new Float64Array(size))
    this.products = new Float64Array(size * size)
    this.#factor = new Float64Array(size * size)
    this.#solution = new Float64Array(size)
    this.#column = new Float64Array(size)
  }

  take(tick: TickSums, prior: Prior): void {
    this.#multiplyTones(tick)
    if (tick.missing) for (let at = 0; at < this.products.length; at += 1) this.products[at] -= tick.missing[at]
    const size = 2 * this.toneCount + 1
    const fresh = this.products
    for (let memory = 0; memory < this.memoryCount; memory += 1) {
      const kept = Math.exp(-tick.sampleCount / this.#memories[memory])
      const products = this.#products[memory]
      const sums = this.#sums[memory]
      for (let row = 0; row < size; row += 1) {
        for (let column = 0; column <= row; column += 1) {
          const at = row * size + column
          products[at] = products[at] * kept + fresh[at]
        }
      }
      for (let part = 0; part < size; part += 1) sums[part] = sums[part] * kept + tick.sums[part]
      this.#solve(memory, prior)
    }
  }

  /** Its running state, for a break. */
  exchange(port: StatePort): void {
    const { inPhase, quadrature, unsure } = this
    for (const part of [...this.#products, ...this.#sums, inPhase, quadrature, unsure]) port.array(part)
  }

  reset(): void {
    for (const part of [...this.#products, ...this.#sums, this.inPhase, this.quadrature]) part.fill(0)
    this.unsure.fill(1)
  }

  /** Sums over the tick of the products of all tones and the constant with each other. */
  #multiplyTones({ cosine, sine, sampleCount }: TickSums): void {
    let table = this.#tables.get(sampleCount)
    if (!table) this.#tables.set(sampleCount, (table = toneProducts(this.#turns, sampleCount)))
    const { toneCount } = this
    const size = 2 * toneCount + 1
    const fresh = this.products
    const last = (size - 1) * size
    for (let a = 0; a < toneCount; a += 1) {
      const cosineA = cosine[a] * table.centreCosine[a] - sine[a] * table.centreSine[a]
      const sineA = sine[a] * table.centreCosine[a] + cosine[a] * table.centreSine[a]
      for (let b = 0; b <= a; b += 1) {
        const cosineB = cosine[b] * table.centreCosine[b] - sine[b] * table.centreSine[b]
        const sineB = sine[b] * table.centreCosine[b] + cosine[b] * table.centreSine[b]
        const apart = table.difference[a * toneCount + b] / 2
        const together = table.sum[a * toneCount + b] / 2
        const evenApart = apart * (cosineA * cosineB + sineA * sineB)
        const oddApart = apart * (sineA * cosineB - cosineA * sineB)
        const evenTogether = together * (cosineA * cosineB - sineA * sineB)
        const oddTogether = together * (sineA * cosineB + cosineA * sineB)
        const at = 2 * a * size + 2 * b
        fresh[at] = evenApart + evenTogether
        fresh[at + 1] = oddTogether - oddApart
        fresh[at + size] = oddTogether + oddApart
        fresh[at + size + 1] = evenApart - evenTogether
      }
      fresh[last + 2 * a] = table.alone[a] * cosineA
      fresh[last + 2 * a + 1] = table.alone[a] * sineA
    }
    fresh[last + size - 1] = sampleCount
  }

  /**
   * (products + prior) solution = sums, by Cholesky; and the diagonal of the inverse. The factor's diagonal is kept as its
   * reciprocal: division is the slow part of so small a system.
   */
  #solve(memory: number, { noiseByTone, noiseByConstant }: Prior): void {
    const size = 2 * this.toneCount + 1
    const products = this.#products[memory]
    const sums = this.#sums[memory]
    const factor = this.#factor
    const solution = this.#solution
    for (let row = 0; row < size; row += 1) {
      const start = row * size
      for (let column = 0; column < row; column += 1) {
        const other = column * size
        let value = products[start + column]
        for (let k = 0; k < column; k += 1) value -= factor[start + k] * factor[other + k]
        factor[start + column] = value * factor[other + column]
      }
      let value = products[start + row] + (row === size - 1 ? noiseByConstant : noiseByTone)
      let sum = sums[row]
      for (let k = 0; k < row; k += 1) {
        value -= factor[start + k] * factor[start + k]
        sum -= factor[start + k] * solution[k]
      }
      factor[start + row] = 1 / Math.sqrt(value)
      solution[row] = sum * factor[start + row]
    }
    for (let row = size - 1; row >= 0; row -= 1) {
      let value = solution[row]
      for (let k = row + 1; k < size; k += 1) value -= factor[k * size + row] * solution[k]
      solution[row] = value * factor[row * size + row]
    }
    for (let tone = 0; tone < this.toneCount; tone += 1) {
      const at = memory * this.toneCount + tone
      this.inPhase[at] = solution[2 * tone]
      this.quadrature[at] = solution[2 * tone + 1]
      const variance = this.#inverseDiagonal(2 * tone) + this.#inverseDiagonal(2 * tone + 1)
      this.unsure[at] = (variance / 2) * noiseByTone
    }
  }

  /** One element of the diagonal of the inverse: the squared length of a column of the factor's inverse. */
  #inverseDiagonal(index: number): number {
    const size = 2 * this.toneCount + 1
    const factor = this.#factor
    const column = this.#column
    column[index] = factor[index * size + index]
    let square = column[index] * column[index]
    for (let row = index + 1; row < size; row += 1) {
      const start = row * size
      let value = 0
      for (let k = index; k < row; k += 1) value -= factor[start + k] * column[k]
      value *= factor[start + row]
      column[row] = value
      square += value * value
    }
    return square
  }
}

/** What the products of two tones over a tick of so many samples depend on, beside the phase at its centre. */
interface ToneProducts {
  readonly difference: Float64Array // [tones, tones]
  readonly sum: Float64Array // [tones, tones]
  readonly alone: Float64Array
  readonly centreCosine: Float64Array
  readonly centreSine: Float64Array
}

function toneProducts(turns: readonly number[], sampleCount: number): ToneProducts {
  const centre = (sampleCount - 1) / 2
  return {
    difference: Float64Array.from(turns.flatMap((a) => turns.map((b) => cosineSum(a - b, sampleCount)))),
    sum: Float64Array.from(turns.flatMap((a) => turns.map((b) => cosineSum(a + b, sampleCount)))),
    alone: Float64Array.from(turns, (turn) => cosineSum(turn, sampleCount)),
    centreCosine: Float64Array.from(turns, (turn) => Math.cos(turn * centre)),
    centreSine: Float64Array.from(turns, (turn) => Math.sin(turn * centre))
  }
}

/** The sum of cos(turn n) over `count` samples about n = 0. */
function cosineSum(turn: number, count: number): number {
  const half = Math.sin(turn / 2)
  return Math.abs(half) < 1e-9 ? count : Math.sin((count * turn) / 2) / half
}
