/**
 * A signal while it is recorded: a ring of fixed length that the newest samples go into, so that a recording may go on
 * for ever in bounded memory. Sample n of the recording stands at n modulo the length. Knows nothing of devices.
 */
import { InputError, type Signal } from '../../core/signal/signal'
import { envelope } from '../../core/signal/envelope'
import type { Hertz, Samples } from '../../core/units'
import type { SampleSource } from './sample-source'
import type { Picture, Pictures } from './signal-pictures'

export class LiveSource implements SampleSource {
  readonly sampleCount: Samples
  readonly #channels: readonly Float32Array[]
  #recorded: Samples = 0

  constructor(
    readonly sampleRate: Hertz,
    readonly channelNames: readonly string[],
    length: Samples
  ) {
    this.sampleCount = length
    this.#channels = channelNames.map(() => new Float32Array(length))
  }

  /** Since the start, more than the length after a while. */
  get recorded(): Samples {
    return this.#recorded
  }

  /** Throws InputError if the block does not fit the channels. */
  push(block: readonly Float32Array[]): void {
    const count = block[0]?.length ?? 0
    if (block.length !== this.#channels.length || block.some(({ length }) => length !== count)) {
      const sizes = block.map(({ length }) => length).join(', ') || 'none'
      throw new InputError(`Expected ${this.#channels.length} channels of one length. Received: ${sizes} samples.`)
    }
    const kept = Math.min(count, this.sampleCount)
    const at = (this.#recorded + count - kept) % this.sampleCount
    const first = Math.min(kept, this.sampleCount - at)
    this.#channels.forEach((ring, channel) => {
      const newest = block[channel].subarray(count - kept)
      ring.set(newest.subarray(0, first), at)
      ring.set(newest.subarray(first), 0)
    })
    this.#recorded += count
  }

  /** By place in the ring; fewer where nothing was recorded yet. */
  read(channel: number, start: Samples, count: Samples): Float32Array {
    return this.#channels[channel].subarray(start, Math.min(start + count, this.#recorded))
  }

  readExact(channel: number, start: Samples, count: Samples): Float64Array {
    return Float64Array.from(this.read(channel, start, count))
  }

  /** A copy of what the ring holds, the oldest sample first. */
  kept(): Signal {
    const count = Math.min(this.#recorded, this.sampleCount)
    const at = this.#recorded <= this.sampleCount ? 0 : this.#recorded % this.sampleCount
    const channels = this.#channels.map((ring) => {
      const samples = new Float32Array(count)
      samples.set(ring.subarray(at, Math.min(count + at, ring.length)))
      samples.set(ring.subarray(0, at), count - at)
      return samples
    })
    return { sampleRate: this.sampleRate, channelNames: this.channelNames, channels }
  }

  close(): void {}
}

/** Pictures straight from the ring: it changes all the time, so nothing is kept. NaN where nothing was recorded yet. */
export class LivePictures implements Pictures {
  readonly share = 1
  readonly finished = Promise.resolve()

  constructor(private readonly source: LiveSource) {}

  envelope(channel: number, startSample: Samples, endSample: Samples, columns: number): Picture {
    const first = Math.max(0, Math.floor(startSample))
    const end = Math.min(Math.ceil(endSample), this.source.recorded, this.source.sampleCount)
    const samples = this.source.read(channel, first, Math.max(0, end - first))
    return { ...envelope(samples, startSample - first, endSample - first, columns), isExact: true }
  }

  dispose(): void {}
}
