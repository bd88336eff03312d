/**
 * The power spectrum of one piece of a record, again and again for pieces of one length. Knows nothing of averaging.
 *
 * Power is scaled so that a tone of amplitude a in the middle of its bin stands there as a * a / 2, its mean square.
 * Samples that are not finite count as zero.
 */
import { fft } from '../signal/fft'
import type { Hertz, Samples } from '../units'
import { createTaper, type Taper, type TaperName } from './tapers'

export interface SegmentSettings {
  readonly sampleRate: Hertz
  /** A power of two. */
  readonly fftSize: Samples
  readonly taper: TaperName
  /** Shorter than fftSize: the rest is zero, which interpolates between bins. */
  readonly segmentLength?: Samples
  /** Take the mean off each piece first; true if absent. */
  readonly removesMean?: boolean
}

export class SegmentPower {
  readonly segmentLength: Samples
  readonly binCount: number
  readonly binHz: Hertz
  /** White noise of density d, in mean square per hertz, stands as d times this in every bin. */
  readonly noiseBandwidthHz: Hertz
  readonly #fftSize: Samples
  readonly #taper: Taper
  readonly #removesMean: boolean
  readonly #re: Float64Array
  readonly #im: Float64Array

  constructor({ sampleRate, fftSize, taper, segmentLength = fftSize, removesMean = true }: SegmentSettings) {
    if (segmentLength < 1 || segmentLength > fftSize) {
      throw new RangeError(`Expected pieces of 1 to ${fftSize} samples. Received: ${segmentLength}.`)
    }
    this.segmentLength = segmentLength
    this.binCount = fftSize / 2 + 1
    this.binHz = sampleRate / fftSize
    this.#fftSize = fftSize
    this.#taper = createTaper(taper, segmentLength)
    this.noiseBandwidthHz = (sampleRate * this.#taper.sumOfSquares) / this.#taper.sum ** 2
    this.#removesMean = removesMean
    this.#re = new Float64Array(fftSize)
    this.#im = new Float64Array(fftSize)
  }

  /** Add the power of the piece that begins at `start` to `power`, of binCount values. */
  addTo(power: Float64Array, samples: ArrayLike<number>, start: Samples): void {
    this.#fill(this.#re, samples, start)
    this.#im.fill(0)
    this.#transformInto(power)
  }

  /** The same for two pieces at once, at the cost of one: the second stands in the imaginary part. */
  addPairTo(power: Float64Array, samples: ArrayLike<number>, [first, second]: readonly [Samples, Samples]): void {
    this.#fill(this.#re, samples, first)
    this.#fill(this.#im, samples, second)
    this.#transformInto(power)
  }

  /** With X and Y the transforms of two real pieces and Z = X + iY: |X|^2 + |Y|^2 = (|Z(k)|^2 + |Z(-k)|^2) / 2. */
  #transformInto(power: Float64Array): void {
    const [re, im, size] = [this.#re, this.#im, this.#fftSize]
    fft(re, im)
    const scale = 1 / this.#taper.sum ** 2
    for (let k = 0; k < this.binCount; k += 1) {
      const mirror = (size - k) % size
      const both = re[k] * re[k] + im[k] * im[k] + re[mirror] * re[mirror] + im[mirror] * im[mirror]
      // Half of a tone's power lies in its mirror image, but for the first and the last bin.
      power[k] += (k === 0 || 2 * k === size ? 0.5 : 1) * both * scale
    }
  }

  #fill(into: Float64Array, samples: ArrayLike<number>, start: Samples): void {
    const { weights } = this.#taper
    const length = this.segmentLength
    let sum = 0
    for (let n = 0; n < length; n += 1) {
      const sample = samples[start + n]
      into[n] = Number.isFinite(sample) ? sample : 0
      sum += into[n]
    }
    const mean = this.#removesMean ? sum / length : 0
    for (let n = 0; n < length; n += 1) into[n] = (into[n] - mean) * weights[n]
    into.fill(0, length)
  }
}
