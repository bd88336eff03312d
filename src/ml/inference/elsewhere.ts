/** Places of a record that the user looks at while the stream is elsewhere: they are filtered in slices, by filters of their own. */
import type { ToneFilter } from '../../core/filters/tone-filter'
import type { Samples } from '../../core/units'
import type { ChannelSource } from '../signals/sample-source'
import type { StreamFilter } from './stream-filter'
import type { StreamRecord } from './stream-record'

/** Not more is filtered for a look at a place. */
const longestLook: Samples = 2 ** 22

export interface ElsewhereOptions {
  readonly mix: ChannelSource
  readonly record: StreamRecord
  /** So much before the place is filtered for nothing, so that the output there is settled. */
  readonly settling: Samples
  /** Between two slices of so many the stream goes on. */
  readonly slice: Samples
  createFilter(): StreamFilter
  createRival?(): ToneFilter
}

export class Elsewhere {
  readonly #options: ElsewhereOptions
  /** Counts the looks: of several the newest is filtered. */
  #look = 0
  #filter: StreamFilter | undefined
  #rival: ToneFilter | undefined

  constructor(options: ElsewhereOptions) {
    this.#options = options
  }

  /** Filter what was not filtered yet between two places. Ends early when another place is looked at, or this is ended. */
  async look(start: Samples, end: Samples): Promise<void> {
    const { mix, record, settling, slice, createFilter, createRival } = this.#options
    const look = (this.#look += 1)
    for (;;) {
      const gap = record.firstGap(Math.floor(start), Math.min(Math.ceil(end), Math.floor(start) + longestLook))
      if (!gap) return
      const filter = (this.#filter ??= createFilter())
      const rival = (this.#rival ??= createRival?.())
      filter.reset()
      rival?.reset()
      for (let place = Math.max(0, gap.start - settling); place < gap.end;) {
        const size = Math.min(slice, place < gap.start ? gap.start - place : gap.end - place)
        const block = mix.read(place, size)
        if (block.length < size) return
        const outputs = filter.process(block)
        const rivalOutputs = rival?.process(block)
        if (place >= gap.start) {
          record.write(place, block, outputs)
          // One that lags answers other places than it is asked: it is seen where the stream has been.
          if (rivalOutputs && rival?.latencySamples === 0) record.writeRival(place, rivalOutputs)
        }
        place += size
        await new Promise((resolve) => setImmediate(resolve))
        if (look !== this.#look) return
      }
    }
  }

  end(): void {
    this.#look += 1
    this.#filter?.dispose()
    this.#filter = undefined
    this.#rival = undefined
  }
}
