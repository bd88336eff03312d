/** Tapers: what a piece of a record is multiplied by before it is transformed. Knows nothing of signals or screens. */
import type { Samples } from '../units'

export const taperNames = ['hann', 'blackman-harris', 'flat-top', 'rectangular'] as const
export type TaperName = (typeof taperNames)[number]

export interface TaperKind {
  readonly title: string
  /** What it is good for, in a few words. */
  readonly use: string
  /** w(n) = a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N) - ... */
  readonly terms: readonly number[]
  /** Bins from the middle of a tone's main lobe to its first zero. */
  readonly lobeBins: number
  /** The highest side lobe, as a share of the main lobe's power. */
  readonly sideLobePower: number
}

export const tapers: Readonly<Record<TaperName, TaperKind>> = {
  hann: {
    title: 'Hann',
    use: 'for everyday use',
    terms: [0.5, 0.5],
    lobeBins: 2,
    sideLobePower: 10 ** -3.15
  },
  // Harris, "On the use of windows for harmonic analysis", Proc. IEEE 66 (1978), the four-term one of -92 dB.
  'blackman-harris': {
    title: 'Blackman-Harris',
    use: 'weak beside strong tones',
    terms: [0.35875, 0.48829, 0.14128, 0.01168],
    lobeBins: 4,
    sideLobePower: 10 ** -9.2
  },
  // D'Antona and Ferrero (2006), five terms: a tone between two bins loses less than 0.01 dB.
  'flat-top': {
    title: 'Flat top',
    use: 'exact amplitudes',
    terms: [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
    lobeBins: 5,
    sideLobePower: 10 ** -9.3
  },
  rectangular: {
    title: 'Rectangular',
    use: 'tones of whole cycles',
    terms: [1],
    lobeBins: 1,
    sideLobePower: 10 ** -1.33
  }
}

export interface Taper {
  readonly weights: Float64Array
  readonly sum: number
  readonly sumOfSquares: number
}

/** Periodic, as SciPy's `get_window` makes it by default: weight `length` would be weight 0 again. */
export function createTaper(name: TaperName, length: Samples): Taper {
  const { terms } = tapers[name]
  const weights = new Float64Array(length)
  let sum = 0
  let sumOfSquares = 0
  for (let n = 0; n < length; n += 1) {
    let weight = 0
    for (let k = 0; k < terms.length; k += 1) {
      weight += (k % 2 === 0 ? 1 : -1) * terms[k] * Math.cos((2 * Math.PI * k * n) / length)
    }
    weights[n] = weight
    sum += weight
    sumOfSquares += weight * weight
  }
  return { weights, sum, sumOfSquares }
}
