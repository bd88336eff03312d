/** A source in which NaN and infinite samples are replaced as chosen, where they are read. */
import type { SampleCoding, StrangeRule } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import type { Samples } from '../../core/units'
import type { SampleSource } from './sample-source'

/** So far a neighbour is looked for; a longer stretch without a number becomes silence. */
const reach: Samples = 2 ** 16

export function mendedSource(source: SampleSource, rule: StrangeRule): SampleSource {
  if (rule === 'keep' || !holdsStrange(source.coding)) return source
  const mend = <T extends Float32Array | Float64Array>(
    read: (start: Samples, count: Samples) => T,
    start: Samples,
    count: Samples
  ): T => {
    const samples = read(start, count)
    const first = samples.findIndex((sample) => !Number.isFinite(sample))
    if (first === -1) return samples
    if (rule === 'refuse') {
      throw new InputError(
        `Sample ${Math.max(0, start) + first + 1} is no finite number. Choose to keep, zero, hold or interpolate such samples.`
      )
    }
    const from = Math.max(0, start)
    // A stretch that goes on beyond the piece is mended as a whole, so that pieces fit together.
    const before = Number.isFinite(samples[0]) ? 0 : Math.min(from, reach)
    const behind = Number.isFinite(samples[samples.length - 1]) ? 0 : reach
    const mended = read(from - before, before + samples.length + behind).slice() as T
    for (let n = 0; n < mended.length; n += 1) {
      if (Number.isFinite(mended[n])) continue
      let end = n
      while (end < mended.length && !Number.isFinite(mended[end])) end += 1
      if (rule === 'zero') mended.fill(0, n, end)
      else fill(mended, n, end, rule)
      n = end
    }
    return mended.subarray(before, before + samples.length) as T
  }
  return {
    sampleRate: source.sampleRate,
    channelNames: source.channelNames,
    ...{ precision: 'float64', coding: source.coding },
    get sampleCount() {
      return source.sampleCount
    },
    read: (channel, start, count) => mend((at, size) => source.read(channel, at, size), start, count),
    readExact: (channel, start, count) => mend((at, size) => source.readExact(channel, at, size), start, count),
    close: () => source.close()
  }
}

/** Integers and the two laws hold no values that are NaN or infinite. */
export function holdsStrange(coding: SampleCoding | undefined): boolean {
  return coding === undefined || coding === 'float32' || coding === 'float64'
}

/** The value before, or a straight line to the one behind; at the ends of the signal the one that is there. */
function fill(samples: Float32Array | Float64Array, start: number, end: number, rule: 'hold' | 'interpolate'): void {
  const before: number | undefined = samples[start - 1]
  const after: number | undefined = samples[end]
  const from = before ?? after ?? 0
  const to = rule === 'hold' ? from : (after ?? from)
  for (let n = start; n < end; n += 1) samples[n] = from + ((to - from) * (n - start + 1)) / (end - start + 1)
}
