/**
 * Where samples come from when a signal may be larger than memory: read by pieces, at any place, channel by channel.
 * Knows nothing of what stands behind it: arrays, a WAV file, a table.
 */
import type { Precision } from '../../core/signal/csv-write'
import type { SampleCoding } from '../../core/signal/import-choices'
import { sampleCountOf, type Signal } from '../../core/signal/signal'
import type { Hertz, Samples } from '../../core/units'

export interface SampleSource {
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  /** float32 if 32-bit floats hold every sample to the bit; absent for float32. */
  readonly precision?: Precision
  /** How the samples are stored, where they come unchanged from a file: written so again, they keep every bit. */
  readonly coding?: SampleCoding
  /** Grows while a table is still being read. */
  readonly sampleCount: Samples
  /**
   * The samples of one channel from `start` on, at most `count`, fewer where the signal ends. Not to be written to: they
   * may be the source's own.
   */
  read(channel: number, start: Samples, count: Samples): Float32Array
  /** The same, with every bit that a double can hold. */
  readExact(channel: number, start: Samples, count: Samples): Float64Array
  /** Whole numbers of 64 bits, which no double holds; only where the samples are such numbers. */
  readIntegers?(channel: number, start: Samples, count: Samples): BigInt64Array | undefined
  close(): void
}

/** One channel of a source. */
export interface ChannelSource {
  readonly sampleCount: Samples
  /** As in SampleSource. */
  read(start: Samples, count: Samples): Float32Array
}

export function channelSource(source: SampleSource, channel: number): ChannelSource {
  return {
    get sampleCount() {
      return source.sampleCount
    },
    read: (start, count) => source.read(channel, start, count)
  }
}

/** An array as a channel. */
export function arraySource(samples: Float32Array): ChannelSource {
  return { sampleCount: samples.length, read: (start, count) => samples.subarray(start, start + count) }
}

/** A signal in memory as a source. */
export function memorySource(signal: Signal): SampleSource {
  return {
    sampleRate: signal.sampleRate,
    channelNames: signal.channelNames,
    sampleCount: sampleCountOf(signal),
    read: (channel, start, count) => signal.channels[channel].subarray(start, start + count),
    readExact: (channel, start, count) => Float64Array.from(signal.channels[channel].subarray(start, start + count)),
    close: () => {}
  }
}

/** The whole of a source in memory; for what is known to be short. */
export function wholeOf(source: SampleSource): Signal {
  const { sampleRate, channelNames, sampleCount } = source
  const channels = channelNames.map((_, channel) => {
    const whole = new Float32Array(sampleCount)
    for (let start = 0; start < sampleCount; start += pieceLength) {
      whole.set(source.read(channel, start, Math.min(pieceLength, sampleCount - start)), start)
    }
    return whole
  })
  return { sampleRate, channelNames, channels }
}

const pieceLength: Samples = 2 ** 18

/** Some channels of a source, in the order given, or all of them as one: their mean. */
export function selectChannels(
  source: SampleSource,
  { channels, monoMix }: { readonly channels: readonly number[] | null; readonly monoMix: boolean }
): SampleSource {
  const chosen = channels ?? source.channelNames.map((_, channel) => channel)
  if (monoMix && chosen.length > 1) return new MixSource(source, chosen)
  if (channels === null) return source
  return {
    sampleRate: source.sampleRate,
    channelNames: chosen.map((channel) => source.channelNames[channel]),
    precision: source.precision,
    coding: source.coding,
    readIntegers:
      source.readIntegers && ((channel, start, count) => source.readIntegers!(chosen[channel], start, count)),
    get sampleCount() {
      return source.sampleCount
    },
    read: (channel, start, count) => source.read(chosen[channel], start, count),
    readExact: (channel, start, count) => source.readExact(chosen[channel], start, count),
    close: () => source.close()
  }
}

/** The mean of some channels, summed in double precision. */
class MixSource implements SampleSource {
  readonly channelNames: readonly string[]
  readonly precision = 'float64'

  constructor(
    readonly source: SampleSource,
    readonly channels: readonly number[]
  ) {
    this.channelNames = [`mean of ${channels.map((channel) => source.channelNames[channel]).join(', ')}`]
  }

  get sampleRate(): Hertz {
    return this.source.sampleRate
  }

  get sampleCount(): Samples {
    return this.source.sampleCount
  }

  read(_: number, start: Samples, count: Samples): Float32Array {
    return Float32Array.from(this.#mean((channel) => this.source.read(channel, start, count)))
  }

  readExact(_: number, start: Samples, count: Samples): Float64Array {
    return this.#mean((channel) => this.source.readExact(channel, start, count))
  }

  #mean(read: (channel: number) => Float32Array | Float64Array): Float64Array {
    const [first, ...others] = this.channels
    const sum = Float64Array.from(read(first))
    for (const channel of others) {
      const samples = read(channel)
      for (let n = 0; n < sum.length; n += 1) sum[n] += samples[n]
    }
    for (let n = 0; n < sum.length; n += 1) sum[n] /= this.channels.length
    return sum
  }

  close(): void {
    this.source.close()
  }
}
