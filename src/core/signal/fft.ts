/** The fast Fourier transform, forward and in place. Knows nothing of signals, windows or units. */

/**
 * X[k] = sum over n of x[n] exp(-2 pi i k n / N), without a factor; `re` and `im` have the same power of two as length.
 * Radix 2, decimation in time (Cooley and Tukey 1965). Throws RangeError for other lengths.
 */
export function fft(re: Float64Array, im: Float64Array): void {
  const size = re.length
  if (size < 1 || (size & (size - 1)) !== 0 || im.length !== size) {
    throw new RangeError(`Expected two arrays of one power of two as length. Received: ${size} and ${im.length}.`)
  }
  reverseBits(re, im)
  for (let half = 1; half < size; half *= 2) {
    const { cosines, sines } = turningFactors(half)
    for (let start = 0; start < size; start += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const even = start + k
        const odd = even + half
        const oddRe = re[odd] * cosines[k] - im[odd] * sines[k]
        const oddIm = re[odd] * sines[k] + im[odd] * cosines[k]
        re[odd] = re[even] - oddRe
        im[odd] = im[even] - oddIm
        re[even] += oddRe
        im[even] += oddIm
      }
    }
  }
}

interface TurningFactors {
  readonly cosines: Float64Array
  readonly sines: Float64Array
}

/** Stages up to this length are kept: they serve every later transform, and all of them together take one megabyte. */
const longestKept = 2 ** 15
const kept = new Map<number, TurningFactors>()

/** Each stage has its own factors in a row: a stride through one table would miss the cache. */
function turningFactors(half: number): TurningFactors {
  const found = kept.get(half)
  if (found) return found
  const made = { cosines: new Float64Array(half), sines: new Float64Array(half) }
  for (let k = 0; k < half; k += 1) {
    made.cosines[k] = Math.cos((Math.PI * k) / half)
    made.sines[k] = -Math.sin((Math.PI * k) / half)
  }
  if (half <= longestKept) kept.set(half, made)
  return made
}

/** Move the element at each index to the index with its bits in reverse order. */
function reverseBits(re: Float64Array, im: Float64Array): void {
  for (let index = 1, reversed = 0; index < re.length; index += 1) {
    // Add one to `reversed` from its highest bit down.
    let bit = re.length >> 1
    for (; reversed & bit; bit >>= 1) reversed ^= bit
    reversed ^= bit
    if (index >= reversed) continue
    ;[re[index], re[reversed]] = [re[reversed], re[index]]
    ;[im[index], im[reversed]] = [im[reversed], im[index]]
  }
}
