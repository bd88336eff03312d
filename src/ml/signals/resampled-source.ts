/** A recording at another rate, made where it is read: as long as the recording, in no more memory. */
import { Polyphase, ratioOf, resampledCount, resampleStretch } from '../../core/signal/resample'
import type { Hertz, Samples } from '../../core/units'
import type { SampleSource } from './sample-source'
import { TiledReader } from './tile-cache'

export class ResampledSource implements SampleSource {
  readonly sampleCount: Samples
  readonly precision = 'float64'
  readonly #filter: Polyphase
  readonly #tiles = new TiledReader((channel, start, count) => Float32Array.from(this.readExact(channel, start, count)))

  /** Throws RangeError for rates whose ratio is not one of small whole numbers. */
  constructor(
    readonly source: SampleSource,
    readonly sampleRate: Hertz
  ) {
    const ratio = ratioOf({ from: source.sampleRate, to: sampleRate })
    this.#filter = new Polyphase(ratio)
    this.sampleCount = resampledCount(source.sampleCount, ratio)
  }

  get channelNames(): readonly string[] {
    return this.source.channelNames
  }

  read(channel: number, start: Samples, count: Samples): Float32Array {
    return this.#tiles.read(channel, start, count, this.sampleCount)
  }

  readExact(channel: number, start: Samples, count: Samples): Float64Array {
    const { source } = this
    const from = Math.max(0, start)
    const input = {
      sampleCount: source.sampleCount,
      read: (at: Samples, length: Samples) => source.readExact(channel, at, length)
    }
    return resampleStretch(this.#filter, input, { from, until: Math.min(this.sampleCount, start + count) })
  }

  close(): void {
    this.#tiles.close()
    this.source.close()
  }
}
