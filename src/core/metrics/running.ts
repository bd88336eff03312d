/** r2 and siSdrDb over a stream that never ends, in constant memory. Knows nothing of models or screens. */
import { powerToDecibels, type Decibels, type Samples } from '../units'
import { checkComparable } from './comparable'

/**
 * Each block is measured in two passes, about its own mean and its own gain, and then joined to the rest by the formula
 * of Chan, Golub and LeVeque (1979). So neither a large offset nor a near-perfect estimate costs digits: both figures
 * equal those of the whole-array functions to 1e-9.
 */
export class RunningFigures {
  #count: Samples = 0
  #mean = 0
  /** Sum of squares of the target about its mean. */
  #spread = 0
  #errorPower = 0
  #targetPower = 0
  /** What the target is multiplied by to come nearest to the estimate, and the sum of squares that is left. */
  #gain = 0
  #distortionPower = 0

  /** Take the next block of both; any length. */
  add(target: ArrayLike<number>, estimate: ArrayLike<number>): void {
    checkComparable(target, estimate)
    const added = target.length
    if (added === 0) return
    let sum = 0
    let power = 0
    let product = 0
    for (let n = 0; n < added; n += 1) {
      sum += target[n]
      power += target[n] * target[n]
      product += target[n] * estimate[n]
      this.#errorPower += (target[n] - estimate[n]) ** 2
    }
    const mean = sum / added
    const gain = power === 0 ? 0 : product / power
    let spread = 0
    let distortion = 0
    for (let n = 0; n < added; n += 1) {
      spread += (target[n] - mean) ** 2
      distortion += (gain * target[n] - estimate[n]) ** 2
    }

    const count = this.#count + added
    const meanApart = mean - this.#mean
    this.#spread += spread + (meanApart * meanApart * this.#count * added) / count
    this.#mean += (meanApart * added) / count
    this.#count = count

    this.#distortionPower += distortion
    if (power === 0) return
    const targetPower = this.#targetPower + power
    const gainApart = gain - this.#gain
    this.#distortionPower += (gainApart * gainApart * this.#targetPower * power) / targetPower
    this.#gain += (gainApart * power) / targetPower
    this.#targetPower = targetPower
  }

  get count(): Samples {
    return this.#count
  }

  /** NaN as long as the target is constant. */
  get r2(): number {
    return this.#spread === 0 ? NaN : 1 - this.#errorPower / this.#spread
  }

  /** NaN as long as the target is silent. */
  get siSdrDb(): Decibels {
    if (this.#targetPower === 0) return NaN
    if (this.#gain === 0) return -Infinity
    return powerToDecibels((this.#gain * this.#gain * this.#targetPower) / this.#distortionPower)
  }

  reset(): void {
    this.#count = 0
    this.#mean = 0
    this.#spread = 0
    this.#errorPower = 0
    this.#targetPower = 0
    this.#gain = 0
    this.#distortionPower = 0
  }
}
