/**
 * A signal played through a filter against the clock, and what the screen may see of it.
 *
 * Positions count samples since the signal's first one and grow for ever when it loops; sample n of the stream is
 * sample n modulo length of the signal. What was heard and answered is kept by a StreamRecord. Knows nothing of ports.
 */
import type { ReadSweeps, SelectorFigures, StreamAdvanced, Sweeps, TraceData, TraceName } from '../../contract/lab'
import type { ToneFilter } from '../../core/filters/tone-filter'
import type { Hertz, Samples, Seconds } from '../../core/units'
import { Elsewhere } from './elsewhere'
import { SelectorTallies } from './selector-tallies'
import type { StreamFilter } from './stream-filter'
import { StreamRecord, type Extent, type PictureRange, type StreamRecordOptions } from './stream-record'
import { sweepsOf } from './sweeps'

/** What changes when other tones are wanted or another model is. */
export interface Tuning {
  readonly filter: StreamFilter
  /** Another filter of the same kind, for places that the user looks at while this one is elsewhere. */
  anotherFilter?(): StreamFilter
  /** For each selector the clean tone that its output is compared with, or undefined. */
  readonly truths: readonly (Float32Array | undefined)[]
  /** A classical filter that runs beside on the same blocks; its time does not count as the network's. */
  createRival?(): ToneFilter
}

export interface LiveStreamOptions extends Tuning, StreamRecordOptions {
  readonly streamId: string
  readonly sampleRate: Hertz
  readonly startSample: Samples
  readonly speed: number
  readonly loop: boolean
  readonly running: boolean
  /** Samples since the start of a recording that goes on; the stream keeps up with it, and the clock has no say. */
  recorded?(): Samples
  emit(event: StreamAdvanced): void
  fail(message: string): void
}

/** Blocks are cut so that the screen gets about thirty pictures a second. */
const blockMilliseconds = 33
/** A longer backlog than this is not caught up: the clock slips, and a missed block is counted. */
const longestBacklog: Seconds = 0.5
/** So much more than the screen shows is filtered before the place of a seek, so that the output there is settled. */
const settling: Seconds = 2
/** What a screen shows if nobody says otherwise. */
const usualHistory: Seconds = 8
/** A place that the user looks at is filtered in slices of so long, between which the stream goes on. */
const sliceSeconds: Seconds = 1
interface Rival {
  readonly filter: ToneFilter
  readonly figures: SelectorTallies
}

/** What the filters of now have heard and answered. */
interface Heard {
  readonly record: StreamRecord
  readonly figures: SelectorTallies
  readonly rival: Rival | undefined
}

export class LiveStream {
  readonly #options: Omit<LiveStreamOptions, keyof Tuning>
  readonly #length: Samples
  #tuning: Tuning
  #heard: Heard
  #elsewhere: Elsewhere | undefined
  readonly #timer: ReturnType<typeof setInterval>
  #filledFrom: Samples = 0
  #position: Samples = 0
  #running: boolean
  #speed: number
  #loop: boolean
  /** The part that is played over and over; undefined for the whole record. */
  #loopRange: { start: Samples; end: Samples } | undefined
  /** When the sample at `position` is due. */
  #dueAt = performance.now()
  #seq = 0
  #credits = 0
  #waiting = false
  #missedBlocks = 0
  #realTimeFactor = 0
  #blockMilliseconds = 0
  #disposed = false

  constructor(options: LiveStreamOptions) {
    this.#options = options
    this.#length = options.mix.sampleCount
    this.#tuning = options
    this.#heard = this.#prepare(options)
    this.#speed = options.speed
    this.#loop = options.loop
    this.#running = options.running
    if (options.recorded) this.#start(options.recorded())
    else this.#seek(options.startSample)
    this.#timer = setInterval(() => this.#advance(), blockMilliseconds)
    this.#publish()
  }

  control(change: {
    running?: boolean
    speed?: number
    loop?: boolean
    loopRange?: { start: Samples; end: Samples } | null
    seekSample?: Samples
    /** How much the screen shows before the place of a seek. */
    historySamples?: Samples
  }): void {
    if (change.loop !== undefined) this.#loop = change.loop
    if (change.speed !== undefined) this.#speed = change.speed
    if (change.loopRange !== undefined) this.#setLoopRange(change.loopRange)
    // What is being recorded has no other place than now.
    const { recorded } = this.#options
    if (change.seekSample !== undefined && !recorded) this.#seek(change.seekSample, change.historySamples)
    if (change.running !== undefined) {
      this.#running = change.running
      if (recorded && recorded() - this.#position > longestBacklog * this.#options.sampleRate) this.#start(recorded())
      if (this.#running && this.#ended) this.#start(0)
    }
    this.#dueAt = performance.now()
    this.#publish()
  }

  /** Go on at the same place with another filter, whose output before it is made anew. */
  retune(tuning: Tuning, historySamples: Samples): void {
    this.#tuning.filter.dispose()
    this.#adopt(tuning, historySamples)
  }

  /** Another classical filter beside, or none. Both are filtered anew, so that their figures are of the same samples. */
  setRival(createRival: Tuning['createRival'], historySamples?: Samples): void {
    this.#adopt({ ...this.#tuning, createRival }, historySamples)
  }

  /** Let so many more events go out; the newest one that waited goes at once. */
  grant(count: number): void {
    this.#credits = Math.min(64, this.#credits + count)
    if (this.#waiting) this.#publish()
  }

  /** What is visible between two positions of the stream; NaN where nothing was filtered. */
  read(names: readonly TraceName[], selector: number, range: PictureRange): TraceData {
    return this.#heard.record.picture(names, selector, range, this.#extent)
  }

  /** What is visible between two places of the record, wherever the stream is; outputs as they were filtered last. */
  readRecord(names: readonly TraceName[], selector: number, range: PictureRange): TraceData {
    return this.#heard.record.picture(names, selector, range, { from: 0, to: this.#length })
  }

  /** Screens that begin so much before a trigger, as far as they are whole. */
  readSweeps(request: Omit<ReadSweeps, 'streamId'>): Sweeps {
    return sweepsOf(this.#heard.record, this.#extent, request)
  }

  /**
   * Filter what was not filtered yet between two places of the record, while the stream goes on where it is. Ends early
   * when another place is looked at.
   */
  async filterRange(start: Samples, end: Samples): Promise<void> {
    const { sampleRate, mix } = this.#options
    const { filter, anotherFilter, createRival } = this.#tuning
    // One that lags answers other places than it is asked: it is seen where the stream has been.
    if (this.#disposed || !anotherFilter || filter.latencySamples > 0) return
    this.#elsewhere ??= new Elsewhere({
      ...{ mix, record: this.#heard.record, createFilter: anotherFilter, createRival },
      settling: Math.round(settling * sampleRate),
      slice: Math.max(1, Math.round(sliceSeconds * sampleRate))
    })
    await this.#elsewhere.look(start, end)
  }

  get sampleRate(): Hertz {
    return this.#options.sampleRate
  }

  /** What the selectors mean, in order. */
  get frequenciesHz(): readonly Hertz[] {
    return this.#tuning.filter.frequenciesHz
  }

  dispose(): void {
    this.#disposed = true
    clearInterval(this.#timer)
    this.#tuning.filter.dispose()
    this.#elsewhere?.end()
  }

  #adopt(tuning: Tuning, historySamples?: Samples): void {
    this.#elsewhere?.end()
    this.#elsewhere = undefined
    this.#tuning = tuning
    this.#heard = this.#prepare(tuning)
    this.#start(this.#position, historySamples)
    this.#publish()
  }

  /** Nothing heard yet by these filters. */
  #prepare({ truths, createRival }: Tuning): Heard {
    const { mix, mixPicture, sampleRate } = this.#options
    const tallies = () => new SelectorTallies(truths, this.#length, settling * sampleRate)
    const filter = createRival?.()
    return {
      record: new StreamRecord({ mix, mixPicture, truths, hasRival: filter !== undefined }),
      figures: tallies(),
      rival: filter && { filter, figures: tallies() }
    }
  }

  /** What the screen sees of the newest pass. */
  get #extent(): Extent {
    return { from: this.#filledFrom, to: this.#position }
  }

  /** Where the present pass through the record ends. */
  get #passEnd(): Samples {
    return Math.max(1, Math.ceil(this.#position / this.#length)) * this.#length
  }

  get #ended(): boolean {
    return !this.#loop && !this.#options.recorded && this.#position >= this.#passEnd
  }

  #seek(place: Samples, historySamples?: Samples): void {
    this.#start(Math.min(place, this.#length - 1), historySamples)
  }

  /** Begin anew at a position, with the output before it filtered already. */
  #start(position: Samples, historySamples?: Samples): void {
    const { sampleRate } = this.#options
    const { filter } = this.#tuning
    const before =
      Math.min(historySamples ?? usualHistory * sampleRate, this.#heard.record.kept) + settling * sampleRate
    filter.reset()
    this.#heard.rival?.filter.reset()
    this.#heard.figures.reset()
    this.#heard.rival?.figures.reset()
    // A recording has overwritten what is older than its ring.
    const longest = this.#options.recorded ? this.#length : Infinity
    this.#filledFrom = Math.max(0, position - Math.min(longest, Math.round(before)))
    this.#position = this.#filledFrom
    this.#filter(position - this.#position)
    this.#dueAt = performance.now()
  }

  #advance(): void {
    if (!this.#running || this.#disposed) return
    try {
      const { sampleRate, recorded } = this.#options
      if (recorded) return this.#followRecording(recorded())
      const now = performance.now()
      const backlog = (now - this.#dueAt) / 1000
      if (backlog > longestBacklog) {
        this.#missedBlocks += 1
        this.#dueAt = now - longestBacklog * 1000
      }
      const due = Math.floor(((now - this.#dueAt) / 1000) * this.#speed * sampleRate)
      const count = this.#loop ? due : Math.min(due, this.#passEnd - this.#position)
      this.#dueAt += (due / this.#speed / sampleRate) * 1000
      if (count > 0) this.#play(count)
      if (this.#ended) this.#rest()
      if (count > 0 || this.#ended) this.#publish()
    } catch (error) {
      this.#running = false
      this.#options.fail((error as Error).message)
    }
  }

  /** Stop at the end of the record, which is its end and not a start once more, however many passes were before. */
  #rest(): void {
    const before = this.#position - this.#length
    this.#running = false
    this.#position -= before
    this.#filledFrom = Math.max(0, this.#filledFrom - before)
  }

  #setLoopRange(range: { start: Samples; end: Samples } | null): void {
    const end = Math.min(range?.end ?? 0, this.#length)
    this.#loopRange = range && end > range.start ? { start: range.start, end } : undefined
    if (!this.#loopRange) return
    const place = this.#position % this.#length
    if (place < range!.start || place >= end) this.#seek(range!.start)
  }

  /** The next samples by the clock. At the end of a part that is looped its start is filtered anew, once in a block. */
  #play(count: Samples): void {
    const part = this.#loop ? this.#loopRange : undefined
    if (!part) return this.#filter(count)
    const rest = part.end - (this.#position % this.#length)
    this.#filter(Math.max(0, Math.min(count, rest)))
    if (count >= rest) this.#seek(part.start, Math.min(usualHistory * this.#options.sampleRate, part.end - part.start))
  }

  /** What came since the last time; after a stall of the process the newest alone. */
  #followRecording(recorded: Samples): void {
    const backlog = recorded - this.#position
    if (backlog > 4 * longestBacklog * this.#options.sampleRate) {
      this.#missedBlocks += 1
      this.#start(recorded)
    } else this.#filter(backlog)
    if (backlog > 0) this.#publish()
  }

  /** Filter the next `count` samples, the signal repeating where it ends. */
  #filter(count: Samples): void {
    const { sampleRate } = this.#options
    const { filter } = this.#tuning
    const longest = Math.max(1, Math.round(sampleRate))
    for (let left = count; left > 0;) {
      const at = this.#position % this.#length
      const size = Math.min(left, longest, this.#length - at)
      const block = this.#options.mix.read(at, size)
      if (block.length < size) throw new Error('The end of the recording is missing; open the file again.')
      const started = performance.now()
      const outputs = filter.process(block)
      this.#measure((performance.now() - started) / 1000, size)
      this.#keepOutputs(filter, outputs, block)
      const { rival } = this.#heard
      if (rival) this.#keepRival(rival, rival.filter.process(block), size)
      this.#position += size
      this.#filledFrom = Math.max(this.#filledFrom, this.#position - this.#heard.record.kept)
      left -= size
    }
  }

  #keepOutputs({ latencySamples }: StreamFilter, outputs: readonly Float32Array[], block: Float32Array): void {
    const { mix } = this.#options
    for (const { position, place, from, to } of this.#answered(latencySamples, block.length)) {
      const parts = outputs.map((output) => output.subarray(from, to))
      this.#heard.record.write(place, latencySamples === 0 ? block : mix.read(place, to - from), parts)
      parts.forEach((part, selector) => this.#heard.figures.add(selector, part, position, this.#filledFrom))
    }
  }

  #keepRival({ filter, figures }: Rival, outputs: readonly Float64Array[], size: Samples): void {
    for (const { position, place, from, to } of this.#answered(filter.latencySamples, size)) {
      const parts = outputs.map((output) => output.subarray(from, to))
      this.#heard.record.writeRival(place, parts)
      parts.forEach((part, selector) => figures.add(selector, part, position, this.#filledFrom))
    }
  }

  /**
   * What the newest `size` outputs of a filter answer: as much earlier as it lags. Pieces that do not pass the end of the
   * record, each with its part of the outputs.
   */
  *#answered(latencySamples: Samples, size: Samples) {
    const first = this.#position - latencySamples
    for (let position = Math.max(this.#filledFrom, first); position < first + size;) {
      const place = position % this.#length
      const length = Math.min(first + size - position, this.#length - place)
      yield { position, place, from: position - first, to: position - first + length }
      position += length
    }
  }

  #measure(seconds: Seconds, samples: Samples): void {
    const factor = samples / this.#options.sampleRate / Math.max(seconds, 1e-6)
    this.#realTimeFactor = this.#realTimeFactor === 0 ? factor : 0.9 * this.#realTimeFactor + 0.1 * factor
    this.#blockMilliseconds = seconds * 1000
  }

  #publish(): void {
    if (this.#credits === 0) {
      // Pictures may be skipped, samples never: the newest state goes out with the next credit.
      this.#waiting = true
      this.#seq += 1
      return
    }
    this.#credits -= 1
    this.#waiting = false
    const { rival } = this.#heard
    this.#options.emit({
      streamId: this.#options.streamId,
      seq: this.#seq,
      position: this.#position,
      running: this.#running,
      ended: this.#ended,
      realTimeFactor: this.#realTimeFactor,
      blockMilliseconds: this.#blockMilliseconds,
      missedBlocks: this.#missedBlocks,
      selectors: this.#figuresOf('output', this.#heard.figures, this.#tuning.filter),
      ...(rival && { rivalSelectors: this.#figuresOf('rival', rival.figures, rival.filter) })
    })
    this.#seq += 1
  }

  #figuresOf(
    trace: 'output' | 'rival',
    tallies: SelectorTallies,
    { latencySamples }: StreamFilter | ToneFilter
  ): SelectorFigures[] {
    const position = this.#position - latencySamples
    const count = Math.max(0, Math.min(position - this.#filledFrom, Math.round(this.#options.sampleRate)))
    return this.#tuning.truths.map((_, selector) =>
      tallies.figures(selector, this.#heard.record.samples(trace, selector, position - count, count, this.#extent))
    )
  }
}
