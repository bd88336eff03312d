/**
 * A signal played through a filter against the clock, and what the screen may see of it.
 *
 * Positions count samples since the signal's first one and grow for ever when it loops; sample n of the stream is
 * sample n modulo length of the signal. Outputs are kept for one length, of a long signal for the newest part of it.
 * Knows nothing of ports.
 */
import type { SelectorFigures, StreamAdvanced, TraceData, TraceName } from '../../contract/lab'
import { RunningFigures } from '../../core/metrics/running'
import { envelope } from '../../core/signal/envelope'
import type { Hertz, Samples, Seconds } from '../../core/units'
import { arraySource, type ChannelSource } from '../signals/sample-source'
import type { StreamFilter } from './stream-filter'

/** What changes when other tones are wanted or another model is. */
export interface Tuning {
  readonly filter: StreamFilter
  /** For each selector the clean tone that its output is compared with, or undefined. */
  readonly truths: readonly (Float32Array | undefined)[]
}

export interface LiveStreamOptions extends Tuning {
  readonly streamId: string
  readonly sampleRate: Hertz
  readonly mix: ChannelSource
  readonly startSample: Samples
  readonly speed: number
  readonly loop: boolean
  readonly running: boolean
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
/** Outputs kept of all selectors together: 64 MB. */
const keptSamples: Samples = 2 ** 24

export class LiveStream {
  readonly #options: Omit<LiveStreamOptions, keyof Tuning>
  readonly #length: Samples
  /** How many outputs are kept; position modulo this is an output's place. */
  #kept: Samples = 0
  #tuning: Tuning
  #outputs: Float32Array[] = []
  #figures: { all: RunningFigures; settled: RunningFigures }[] = []
  readonly #timer: ReturnType<typeof setInterval>
  #filledFrom: Samples = 0
  #position: Samples = 0
  #running: boolean
  #speed: number
  #loop: boolean
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
    this.#makeRoom()
    this.#speed = options.speed
    this.#loop = options.loop
    this.#running = options.running
    this.#seek(options.startSample)
    this.#timer = setInterval(() => this.#advance(), blockMilliseconds)
    this.#publish()
  }

  control(change: {
    running?: boolean
    speed?: number
    loop?: boolean
    seekSample?: Samples
    /** How much the screen shows before the place of a seek. */
    historySamples?: Samples
  }): void {
    if (change.loop !== undefined) this.#loop = change.loop
    if (change.speed !== undefined) this.#speed = change.speed
    if (change.seekSample !== undefined) this.#seek(change.seekSample, change.historySamples)
    if (change.running !== undefined) {
      this.#running = change.running
      if (this.#running && this.#ended) this.#start(0)
    }
    this.#dueAt = performance.now()
    this.#publish()
  }

  /** Go on at the same place with another filter, whose output before it is made anew. */
  retune(tuning: Tuning, historySamples: Samples): void {
    const before = this.#tuning.filter
    this.#tuning = tuning
    this.#makeRoom()
    before.dispose()
    this.#start(this.#position, historySamples)
    this.#publish()
  }

  /** Let so many more events go out; the newest one that waited goes at once. */
  grant(count: number): void {
    this.#credits = Math.min(64, this.#credits + count)
    if (this.#waiting) this.#publish()
  }

  /** What is visible between two positions; NaN where nothing was filtered. */
  read(
    names: readonly TraceName[],
    selector: number,
    range: { start: number; end: number; columns: number }
  ): TraceData {
    const { start, end, columns } = range
    const count = Math.max(0, end - start)
    // What was not filtered has no samples: they are not asked for.
    const from = Math.max(start, this.#filledFrom)
    const known = Math.max(0, Math.min(end, this.#position) - from)
    const samplesPerColumn = count <= columns ? 1 : count / columns
    const traces = names.map((name) => {
      const samples = this.#samplesOf(name, selector, from, known)
      if (samplesPerColumn > 1) return { name, ...envelope(samples, start - from, end - from, columns) }
      const shown = new Float32Array(count).fill(NaN)
      if (known > 0) shown.set(samples, from - start)
      return { name, min: shown, max: shown }
    })
    return { startSample: start, samplesPerColumn, traces }
  }

  dispose(): void {
    this.#disposed = true
    clearInterval(this.#timer)
    this.#tuning.filter.dispose()
  }

  #makeRoom(): void {
    this.#kept = Math.min(this.#length, Math.floor(keptSamples / Math.max(1, this.#tuning.truths.length)))
    this.#outputs = this.#tuning.truths.map(() => new Float32Array(this.#kept))
    this.#figures = this.#tuning.truths.map(() => ({ all: new RunningFigures(), settled: new RunningFigures() }))
  }

  get #ended(): boolean {
    return !this.#loop && this.#position >= this.#length
  }

  #seek(place: Samples, historySamples?: Samples): void {
    this.#start(Math.min(place, this.#length - 1), historySamples)
  }

  /** Begin anew at a position, with the output before it filtered already. */
  #start(position: Samples, historySamples?: Samples): void {
    const { sampleRate } = this.#options
    const { filter } = this.#tuning
    const sample = this.#loop ? position : Math.min(position, this.#length)
    const before = Math.min(historySamples ?? usualHistory * sampleRate, this.#kept) + settling * sampleRate
    filter.reset()
    for (const { all, settled } of this.#figures) {
      all.reset()
      settled.reset()
    }
    this.#filledFrom = Math.max(0, sample - Math.round(before))
    this.#position = this.#filledFrom
    this.#filter(sample - this.#position)
    this.#dueAt = performance.now()
  }

  #advance(): void {
    if (!this.#running || this.#disposed) return
    try {
      const { sampleRate } = this.#options
      const now = performance.now()
      const backlog = (now - this.#dueAt) / 1000
      if (backlog > longestBacklog) {
        this.#missedBlocks += 1
        this.#dueAt = now - longestBacklog * 1000
      }
      const due = Math.floor(((now - this.#dueAt) / 1000) * this.#speed * sampleRate)
      const count = this.#loop ? due : Math.min(due, this.#length - this.#position)
      this.#dueAt += (due / this.#speed / sampleRate) * 1000
      if (count > 0) this.#filter(count)
      if (this.#ended) this.#running = false
      if (count > 0 || this.#ended) this.#publish()
    } catch (error) {
      this.#running = false
      this.#options.fail((error as Error).message)
    }
  }

  /** Filter the next `count` samples, the signal repeating where it ends. */
  #filter(count: Samples): void {
    const { sampleRate } = this.#options
    const { filter, truths } = this.#tuning
    const longest = Math.max(1, Math.round(sampleRate))
    for (let left = count; left > 0;) {
      const at = this.#position % this.#length
      const place = this.#position % this.#kept
      const size = Math.min(left, longest, this.#length - at, this.#kept - place)
      const block = this.#options.mix.read(at, size)
      if (block.length < size) throw new Error('The end of the recording is missing; open the file again.')
      const started = performance.now()
      const outputs = filter.process(block)
      this.#measure((performance.now() - started) / 1000, size)
      outputs.forEach((output, selector) => {
        this.#outputs[selector].set(output, place)
        const truth = truths[selector]?.subarray(at, at + size)
        if (!truth) return
        this.#figures[selector].all.add(truth, output)
        const skip = Math.max(0, Math.min(size, this.#filledFrom + settling * sampleRate - this.#position))
        this.#figures[selector].settled.add(truth.subarray(skip), output.subarray(skip))
      })
      this.#position += size
      this.#filledFrom = Math.max(this.#filledFrom, this.#position - this.#kept)
      left -= size
    }
  }

  #measure(seconds: Seconds, samples: Samples): void {
    const factor = samples / this.#options.sampleRate / Math.max(seconds, 1e-6)
    this.#realTimeFactor = this.#realTimeFactor === 0 ? factor : 0.9 * this.#realTimeFactor + 0.1 * factor
    this.#blockMilliseconds = seconds * 1000
  }

  #samplesOf(name: TraceName, selector: number, start: number, count: number): Float32Array {
    const { mix } = this.#options
    const truth = this.#tuning.truths[selector]
    if (name === 'truth')
      return truth ? this.#gather(arraySource(truth), start, count) : new Float32Array(count).fill(NaN)
    const output = arraySource(this.#outputs[selector])
    if (name === 'output') return this.#gather(output, start, count)
    const samples = this.#gather({ sampleCount: this.#length, read: (at, size) => mix.read(at, size) }, start, count)
    if (name === 'mix') return samples
    const outputs = this.#gather(output, start, count)
    return samples.map((sample, index) => sample - outputs[index])
  }

  /** Samples of a ring by position; NaN outside what was filtered. */
  #gather(ring: ChannelSource, start: number, count: number): Float32Array {
    const gathered = new Float32Array(count).fill(NaN)
    const from = Math.max(start, this.#filledFrom)
    const to = Math.min(start + count, this.#position)
    for (let position = from; position < to;) {
      const at = position % ring.sampleCount
      const size = Math.min(to - position, ring.sampleCount - at)
      gathered.set(ring.read(at, size), position - start)
      position += size
    }
    return gathered
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
    this.#options.emit({
      streamId: this.#options.streamId,
      seq: this.#seq,
      position: this.#position,
      running: this.#running,
      ended: this.#ended,
      realTimeFactor: this.#realTimeFactor,
      blockMilliseconds: this.#blockMilliseconds,
      missedBlocks: this.#missedBlocks,
      selectors: this.#figures.map((_, selector) => this.#selectorFigures(selector))
    })
    this.#seq += 1
  }

  #selectorFigures(selector: number): SelectorFigures {
    const { sampleRate } = this.#options
    const { truths } = this.#tuning
    const count = Math.min(this.#position - this.#filledFrom, Math.round(sampleRate))
    const newest = this.#gather(arraySource(this.#outputs[selector]), this.#position - count, count)
    const power = newest.reduce((sum, sample) => sum + sample * sample, 0)
    const { all, settled } = this.#figures[selector]
    const known = (value: number) => (truths[selector] && Number.isFinite(value) ? value : null)
    return {
      level: count === 0 ? 0 : Math.sqrt(power / count),
      r2: known(all.r2),
      r2AfterSettling: known(settled.count > 0 ? settled.r2 : NaN),
      siSdrDb: known(all.siSdrDb)
    }
  }
}
