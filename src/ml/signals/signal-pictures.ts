/**
 * Pictures of a source of any length: at once from a sparse look, and exactly from a pyramid that is built in the
 * background in short slices, so that streams and calls go on. Knows nothing of screens.
 */
import { envelope, type Envelope } from '../../core/signal/envelope'
import { Pyramid } from '../../core/signal/pyramid'
import type { Samples } from '../../core/units'
import type { PyramidCache } from './pyramid-cache'
import type { SampleSource } from './sample-source'
import { tileLength } from './tile-cache'

export interface Picture extends Envelope {
  /** False while some columns show a sparse look only, because the pyramid has not come so far. */
  readonly isExact: boolean
}

export interface PictureOptions {
  /** Kept from one start of the program to the next. */
  readonly cache?: PyramidCache
  /** True while the source still grows. */
  isGrowing?(): boolean
  /** Stops building: what is in the pyramid by then stays exact, the rest stays a sparse look. */
  readonly abort?: AbortSignal
  /** Hears how much of the signal is in the pyramid, from 0 to 1, at most ten times a second, and 1 at the end. */
  onProgress?(share: number): void
}

/** The bins of all channels together stay below this, which is 130 MB. */
const maxBins = 2 ** 23
const shortestBin: Samples = 256
/** How long a slice of building may keep the process from other work, and what it leaves to it. */
const sliceMilliseconds = 8
/** Samples looked at in a column that the pyramid has not reached. */
const probeLength: Samples = 128
const progressMilliseconds = 100

/** Pictures of a signal, however they are come by. */
export interface Pictures {
  /** Resolves when they are as exact as they will be. */
  readonly finished: Promise<void>
  /** How much of the signal they show exactly, 0 to 1. */
  readonly share: number
  envelope(channel: number, startSample: Samples, endSample: Samples, columns: number): Picture
  dispose(): void
}

export class SignalPictures implements Pictures {
  #pyramids: Pyramid[]
  #isDone = false
  #isDisposed = false
  #toldAt = 0
  readonly #finished: Promise<void>

  constructor(
    readonly source: SampleSource,
    readonly options: PictureOptions = {}
  ) {
    const samples = source.sampleCount * source.channelNames.length
    let binLength = shortestBin
    while (samples / binLength > maxBins) binLength *= 2
    this.#pyramids = source.channelNames.map(() => new Pyramid(binLength))
    this.#finished = this.#build()
    // Nobody needs to wait for it; what went wrong is heard by those who do.
    this.#finished.catch(() => {})
  }

  /** When the pyramid is whole, or building it was stopped. Rejects if the source cannot be read. */
  get finished(): Promise<void> {
    return this.#finished
  }

  get share(): number {
    if (this.#isDone) return 1
    return Math.min(...this.#pyramids.map(({ sampleCount }) => sampleCount)) / Math.max(1, this.source.sampleCount)
  }

  /** Columns as core's `envelope` counts them, in time that depends on the columns alone. */
  envelope(channel: number, startSample: Samples, endSample: Samples, columns: number): Picture {
    const pyramid = this.#pyramids[channel]
    const picture = pyramid.envelope(startSample, endSample, columns)
    if (!picture) {
      const first = Math.max(0, Math.floor(startSample))
      const samples = this.source.read(channel, first, Math.max(0, Math.ceil(endSample) - first))
      return { ...envelope(samples, startSample - first, endSample - first, columns), isExact: true }
    }
    const end = Math.min(endSample, this.source.sampleCount)
    if (this.#isDone || pyramid.sampleCount >= end) return { ...picture, isExact: true }
    this.#probe(channel, picture, { startSample, end, width: (endSample - startSample) / columns })
    return { ...picture, isExact: false }
  }

  dispose(): void {
    this.#isDisposed = true
  }

  /** A few samples of each column behind the pyramid's end. */
  #probe(
    channel: number,
    { min, max, rms }: Envelope,
    { startSample, end, width }: { startSample: Samples; end: Samples; width: Samples }
  ): void {
    const known = this.#pyramids[channel].sampleCount
    for (let c = Math.max(0, Math.floor((known - startSample) / width)); c < min.length; c += 1) {
      const at = Math.floor(startSample + c * width)
      if (at < 0) continue
      if (at >= end) return
      const look = envelope(this.source.read(channel, at, probeLength), 0, probeLength, 1)
      min[c] = Number.isNaN(min[c]) ? look.min[0] : Math.min(min[c], look.min[0])
      max[c] = Number.isNaN(max[c]) ? look.max[0] : Math.max(max[c], look.max[0])
      if (Number.isNaN(rms[c])) rms[c] = look.rms[0]
    }
  }

  async #build(): Promise<void> {
    const kept = this.options.isGrowing?.() ? undefined : await this.options.cache?.load(this.source)
    if (this.#isDisposed) return
    if (kept) this.#pyramids = kept
    else if (!(await this.#addAll())) return
    this.#isDone = true
    this.options.onProgress?.(1)
    if (!kept && !this.#isDisposed) await this.options.cache?.save(this.#pyramids)
  }

  /** False if it was stopped. */
  async #addAll(): Promise<boolean> {
    let sliceStart = performance.now()
    for (let start = 0; ;) {
      const { sampleCount } = this.source
      const isGrowing = this.options.isGrowing?.() ?? false
      const end = Math.min(start + tileLength, sampleCount)
      // A tile of a growing signal waits until it is whole: only the last piece may end within a bin.
      const isReady = end > start && (end - start === tileLength || !isGrowing)
      if (isReady) {
        this.#pyramids.forEach((pyramid, channel) => pyramid.add(this.source.read(channel, start, end - start)))
        start = end
      } else if (!isGrowing) break
      const now = performance.now()
      if (isReady && now - sliceStart < sliceMilliseconds) continue
      if (now - this.#toldAt >= progressMilliseconds) {
        this.#toldAt = now
        this.options.onProgress?.(this.share)
      }
      await new Promise((resolve) => (isReady ? setImmediate(resolve) : setTimeout(resolve, 20)))
      if (this.#isDisposed || this.options.abort?.aborted) return false
      sliceStart = performance.now()
    }
    for (const pyramid of this.#pyramids) pyramid.finish()
    return true
  }
}
