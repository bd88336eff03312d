/**
 * Stored samples to numbers and back, scaled so that full scale is 1, as libsndfile and SciPy have it. Narrower samples
 * fill their container from the top, so the container's scale is the right one for them too. Knows nothing of headers.
 * (ITU-T G.711 for A-law and mu-law.)
 */
import type { SampleCoding } from './import-choices'

export const bytesOf: Readonly<Record<SampleCoding, number>> = {
  unsigned8: 1,
  int8: 1,
  int16: 2,
  int24: 3,
  int32: 4,
  int64: 8,
  float32: 4,
  float64: 8,
  aLaw: 1,
  muLaw: 1
}

/** Where the samples of one channel stand in a block of bytes. */
export interface Placement {
  readonly coding: SampleCoding
  readonly littleEndian: boolean
  /** Byte of the channel's first sample. */
  readonly start: number
  /** Bytes from one sample of the channel to the next. */
  readonly frameBytes: number
}

/** Fill `samples`; 32-bit floats keep their bits, NaNs included, in an array of 32-bit floats. */
export function decodeSamples(
  samples: Float32Array | Float64Array,
  bytes: Uint8Array,
  { coding, littleEndian, start, frameBytes }: Placement
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (coding === 'float32' && samples instanceof Float32Array) {
    const bits = new Uint32Array(samples.buffer, samples.byteOffset, samples.length)
    for (let n = 0, at = start; n < bits.length; n += 1, at += frameBytes) bits[n] = view.getUint32(at, littleEndian)
    return
  }
  if (coding === 'int16') {
    for (let n = 0, at = start; n < samples.length; n += 1, at += frameBytes) {
      samples[n] = view.getInt16(at, littleEndian) / 2 ** 15
    }
    return
  }
  for (let n = 0, at = start; n < samples.length; n += 1, at += frameBytes) {
    samples[n] = sampleAt(view, at, coding, littleEndian)
  }
}

/**
 * Write samples at their places. A value is rounded to the nearest step, to the even one of two; what is beyond full
 * scale becomes full scale, NaN becomes silence. Returns how many were beyond.
 */
export function encodeSamples(
  samples: Float32Array | Float64Array,
  bytes: Uint8Array,
  { coding, littleEndian, start, frameBytes }: Placement
): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (coding === 'float32') {
    // As bits: a float in between would change some NaNs.
    const floats = samples instanceof Float32Array ? samples : Float32Array.from(samples)
    const bits = new Uint32Array(floats.buffer, floats.byteOffset, floats.length)
    for (let n = 0, at = start; n < bits.length; n += 1, at += frameBytes) view.setUint32(at, bits[n], littleEndian)
    return 0
  }
  if (coding === 'float64') {
    for (let n = 0, at = start; n < samples.length; n += 1, at += frameBytes) {
      view.setFloat64(at, samples[n], littleEndian)
    }
    return 0
  }
  const bits = coding === 'aLaw' || coding === 'muLaw' ? 16 : 8 * bytesOf[coding]
  const scale = 2 ** (bits - 1)
  let clipped = 0
  for (let n = 0, at = start; n < samples.length; n += 1, at += frameBytes) {
    const sample = samples[n]
    let step = sample === sample ? roundHalfEven(sample * scale) : 0
    if (step > scale - 1) {
      // Half a step above the largest is rounding, not clipping.
      if (sample * scale > scale - 0.5) clipped += 1
      step = scale - 1
    } else if (step < -scale) {
      clipped += 1
      step = -scale
    }
    putStep(view, at, coding, step, littleEndian)
  }
  return clipped
}

function sampleAt(view: DataView, at: number, coding: SampleCoding, littleEndian: boolean): number {
  switch (coding) {
    case 'int16':
      return view.getInt16(at, littleEndian) / 2 ** 15
    case 'int24': {
      const low = view.getUint16(littleEndian ? at : at + 1, littleEndian)
      const high = view.getInt8(littleEndian ? at + 2 : at)
      return (high * 2 ** 16 + low) / 2 ** 23
    }
    case 'int32':
      return view.getInt32(at, littleEndian) / 2 ** 31
    case 'int64': {
      const low = view.getUint32(littleEndian ? at : at + 4, littleEndian)
      const high = view.getInt32(littleEndian ? at + 4 : at, littleEndian)
      return (high * 2 ** 32 + low) / 2 ** 63
    }
    case 'float32':
      return view.getFloat32(at, littleEndian)
    case 'float64':
      return view.getFloat64(at, littleEndian)
    case 'unsigned8':
      return (view.getUint8(at) - 128) / 128
    case 'int8':
      return view.getInt8(at) / 128
    case 'aLaw':
      return aLaw(view.getUint8(at)) / 2 ** 15
    case 'muLaw':
      return muLaw(view.getUint8(at)) / 2 ** 15
  }
}

function putStep(view: DataView, at: number, coding: SampleCoding, step: number, littleEndian: boolean): void {
  switch (coding) {
    case 'unsigned8':
      return view.setUint8(at, step + 128)
    case 'int8':
      return view.setInt8(at, step)
    case 'int16':
      return view.setInt16(at, step, littleEndian)
    case 'int24':
      view.setInt8(littleEndian ? at + 2 : at, step >> 16)
      return view.setUint16(littleEndian ? at : at + 1, step & 0xffff, littleEndian)
    case 'int32':
      return view.setInt32(at, step, littleEndian)
    case 'int64':
      // 2^63 - 1 is no double; the largest one below it is what fits.
      return view.setBigInt64(at, BigInt(Math.min(step, 2 ** 63 - 1024)), littleEndian)
    case 'aLaw':
      return view.setUint8(at, aLawCode(step))
    case 'muLaw':
      return view.setUint8(at, muLawCode(step))
  }
}

function roundHalfEven(value: number): number {
  const nearest = Math.round(value)
  return nearest - value === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest
}

/** G.711: sign, 3 bits of exponent, 4 of mantissa, every other bit inverted; to 16 bits. */
function aLaw(code: number): number {
  const plain = code ^ 0x55
  const exponent = (plain >> 4) & 7
  const mantissa = ((plain & 15) << 4) + 8
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return plain & 0x80 ? size : -size
}

/** G.711: all bits inverted, a bias of 33 (132 at 16 bits) before the logarithm. */
function muLaw(code: number): number {
  const plain = ~code
  const biased = (((plain & 15) << 3) + 0x84) << ((plain >> 4) & 7)
  return plain & 0x80 ? 0x84 - biased : biased - 0x84
}

/** The code whose value is nearest to a 16-bit step; of two as near the one of the smaller size. */
const aLawCode = coder(aLaw)
const muLawCode = coder(muLaw)

/** Values of all codes in order, and a search among them: 8 steps a sample, and right by construction. */
function coder(valueOf: (code: number) => number): (step: number) => number {
  const codes = Array.from({ length: 256 }, (_, code) => code).sort((a, b) => valueOf(a) - valueOf(b) || b - a)
  const values = Int32Array.from(codes, valueOf)
  return (step) => {
    let low = 0
    let high = values.length - 1
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (values[middle] <= step) low = middle
      else high = middle
    }
    const below = step - values[low]
    const above = values[high] - step
    return codes[below < above || (below === above && Math.abs(values[low]) < Math.abs(values[high])) ? low : high]
  }
}
