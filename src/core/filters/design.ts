/**
 * The recursive filters of the textbooks as second-order sections: Butterworth, peak and notch.
 *
 * Equal to scipy.signal.butter, iirpeak and iirnotch (fixtures/filters.json). Designed here and not by a package:
 * digital-filter 2.4.2 sets the gain of a band-pass at the middle of the band before warping, which differs from SciPy
 * by 4e-6 for a band of 1-10 kHz at 48 kHz. See docs/adr/0011.
 */
import type { Hertz } from '../units'
import type { Section } from './sections'

export interface BandEdges {
  readonly lowHz: Hertz
  readonly highHz: Hertz
}

/**
 * The band of this width whose Butterworth filter has gain 1 and phase 0 at `centerHz`: after the warping of the
 * bilinear transform the centre is the geometric mean of the edges. Both edges lie between 0 and half the sample rate
 * for every width below half the sample rate.
 */
export function bandAround(given: { centerHz: Hertz; bandwidthHz: Hertz; sampleRate: Hertz }): BandEdges {
  const { centerHz, bandwidthHz, sampleRate } = given
  if (!(bandwidthHz > 0 && bandwidthHz < sampleRate / 2)) {
    throw new RangeError(
      `Expected a bandwidth above 0 and below ${sampleRate / 2} Hz, half the sample rate. Received: ${bandwidthHz} Hz.`
    )
  }
  const center = Math.tan((Math.PI * centerHz) / sampleRate)
  // tan(high - low) = (tan high - tan low) / (1 + tan high tan low), and tan high tan low = center^2.
  const width = Math.tan((Math.PI * bandwidthHz) / sampleRate) * (1 + center * center)
  const high = width / 2 + Math.hypot(width / 2, center)
  const toHertz = (warped: number) => (Math.atan(warped) * sampleRate) / Math.PI
  return { lowHz: toHertz((center * center) / high), highHz: toHertz(high) }
}

/** A Butterworth band-pass of 2 * order poles, as scipy.signal.butter counts; its edges are the points at -3 dB. */
export function butterworthBandPass(order: number, { lowHz, highHz }: BandEdges, sampleRate: Hertz): Section[] {
  checkOrder(order)
  if (!(lowHz > 0 && lowHz < highHz && highHz < sampleRate / 2)) {
    throw new RangeError(
      `Expected a band above 0 and below ${sampleRate / 2} Hz, half the sample rate. Received: ${lowHz} to ${highHz} Hz.`
    )
  }
  const low = Math.tan((Math.PI * lowHz) / sampleRate)
  const high = Math.tan((Math.PI * highHz) / sampleRate)
  const width = high - low
  const centerSquare = low * high
  return upperPoles(order).flatMap(({ re, im }) => {
    // Each pole p of the low-pass becomes the two roots of s^2 - p width s + center^2.
    if (im === 0) return [bandSection(width, { sum: -width, product: centerSquare })]
    const half = { re: (re * width) / 2, im: (im * width) / 2 }
    const root = squareRoot({ re: half.re ** 2 - half.im ** 2 - centerSquare, im: 2 * half.re * half.im })
    return [1, -1].map((sign) => {
      const pole = { re: half.re + sign * root.re, im: half.im + sign * root.im }
      return bandSection(width, { sum: 2 * pole.re, product: pole.re ** 2 + pole.im ** 2 })
    })
  })
}

export function butterworthLowPass(order: number, cutoffHz: Hertz, sampleRate: Hertz): Section[] {
  checkOrder(order)
  if (!(cutoffHz > 0 && cutoffHz < sampleRate / 2)) {
    throw new RangeError(
      `Expected a cut-off above 0 and below ${sampleRate / 2} Hz, half the sample rate. Received: ${cutoffHz} Hz.`
    )
  }
  const cutoff = Math.tan((Math.PI * cutoffHz) / sampleRate)
  return upperPoles(order).map(({ re, im }) => {
    if (im === 0) {
      const gain = cutoff / (1 + cutoff)
      return { b0: gain, b1: gain, b2: 0, a1: (cutoff - 1) / (1 + cutoff), a2: 0 }
    }
    const square = cutoff * cutoff
    const { scale, a1, a2 } = bilinear({ sum: 2 * re * cutoff, product: square })
    return { b0: square / scale, b1: (2 * square) / scale, b2: square / scale, a1, a2 }
  })
}

/** Gain 1 and phase 0 at the centre, -3 dB at the ends of the band: scipy.signal.iirpeak with Q = centre / bandwidth. */
export function peak(given: { centerHz: Hertz; bandwidthHz: Hertz; sampleRate: Hertz }): Section {
  const { gain, a1, a2 } = peakOrNotch(given)
  return { b0: 1 - gain, b1: 0, b2: gain - 1, a1, a2 }
}

/** Gain 0 at the centre, -3 dB at the ends of the band, 1 far away: scipy.signal.iirnotch. */
export function notch(given: { centerHz: Hertz; bandwidthHz: Hertz; sampleRate: Hertz }): Section {
  const { gain, a1, a2 } = peakOrNotch(given)
  return { b0: gain, b1: a1, b2: gain, a1, a2 }
}

function peakOrNotch({
  centerHz,
  bandwidthHz,
  sampleRate
}: {
  centerHz: Hertz
  bandwidthHz: Hertz
  sampleRate: Hertz
}) {
  if (!(centerHz > 0 && centerHz < sampleRate / 2 && bandwidthHz > 0 && bandwidthHz < sampleRate / 2)) {
    throw new RangeError(
      `Expected centre and bandwidth above 0 and below ${sampleRate / 2} Hz, half the sample rate. Received: ${centerHz} and ${bandwidthHz} Hz.`
    )
  }
  const gain = 1 / (1 + Math.tan((Math.PI * bandwidthHz) / sampleRate))
  return { gain, a1: -2 * gain * Math.cos((2 * Math.PI * centerHz) / sampleRate), a2: 2 * gain - 1 }
}

interface Complex {
  readonly re: number
  readonly im: number
}

/** The poles of the Butterworth low-pass at 1 rad/s on and above the real axis. */
function upperPoles(order: number): Complex[] {
  return Array.from({ length: Math.ceil(order / 2) }, (_, index) => {
    if (2 * index + 1 === order) return { re: -1, im: 0 }
    const angle = (Math.PI * (2 * index + 1)) / (2 * order)
    return { re: -Math.sin(angle), im: Math.cos(angle) }
  })
}

/** A pair of analog poles by sum and product, with one zero at s = 0 and one at infinity. */
function bandSection(width: number, poles: { sum: number; product: number }): Section {
  const { scale, a1, a2 } = bilinear(poles)
  return { b0: width / scale, b1: 0, b2: -width / scale, a1, a2 }
}

/** s = (1 - z^-1) / (1 + z^-1) put into s^2 - sum s + product. */
function bilinear({ sum, product }: { sum: number; product: number }) {
  const scale = 1 - sum + product
  return { scale, a1: (2 * (product - 1)) / scale, a2: (1 + sum + product) / scale }
}

function squareRoot({ re, im }: Complex): Complex {
  const size = Math.hypot(re, im)
  const real = Math.sqrt((size + re) / 2)
  const imaginary = Math.sqrt((size - re) / 2)
  return { re: real, im: im < 0 ? -imaginary : imaginary }
}

function checkOrder(order: number): void {
  if (!(Number.isInteger(order) && order >= 1 && order <= 12))
    throw new RangeError(`Expected an order that is a whole number from 1 to 12. Received: ${order}.`)
}
