/**
 * Samples of one trace by their place in the record, with a summary of every 256 of them, so that the least, greatest
 * and root-mean-square value of any stretch is had without going through it. What does not exist is NaN. Knows nothing
 * of streams.
 */
import type { Envelope } from '../../core/signal/envelope'
import type { Samples } from '../../core/units'
import type { ChannelSource } from '../signals/sample-source'

/** Least, greatest and squares of samples that are joined one stretch after the other. */
export class Tally {
  low = Infinity
  high = -Infinity
  squares = 0
  count = 0

  reset(): void {
    this.low = Infinity
    this.high = -Infinity
    this.squares = 0
    this.count = 0
  }

  addSamples(samples: Float32Array, from: number, to: number): void {
    for (let n = from; n < to; n += 1) {
      const sample = samples[n]
      if (sample !== sample) continue
      if (sample < this.low) this.low = sample
      if (sample > this.high) this.high = sample
      this.squares += sample * sample
      this.count += 1
    }
  }
}

export interface TraceStore {
  /** Copy the samples from `place` on into `target`; places outside the record are left as they are. */
  copy(place: Samples, target: Float32Array): void
  /** Add the samples between two places to a tally. */
  tally(start: Samples, end: Samples, into: Tally): void
}

const blockLength = 256

/** Summaries of blocks of samples; those that are not known yet are made when they are asked for. */
class Blocks {
  readonly #low: Float32Array
  readonly #high: Float32Array
  readonly #squares: Float32Array
  /** Numbers in the block and one more; 0 where the block is not summed up yet. */
  readonly #counts: Uint16Array
  readonly #scratch = new Tally()

  constructor(sampleCount: Samples) {
    const count = Math.ceil(sampleCount / blockLength)
    this.#low = new Float32Array(count)
    this.#high = new Float32Array(count)
    this.#squares = new Float32Array(count)
    this.#counts = new Uint16Array(count)
  }

  /** Samples between two places changed. */
  forget(start: Samples, end: Samples): void {
    this.#counts.fill(0, Math.floor(start / blockLength), Math.ceil(end / blockLength))
  }

  tally(samples: Float32Array, start: Samples, end: Samples, into: Tally): void {
    const firstBlock = Math.ceil(start / blockLength)
    const endBlock = Math.floor(end / blockLength)
    if (firstBlock >= endBlock) return into.addSamples(samples, start, end)
    into.addSamples(samples, start, firstBlock * blockLength)
    for (let block = firstBlock; block < endBlock; block += 1) {
      if (this.#counts[block] === 0) this.#sumUp(samples, block)
      const count = this.#counts[block] - 1
      if (count === 0) continue
      if (this.#low[block] < into.low) into.low = this.#low[block]
      if (this.#high[block] > into.high) into.high = this.#high[block]
      into.squares += this.#squares[block]
      into.count += count
    }
    into.addSamples(samples, endBlock * blockLength, end)
  }

  #sumUp(samples: Float32Array, block: number): void {
    const tally = this.#scratch
    tally.reset()
    tally.addSamples(samples, block * blockLength, (block + 1) * blockLength)
    this.#low[block] = tally.low
    this.#high[block] = tally.high
    this.#squares[block] = tally.squares
    this.#counts[block] = tally.count + 1
  }
}

/** A trace that is known as a whole from the start and is in memory: a clean tone. */
export class WholeTrace implements TraceStore {
  readonly #samples: Float32Array
  readonly #blocks: Blocks

  constructor(samples: Float32Array) {
    this.#samples = samples
    this.#blocks = new Blocks(samples.length)
  }

  copy(place: Samples, target: Float32Array): void {
    const from = Math.max(0, place)
    const to = Math.min(this.#samples.length, place + target.length)
    if (from < to) target.set(this.#samples.subarray(from, to), from - place)
  }

  tally(start: Samples, end: Samples, into: Tally): void {
    const [from, to] = [Math.max(0, start), Math.min(this.#samples.length, end)]
    if (from < to) this.#blocks.tally(this.#samples, from, to, into)
  }
}

/** A stretch of more samples than this is summed up from a picture, not from its samples. */
const longestLook: Samples = 2048

/** The mix: read by pieces where it is looked at; long stretches are summed up by whoever draws it. */
export class SourceTrace implements TraceStore {
  readonly #source: ChannelSource
  readonly #picture: PictureOf | undefined

  constructor(source: ChannelSource, picture?: PictureOf) {
    this.#source = source
    this.#picture = picture
  }

  copy(place: Samples, target: Float32Array): void {
    const from = Math.max(0, place)
    const to = Math.min(this.#source.sampleCount, place + target.length)
    if (from < to) target.set(this.#source.read(from, to - from), from - place)
  }

  tally(start: Samples, end: Samples, into: Tally): void {
    const [from, to] = [Math.max(0, start), Math.min(this.#source.sampleCount, end)]
    const count = to - from
    if (count <= 0) return
    if (!this.#picture || count <= longestLook) {
      const samples = this.#source.read(from, count)
      return into.addSamples(samples, 0, samples.length)
    }
    const { min, max, rms } = this.#picture(from, to)
    if (Number.isNaN(min[0])) return
    into.low = Math.min(into.low, min[0])
    into.high = Math.max(into.high, max[0])
    into.squares += rms[0] * rms[0] * count
    into.count += count
  }
}

/** Least, greatest and RMS value of one stretch, each an array of one. */
export type PictureOf = (start: Samples, end: Samples) => Envelope

export const pageLength = 2 ** 16

/**
 * A trace that comes into being piece by piece, anywhere in the record: an output, a residual. Memory is taken a page
 * of 65,536 samples at a time, for the places that were written alone; beyond `mostPages` the pages written longest ago
 * are given up.
 */
export class GrowingTrace implements TraceStore {
  readonly #pages = new Map<number, Page>()
  readonly #mostPages: number

  constructor(mostPages: number) {
    this.#mostPages = Math.max(2, mostPages)
  }

  write(place: Samples, samples: Float32Array): void {
    eachPage(place, place + samples.length, (index, from, to) => {
      const page = this.#pages.get(index) ?? newPage()
      // A map keeps the order of insertion: the page written last goes to the end.
      this.#pages.delete(index)
      this.#pages.set(index, page)
      if (this.#pages.size > this.#mostPages) this.#pages.delete(this.#pages.keys().next().value as number)
      const origin = index * pageLength
      page.samples.set(samples.subarray(from + origin - place, to + origin - place), from)
      page.blocks.forget(from, to)
    })
  }

  copy(place: Samples, target: Float32Array): void {
    eachPage(place, place + target.length, (index, from, to) => {
      const page = this.#pages.get(index)
      if (page) target.set(page.samples.subarray(from, to), from + index * pageLength - place)
    })
  }

  tally(start: Samples, end: Samples, into: Tally): void {
    // Of a stretch of many pages only those that exist are looked at.
    if ((end - start) / pageLength > this.#pages.size) {
      for (const [index, page] of this.#pages) {
        const origin = index * pageLength
        const [from, to] = [Math.max(0, start - origin), Math.min(pageLength, end - origin)]
        if (from < to) page.blocks.tally(page.samples, from, to, into)
      }
      return
    }
    eachPage(start, end, (index, from, to) => {
      const page = this.#pages.get(index)
      if (page) page.blocks.tally(page.samples, from, to, into)
    })
  }

  /** The first stretch between two places that was not written; undefined if all of it was. */
  firstGap(start: Samples, end: Samples): { start: Samples; end: Samples } | undefined {
    let place = start
    while (place < end && this.#has(place)) place += 1
    if (place >= end) return undefined
    const from = place
    while (place < end && !this.#has(place))
      place += this.#pages.has(Math.floor(place / pageLength)) ? 1 : toNextPage(place)
    return { start: from, end: Math.min(end, place) }
  }

  #has(place: Samples): boolean {
    const sample = this.#pages.get(Math.floor(place / pageLength))?.samples[place % pageLength]
    return sample !== undefined && sample === sample
  }
}

interface Page {
  readonly samples: Float32Array
  readonly blocks: Blocks
}

function newPage(): Page {
  return { samples: new Float32Array(pageLength).fill(NaN), blocks: new Blocks(pageLength) }
}

function toNextPage(place: Samples): Samples {
  return pageLength - (place % pageLength)
}

/** Call `visit` with each page between two places and the part of it that is meant. */
function eachPage(start: Samples, end: Samples, visit: (index: number, from: number, to: number) => void): void {
  for (let place = Math.max(0, start); place < end;) {
    const index = Math.floor(place / pageLength)
    const to = Math.min(end, (index + 1) * pageLength)
    visit(index, place - index * pageLength, to - index * pageLength)
    place = to
  }
}
