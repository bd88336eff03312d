/**
 * Reads the columns of the spectrogram that are seen. They stand on a grid of the stream, so a picture that moves asks
 * for the new ones alone; another zoom, trace, transform or tone begins anew. Knows nothing of pixels and colours.
 */
import { untrack } from 'svelte'
import { mostColumnsPerCall, type ReadSpectrogram } from '../../contract/spectrum'
import type { LabClient } from '../client'
import { ColumnCache, type ColumnRange } from './column-cache'
import { Paced } from './paced'
import type { Stream } from './stream.svelte'

export type ColumnRequest = Omit<ReadSpectrogram, 'firstColumn' | 'endColumn'>

/** Which columns are seen. */
export interface WantedColumns extends ColumnRange {
  readonly request: ColumnRequest
  /** Changes where the same request gives other levels: other tones, another filter. */
  readonly version: string
}

const pace = { leastMilliseconds: 20, mostShare: 0.6 }

export class SpectrogramColumns {
  /** Counts every change, so that the picture is drawn again. */
  changes = $state(0)
  readonly #lab: () => LabClient | undefined
  readonly #stream: () => Stream | undefined
  readonly #paced: Paced
  #cache = new ColumnCache()
  #key = ''
  #wanted: WantedColumns | undefined

  constructor({ lab, stream }: { lab(): LabClient | undefined; stream(): Stream | undefined }) {
    this.#lab = lab
    this.#stream = stream
    this.#paced = new Paced(() => this.#read(), pace)
  }

  /** Levels of a column from the lowest row up, or undefined where it was not read yet. */
  of(column: number): Float32Array | undefined {
    return this.#cache.of(column)
  }

  /** What identifies the columns: while it stays, a column once drawn stays as it is. */
  get key(): string {
    return this.#key
  }

  want(wanted: WantedColumns): void {
    const key = JSON.stringify([wanted.request, wanted.version])
    if (key !== this.#key) untrack(() => this.#begin(key))
    this.#wanted = wanted
    if (this.#missing()) this.#paced.request()
  }

  reset(): void {
    this.#paced.stop()
    this.#wanted = undefined
    this.#begin('')
  }

  #begin(key: string): void {
    this.#cache = new ColumnCache()
    this.#key = key
    this.changes += 1
  }

  #missing(): ColumnRange | undefined {
    return (
      this.#wanted &&
      this.#cache.missing(this.#wanted, mostColumnsPerCall(this.#wanted.request.fftSize), performance.now())
    )
  }

  async #read(): Promise<void> {
    const [lab, wanted, missing, key] = [this.#lab(), this.#wanted, this.#missing(), this.#key]
    if (!lab || !wanted || !missing || this.#stream()?.info.streamId !== wanted.request.streamId) return
    try {
      const range = { firstColumn: missing.first, endColumn: missing.end }
      const { levels } = await lab.readSpectrogram({ ...wanted.request, ...range })
      if (key !== this.#key) return
      this.#cache.take(missing.first, wanted.request.rows, levels, performance.now())
      this.#cache.forgetFar(wanted)
      this.changes += 1
    } catch {
      // The stream or the laboratory ended meanwhile: another one is on its way, or main says why not.
      return
    }
    if (this.#missing()) this.#paced.request()
  }
}
