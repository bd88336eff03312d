/**
 * Decoded pieces of signals, the least recently used ones forgotten: what a picture needs again and again is decoded
 * once, and no signal fills the memory. Knows nothing of files.
 */
import type { Samples } from '../../core/units'

/** Samples of one channel that are decoded at once. */
export const tileLength: Samples = 2 ** 16

const usualBytes = 96 * 2 ** 20

export class TileCache {
  readonly #tiles = new Map<string, Float32Array>()
  #bytes = 0

  constructor(readonly maxBytes: number = usualBytes) {}

  get(key: string): Float32Array | undefined {
    const found = this.#tiles.get(key)
    if (!found) return undefined
    // A map keeps the order of insertion: the first key is the one not used for longest.
    this.#tiles.delete(key)
    this.#tiles.set(key, found)
    return found
  }

  set(key: string, tile: Float32Array): void {
    this.#bytes += tile.byteLength - (this.#tiles.get(key)?.byteLength ?? 0)
    this.#tiles.delete(key)
    this.#tiles.set(key, tile)
    for (const [oldest, { byteLength }] of this.#tiles) {
      if (this.#bytes <= this.maxBytes) return
      this.#tiles.delete(oldest)
      this.#bytes -= byteLength
    }
  }

  /** Everything under keys that begin so. */
  forget(prefix: string): void {
    for (const [key, { byteLength }] of this.#tiles) {
      if (!key.startsWith(prefix)) continue
      this.#tiles.delete(key)
      this.#bytes -= byteLength
    }
  }

  get bytes(): number {
    return this.#bytes
  }
}

/** One for the process: signals share it, so the bound holds for all of them together. */
const shared = new TileCache()
let ids = 0

/** Reads through tiles what `decode` gives; a short piece of a tile that is not there is decoded by itself. */
export class TiledReader {
  readonly #prefix: string

  constructor(
    readonly decode: (channel: number, start: Samples, count: Samples) => Float32Array,
    readonly cache: TileCache = shared
  ) {
    this.#prefix = `${(ids += 1)}:`
  }

  /** `sampleCount` is how many there are; what stands behind the last whole tile of a growing signal is not kept. */
  read(channel: number, start: Samples, count: Samples, sampleCount: Samples): Float32Array {
    const from = Math.max(0, start)
    const end = Math.max(from, Math.min(sampleCount, start + count))
    const first = Math.floor(from / tileLength)
    if (end - first * tileLength <= tileLength) return this.#part(channel, first, from, end, sampleCount)
    const samples = new Float32Array(end - from)
    for (let at = from; at < end;) {
      const tile = Math.floor(at / tileLength)
      const stop = Math.min(end, (tile + 1) * tileLength)
      samples.set(this.#part(channel, tile, at, stop, sampleCount), at - from)
      at = stop
    }
    return samples
  }

  #part(channel: number, tile: number, from: Samples, end: Samples, sampleCount: Samples): Float32Array {
    const first = tile * tileLength
    const key = `${this.#prefix}${channel}:${tile}`
    const kept = this.cache.get(key)
    if (kept) return kept.subarray(from - first, end - first)
    const isWhole = first + tileLength <= sampleCount
    if (!isWhole || (end - from) * 8 < tileLength) return this.decode(channel, from, end - from)
    const samples = this.decode(channel, first, tileLength)
    this.cache.set(key, samples)
    return samples.subarray(from - first, end - first)
  }

  close(): void {
    this.cache.forget(this.#prefix)
  }
}
