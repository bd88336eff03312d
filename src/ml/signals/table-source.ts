/** Columns of a table as channels; while the table is read it grows. Knows nothing of text. */
import type { ColumnStore } from '../../core/signal/column-store'
import type { Precision } from '../../core/signal/csv-write'
import type { Hertz, Samples } from '../../core/units'
import type { SampleSource } from './sample-source'
import { TiledReader } from './tile-cache'

export interface TableShape {
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  readonly precision: Precision
  readonly store: ColumnStore
  /** The column of the store that each channel is. */
  readonly columns: readonly number[]
  /** The first row, and how many there are; null for all that the store has, while it grows. */
  readonly start: Samples
  readonly sampleCount: Samples | null
}

export class TableSource implements SampleSource {
  #shape: TableShape
  #tiles = this.#newTiles()

  constructor(shape: TableShape) {
    this.#shape = shape
  }

  /** What is known of the table now: more rows, and at the end another rate, start or store. */
  reshape(shape: TableShape): void {
    const isSame = shape.store === this.#shape.store && shape.start === this.#shape.start
    this.#shape = shape
    // Gaps that were open have been filled by now.
    this.#tiles.close()
    if (!isSame) this.#tiles = this.#newTiles()
  }

  get sampleRate(): Hertz {
    return this.#shape.sampleRate
  }

  get channelNames(): readonly string[] {
    return this.#shape.channelNames
  }

  get precision(): Precision {
    return this.#shape.precision
  }

  get sampleCount(): Samples {
    return this.#shape.sampleCount ?? this.#shape.store.rowCount
  }

  read(channel: number, start: Samples, count: Samples): Float32Array {
    return this.#tiles.read(channel, start, count, this.sampleCount)
  }

  readExact(channel: number, start: Samples, count: Samples): Float64Array {
    const { store, columns, start: first } = this.#shape
    const from = Math.max(0, start)
    const end = Math.max(from, Math.min(this.sampleCount, start + count))
    return store.read(columns[channel], first + from, end - from)
  }

  close(): void {
    this.#tiles.close()
    this.#shape.store.close()
  }

  #newTiles(): TiledReader {
    return new TiledReader((channel, start, count) => Float32Array.from(this.readExact(channel, start, count)))
  }
}
