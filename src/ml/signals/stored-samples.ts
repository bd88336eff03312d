/** Samples that stand in a file one behind the other, decoded where they are looked at. Knows nothing of headers. */
import type { ByteSource } from '../../core/signal/byte-source'
import type { Precision } from '../../core/signal/csv-write'
import type { SampleCoding } from '../../core/signal/import-choices'
import type { SampleLayout } from '../../core/signal/wav-header'
import { decodeSamples } from '../../core/signal/wav-samples'
import type { Hertz, Samples } from '../../core/units'
import type { SampleSource } from './sample-source'
import { TiledReader } from './tile-cache'

export class StoredSamples implements SampleSource {
  readonly sampleCount: Samples
  readonly channelNames: readonly string[]
  readonly #tiles = new TiledReader((channel, start, count) => {
    const samples = new Float32Array(count)
    this.#decode(samples, channel, start)
    return samples
  })

  constructor(
    readonly bytes: ByteSource & { close?(): void },
    readonly layout: SampleLayout,
    readonly sampleRate: Hertz
  ) {
    this.sampleCount = layout.frameCount
    this.channelNames = Array.from({ length: layout.channelCount }, (_, channel) => `channel ${channel + 1}`)
  }

  get coding(): SampleCoding {
    return this.layout.coding
  }

  get precision(): Precision {
    const { coding } = this
    return coding === 'int32' || coding === 'int64' || coding === 'float64' ? 'float64' : 'float32'
  }

  read(channel: number, start: Samples, count: Samples): Float32Array {
    return this.#tiles.read(channel, start, count, this.sampleCount)
  }

  readExact(channel: number, start: Samples, count: Samples): Float64Array {
    const samples = new Float64Array(this.#countFrom(start, count))
    this.#decode(samples, channel, Math.max(0, start))
    return samples
  }

  /** Integers of 64 bits, which no double holds; undefined for any other coding. */
  readIntegers(channel: number, start: Samples, count: Samples): BigInt64Array | undefined {
    const { coding, littleEndian, containerBytes } = this.layout
    if (coding !== 'int64') return undefined
    const { bytes, frameBytes } = this.#frames(start, this.#countFrom(start, count))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return BigInt64Array.from({ length: Math.floor(bytes.length / frameBytes) }, (_, n) =>
      view.getBigInt64(n * frameBytes + channel * containerBytes, littleEndian)
    )
  }

  close(): void {
    this.#tiles.close()
    this.bytes.close?.()
  }

  #countFrom(start: Samples, count: Samples): Samples {
    const from = Math.max(0, start)
    return Math.max(0, Math.min(this.sampleCount, start + count) - from)
  }

  /** What the file no longer has is NaN. */
  #decode(samples: Float32Array | Float64Array, channel: number, start: Samples): void {
    const { coding, littleEndian, containerBytes } = this.layout
    const { bytes, frameBytes } = this.#frames(start, samples.length)
    const known = Math.floor(bytes.length / frameBytes)
    samples.subarray(known).fill(NaN)
    decodeSamples(samples.subarray(0, known), bytes, {
      ...{ coding, littleEndian, frameBytes, start: channel * containerBytes }
    })
  }

  #frames(start: Samples, count: Samples): { bytes: Uint8Array; frameBytes: number } {
    const { containerBytes, channelCount, dataStart } = this.layout
    const frameBytes = containerBytes * channelCount
    return { bytes: this.bytes.read(dataStart + start * frameBytes, count * frameBytes), frameBytes }
  }
}
