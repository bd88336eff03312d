/**
 * The least, greatest and mean-square sample of bins of doubling length, so that a picture of any stretch of a long
 * channel costs time in proportion to its columns, not to its samples. Knows nothing of files.
 *
 * Level 0 holds a bin for `baseLength` samples, every further level one for four bins of the level below. A bin is
 * three 32-bit floats; NaN samples are passed over, a bin without a number is NaN.
 */
import type { Samples } from '../units'
import type { Envelope } from './envelope'

/** Bins of a level that make one of the next. */
const ratio = 4
/** So many bins a column at least, so that its edges are off by a quarter of its width at most. */
const leastBinsPerColumn = 4
const fields = 3

export class Pyramid {
  readonly #levels: Level[] = [new Level()]
  #sampleCount: Samples = 0

  constructor(readonly baseLength: Samples) {}

  /** Samples that were added; what stands behind them is not known. */
  get sampleCount(): Samples {
    return this.#sampleCount
  }

  /** The next samples: a whole number of bins, but for the last piece. */
  add(samples: Float32Array): void {
    const [base] = this.#levels
    for (let start = 0; start < samples.length; start += this.baseLength) {
      let low = Infinity
      let high = -Infinity
      let power = 0
      let count = 0
      const end = Math.min(samples.length, start + this.baseLength)
      for (let n = start; n < end; n += 1) {
        const sample = samples[n]
        // All comparisons are false for NaN.
        if (sample < low) low = sample
        if (sample > high) high = sample
        if (sample === sample) {
          power += sample * sample
          count += 1
        }
      }
      base.push(count > 0 ? low : NaN, count > 0 ? high : NaN, count > 0 ? power / count : NaN)
    }
    this.#sampleCount += samples.length
    this.#raise(false)
  }

  /** No more samples follow. */
  finish(): void {
    this.#raise(true)
  }

  /**
   * Columns as `envelope` counts them, from bins: an edge is off by a quarter of a column at most, and no sample is
   * left out. Undefined if the columns are too narrow for the bins: read samples then.
   */
  envelope(startSample: Samples, endSample: Samples, columns: number): Envelope | undefined {
    const width = (endSample - startSample) / columns
    if (width < leastBinsPerColumn * this.baseLength) return undefined
    let level = 0
    let length = this.baseLength
    while (level + 1 < this.#levels.length && length * ratio * leastBinsPerColumn <= width) {
      level += 1
      length *= ratio
    }
    const min = new Float32Array(columns)
    const max = new Float32Array(columns)
    const rms = new Float32Array(columns)
    for (let c = 0; c < columns; c += 1) {
      const first = Math.floor((startSample + c * width) / length)
      const to = (startSample + (c + 1) * width) / length
      const end = c === columns - 1 ? Math.ceil(to) : Math.floor(to)
      const bins = new Gathered()
      this.#gather(bins, level, Math.max(0, first), end)
      min[c] = bins.count > 0 ? bins.low : NaN
      max[c] = bins.count > 0 ? bins.high : NaN
      rms[c] = bins.count > 0 ? Math.sqrt(bins.power / bins.count) : NaN
    }
    return { min, max, rms }
  }

  /** Where a level has not grown so far yet, the one below stands in for it. */
  #gather(bins: Gathered, level: number, first: number, end: number): void {
    const known = Math.min(end, this.#levels[level].count)
    bins.add(this.#levels[level].values, first, known)
    if (known < end && level > 0) this.#gather(bins, level - 1, Math.max(first, known) * ratio, end * ratio)
  }

  #raise(isLast: boolean): void {
    for (let n = 0; ; n += 1) {
      const from = this.#levels[n]
      if (from.count <= ratio) return
      this.#levels[n + 1] ??= new Level()
      this.#levels[n + 1].raise(from, isLast)
    }
  }

  /** The bins of all levels, for a file. */
  get levels(): readonly Float32Array[] {
    return this.#levels.map(({ values, count }) => values.subarray(0, fields * count))
  }

  /** What `levels` gave, with the number of samples behind it. */
  static from(baseLength: Samples, sampleCount: Samples, levels: readonly Float32Array[]): Pyramid {
    const pyramid = new Pyramid(baseLength)
    pyramid.#levels.length = 0
    for (const values of levels) pyramid.#levels.push(new Level(values))
    pyramid.#sampleCount = sampleCount
    return pyramid
  }
}

/** Bins in memory that doubles. */
class Level {
  values: Float32Array
  count: number

  constructor(values?: Float32Array) {
    this.values = values ?? new Float32Array(fields * 256)
    this.count = values ? values.length / fields : 0
  }

  push(low: number, high: number, power: number): void {
    if (fields * this.count === this.values.length) {
      const larger = new Float32Array(2 * this.values.length)
      larger.set(this.values)
      this.values = larger
    }
    this.values[fields * this.count] = low
    this.values[fields * this.count + 1] = high
    this.values[fields * this.count + 2] = power
    this.count += 1
  }

  /** Make the bins that are whole, and at the end the last one as it is. */
  raise(from: Level, isLast: boolean): void {
    while ((this.count + 1) * ratio <= from.count || (isLast && this.count * ratio < from.count)) {
      const bins = new Gathered()
      bins.add(from.values, this.count * ratio, Math.min(from.count, (this.count + 1) * ratio))
      const { low, high, power, count } = bins
      if (count > 0) this.push(low, high, power / count)
      else this.push(NaN, NaN, NaN)
    }
  }
}

/** Several bins as one. */
class Gathered {
  low = Infinity
  high = -Infinity
  /** Sum of the mean squares of `count` bins. */
  power = 0
  count = 0

  add(values: Float32Array, firstBin: number, endBin: number): void {
    for (let bin = firstBin; bin < endBin; bin += 1) {
      const low = values[fields * bin]
      if (low !== low) continue
      const high = values[fields * bin + 1]
      if (low < this.low) this.low = low
      if (high > this.high) this.high = high
      this.power += values[fields * bin + 2]
      this.count += 1
    }
  }
}
