/** The discrete Fourier transform of a power of two. Knows nothing of signals or units. */

/**
 * Forward transform in place, X[k] = sum x[n] exp(-2 pi i k n / N), by radix-2 decimation in time (Cooley and Tukey,
 * 1965). Throws RangeError unless both arrays have the same length and it is a power of two.
 */
export function fft(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  if (size < 1 || (size & (size - 1)) !== 0 || imaginary.length !== size) {
    throw new RangeError(`Expected two arrays of one power of two. Received: ${size} and ${imaginary.length}.`)
  }
  reverseBits(real, imaginary)
  const cosine = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / size))
  const sine = Float64Array.from({ length: size / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / size))
  for (let half = 1, stride = size / 2; half < size; half *= 2, stride /= 2) {
    for (let block = 0; block < size; block += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const upper = block + k
        const lower = upper + half
        const turnReal = cosine[k * stride]
        const turnImaginary = sine[k * stride]
        const oddReal = real[lower] * turnReal - imaginary[lower] * turnImaginary
        const oddImaginary = real[lower] * turnImaginary + imaginary[lower] * turnReal
        real[lower] = real[upper] - oddReal
        imaginary[lower] = imaginary[upper] - oddImaginary
        real[upper] += oddReal
        imaginary[upper] += oddImaginary
      }
    }
  }
}

function reverseBits(real: Float64Array, imaginary: Float64Array): void {
  const size = real.length
  for (let n = 1, mirrored = 0; n < size; n += 1) {
    let bit = size >> 1
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit
    mirrored ^= bit
    if (n >= mirrored) continue
    ;[real[n], real[mirrored]] = [real[mirrored], real[n]]
    ;[imaginary[n], imaginary[mirrored]] = [imaginary[mirrored], imaginary[n]]
  }
}
