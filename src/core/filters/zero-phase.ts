/** A cascade run forwards and then backwards over a whole record: no phase, twice the attenuation, not causal. */
import { SectionCascade, type Section } from './sections'
import { finite } from './tone-filter'

/**
 * Equal to scipy.signal.sosfiltfilt: the record is continued at both ends by its own mirror image through the end point,
 * and each pass starts as if the first value had always been there. Throws RangeError for a record that is shorter than
 * that continuation.
 */
export function filterZeroPhase(sections: readonly Section[], record: ArrayLike<number>): Float64Array {
  const trailing = (value: (section: Section) => number) => sections.filter((section) => value(section) === 0).length
  const taps =
    2 * sections.length +
    1 -
    Math.min(
      trailing(({ b2 }) => b2),
      trailing(({ a2 }) => a2)
    )
  const edge = 3 * taps
  if (record.length <= edge) {
    throw new RangeError(`Expected a record of more than ${edge} samples for this filter. Received: ${record.length}.`)
  }
  const extended = mirrored(record, edge)
  const there = onePass(sections, extended).reverse()
  const back = onePass(sections, there).reverse()
  return back.slice(edge, edge + record.length)
}

function onePass(sections: readonly Section[], samples: Float64Array): Float64Array {
  const cascade = new SectionCascade(sections)
  cascade.settle(samples[0])
  return cascade.process(samples)
}

function mirrored(record: ArrayLike<number>, edge: number): Float64Array {
  const count = record.length
  const value = (n: number) => finite(record[n])
  return Float64Array.from({ length: count + 2 * edge }, (_, index) => {
    const n = index - edge
    if (n < 0) return 2 * value(0) - value(-n)
    if (n >= count) return 2 * value(count - 1) - value(2 * count - 2 - n)
    return value(n)
  })
}
