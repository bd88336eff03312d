/**
 * Everything that a stream has heard and answered, by place in the record, and pictures of any part of it. The mix and
 * the clean tones are there as a whole, outputs and residuals where the filter has been. Knows nothing of the clock.
 */
import type { TraceData, TraceName } from '../../contract/lab'
import type { Samples } from '../../core/units'
import type { ChannelSource } from '../signals/sample-source'
import {
  GrowingTrace,
  pageLength,
  SourceTrace,
  Tally,
  WholeTrace,
  type PictureOf,
  type TraceStore
} from './trace-store'

export interface PictureRange {
  readonly start: number
  readonly end: number
  readonly columns: number
}

/** The part of a trace that there is, in positions of the stream: it may be in several passes of the record. */
export interface Extent {
  readonly from: Samples
  readonly to: Samples
}

const nothing: TraceStore = { copy: () => {}, tally: () => {} }

/** Outputs and residuals of all selectors together that are kept: 128 MB. */
const keptSamples: Samples = 2 ** 25

export interface StreamRecordOptions {
  readonly mix: ChannelSource
  /** Sums up a long stretch of the mix without reading it. */
  readonly mixPicture?: PictureOf
  /** For each selector the clean tone that its output is compared with, or undefined. */
  readonly truths: readonly (Float32Array | undefined)[]
  /** Keep the outputs of a rival as well. */
  readonly hasRival?: boolean
}

export class StreamRecord {
  readonly length: Samples
  /** How many samples of each output are kept at least: those written last. */
  readonly kept: Samples
  readonly #mix: TraceStore
  readonly #truths: readonly TraceStore[]
  readonly #outputs: readonly GrowingTrace[]
  readonly #residuals: readonly GrowingTrace[]
  readonly #rivals: readonly GrowingTrace[]

  constructor({ mix, mixPicture, truths, hasRival = false }: StreamRecordOptions) {
    this.length = mix.sampleCount
    const pages = Math.floor(keptSamples / pageLength / (hasRival ? 3 : 2) / Math.max(1, truths.length))
    // The first and the last of them are not full as a rule.
    this.kept = Math.min(this.length, (pages - 2) * pageLength)
    this.#mix = new SourceTrace(mix, mixPicture)
    this.#truths = truths.map((truth) => (truth ? new WholeTrace(truth) : nothing))
    this.#outputs = truths.map(() => new GrowingTrace(pages))
    this.#residuals = truths.map(() => new GrowingTrace(pages))
    this.#rivals = hasRival ? truths.map(() => new GrowingTrace(pages)) : []
  }

  /** The output of every selector for a block of the mix that stands at a place of the record. */
  write(place: Samples, block: Float32Array, outputs: readonly Float32Array[]): void {
    outputs.forEach((output, selector) => {
      this.#outputs[selector].write(place, output)
      const residual = output.map((sample, n) => block[n] - sample)
      this.#residuals[selector].write(place, residual)
    })
  }

  /** The rival's output of every selector, at the place that it answers. */
  writeRival(place: Samples, outputs: readonly Float64Array[]): void {
    outputs.forEach((output, selector) => this.#rivals[selector]?.write(place, Float32Array.from(output)))
  }

  /** The first stretch that was never filtered; undefined if all between the two places was. */
  firstGap(start: Samples, end: Samples): { start: Samples; end: Samples } | undefined {
    return this.#outputs[0]?.firstGap(Math.max(0, start), Math.min(this.length, end))
  }

  /** Samples from a position on; the record repeats, and what lies outside of the extent is NaN. */
  samples(name: TraceName, selector: number, start: Samples, count: Samples, extent: Extent): Float32Array {
    const gathered = new Float32Array(count).fill(NaN)
    const store = this.#store(name, selector)
    this.#eachPass(start, start + count, extent, (place, position, size) => {
      store.copy(place, gathered.subarray(position - start, position - start + size))
    })
    return gathered
  }

  /** Samples where there are no more than columns, else least, greatest and RMS value of each column. */
  picture(
    names: readonly TraceName[],
    selector: number,
    { start, end, columns }: PictureRange,
    extent: Extent
  ): TraceData {
    const count = Math.max(0, end - start)
    if (count <= columns) {
      const traces = names.map((name) => {
        const samples = this.samples(name, selector, start, count, extent)
        return { name, min: samples, max: samples, rms: samples }
      })
      return { startSample: start, samplesPerColumn: 1, traces }
    }
    const traces = names.map((name) => ({ name, ...this.#envelope(name, selector, { start, end, columns }, extent) }))
    return { startSample: start, samplesPerColumn: count / columns, traces }
  }

  /** Columns as core/signal/envelope.ts counts them. */
  #envelope(name: TraceName, selector: number, { start, end, columns }: PictureRange, extent: Extent) {
    const min = new Float32Array(columns).fill(NaN)
    const max = new Float32Array(columns).fill(NaN)
    const rms = new Float32Array(columns).fill(NaN)
    const store = this.#store(name, selector)
    const tally = new Tally()
    const width = (end - start) / columns
    for (let c = 0; c < columns; c += 1) {
      const first = Math.floor(start + c * width)
      tally.reset()
      this.#eachPass(first, Math.max(first + 1, Math.floor(start + (c + 1) * width)), extent, (place, _, size) =>
        store.tally(place, place + size, tally)
      )
      if (tally.count === 0) continue
      min[c] = tally.low
      max[c] = tally.high
      rms[c] = Math.sqrt(tally.squares / tally.count)
    }
    return { min, max, rms }
  }

  #store(name: TraceName, selector: number): TraceStore {
    switch (name) {
      case 'mix':
        return this.#mix
      case 'truth':
        return this.#truths[selector] ?? nothing
      case 'output':
        return this.#outputs[selector] ?? nothing
      case 'residual':
        return this.#residuals[selector] ?? nothing
      case 'rival':
        return this.#rivals[selector] ?? nothing
    }
  }

  /** Cut positions into pieces that lie in one pass of the record and inside of the extent. */
  #eachPass(
    start: Samples,
    end: Samples,
    extent: Extent,
    visit: (place: Samples, position: Samples, size: Samples) => void
  ): void {
    const last = Math.min(end, extent.to)
    for (let position = Math.max(start, extent.from); position < last;) {
      const place = position % this.length
      const size = Math.min(last - position, this.length - place)
      visit(place, position, size)
      position += size
    }
  }
}
