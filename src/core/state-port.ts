/**
 * The running state of an object as a list of numbers, to be written down and taken up again to the bit.
 *
 * An object describes both directions by one method, so that what is written and what is read cannot differ.
 */

/** Either end: one that writes takes note of what it is given, one that reads gives back what was noted. */
export interface StatePort {
  /** The number to go on with. */
  number(value: number): number
  boolean(value: boolean): boolean
  /** Filled with what to go on with. */
  array(values: Float64Array | Float32Array): void
}

export interface Stateful {
  exchange(port: StatePort): void
}

export function saveState(...parts: readonly Stateful[]): Float64Array {
  const numbers: number[] = []
  const port: StatePort = {
    number: (value) => (numbers.push(value), value),
    boolean: (value) => (numbers.push(value ? 1 : 0), value),
    array: (values) => values.forEach((value) => numbers.push(value))
  }
  for (const part of parts) part.exchange(port)
  return Float64Array.from(numbers)
}

/** Throws RangeError if the numbers are not those of such parts. */
export function restoreState(saved: Float64Array, ...parts: readonly Stateful[]): void {
  let at = 0
  const take = (count: number) => {
    if (at + count > saved.length)
      throw new RangeError(`A saved state has ${saved.length} numbers, and more were expected.`)
    at += count
    return saved.subarray(at - count, at)
  }
  const port: StatePort = {
    number: () => take(1)[0],
    boolean: () => take(1)[0] === 1,
    array: (values) => values.set(take(values.length))
  }
  for (const part of parts) part.exchange(port)
  if (at !== saved.length) throw new RangeError(`A saved state has ${saved.length} numbers; ${at} were expected.`)
}
