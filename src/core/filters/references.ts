/** The input of fixtures/make_filters.py, for the tests of this folder. */

/** Made of whole numbers, so that Python has it to the bit. */
export function chirpOfIntegers(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, n) => ((n * 7919 + n * n * 104729) % 10007) / 5003.5 - 1)
}
