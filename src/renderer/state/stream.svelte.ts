/** The running filter as the screen sees it, and the verbs that steer it. */
import type { RivalChoice, SelectorFigures, SignalInfo, StreamAdvanced, StreamInfo } from '../../contract/lab'
import type { LabClient } from '../client'
import { placeInRecord } from './visible-range'

export const speeds = [0.25, 0.5, 1, 2, 4, 8] as const

/** Digits that change more often than this cannot be read. */
const figuresPeriodMilliseconds = 160

/** What can change while it runs on. */
export interface Tuning {
  readonly modelId: string
  readonly frequenciesHz: number[]
  readonly rival?: RivalChoice
  readonly delayed?: boolean
  /** How much of what is on the screen is filtered anew. */
  readonly historySamples: number
}

export class Stream {
  info = $state.raw() as StreamInfo
  readonly signal: SignalInfo
  /** The newest report, and a copy of it that changes slowly enough to be read. */
  advanced = $state.raw<StreamAdvanced>()
  shown = $state.raw<StreamAdvanced>()
  running = $state(true)
  loop = $state(true)
  speed = $state(1)
  /** Greatest level so far: the full scale of the level bars. */
  greatestLevel = $state(0)
  readonly #lab: LabClient
  #lastShown = -Infinity
  #seeking: { sample: number; history: number } | undefined
  #seekInFlight = false
  /** Where the last seek went, until a report says where the stream is: keys pressed quickly add up. */
  #wished: number | undefined
  #controlsInFlight = 0

  constructor(
    lab: LabClient,
    info: StreamInfo,
    signal: SignalInfo,
    start: { running: boolean; loop: boolean; speed: number }
  ) {
    this.#lab = lab
    this.info = info
    this.signal = signal
    this.running = start.running
    this.loop = start.loop
    this.speed = start.speed
  }

  get position(): number {
    return this.advanced?.position ?? this.#wished ?? 0
  }

  /** The place that the next relative move starts from. */
  get place(): number {
    return this.#wished ?? placeInRecord(this.position, this.signal.sampleCount)
  }

  get latencySeconds(): number {
    return this.info.latencySamples / this.signal.sampleRate
  }

  figuresOf(selector: number): SelectorFigures | undefined {
    return this.shown?.selectors[selector]
  }

  rivalFiguresOf(selector: number): SelectorFigures | undefined {
    return this.shown?.rivalSelectors?.[selector]
  }

  onAdvanced(event: StreamAdvanced, now = performance.now()): void {
    this.advanced = event
    // A report that was sent before the newest wish arrived must not undo it on the screen.
    if (this.#controlsInFlight === 0) {
      this.running = event.running
      this.#wished = undefined
    }
    for (const { level } of event.selectors) if (level > this.greatestLevel) this.greatestLevel = level
    if (now - this.#lastShown >= figuresPeriodMilliseconds || !event.running) {
      this.#lastShown = now
      this.shown = event
    }
  }

  /** Go on at the same place through another model or for other tones. */
  async retune({ historySamples, ...tuning }: Tuning): Promise<void> {
    const { streamId } = this.info
    this.info = await this.#lab.retuneStream({ streamId, ...tuning, historySamples: Math.round(historySamples) })
    this.greatestLevel = 0
  }

  /** Go on where another stream of the same signal is, steered as that one was last. */
  takeOver(before: Stream, loopRange: { start: number; end: number } | null, historySamples: number): Promise<void> {
    const { running, loop, speed } = before
    Object.assign(this, { running, loop, speed })
    this.#wished = Math.round(Math.min(before.place, Math.max(0, this.signal.sampleCount - 1)))
    const place = { seekSample: this.#wished, historySamples: Math.round(historySamples) }
    return this.#control({ running, loop, speed, loopRange, ...place })
  }

  setRunning(running: boolean): Promise<void> {
    this.running = running
    return this.#control({ running })
  }

  setSpeed(speed: number): Promise<void> {
    this.speed = speed
    return this.#control({ speed })
  }

  setLoop(loop: boolean): Promise<void> {
    this.loop = loop
    return this.#control({ loop })
  }

  /** Play a part of the record over and over; null for the whole of it. */
  setLoopRange(range: { start: number; end: number } | null): Promise<void> {
    if (range && !this.loop) this.loop = true
    return this.#control({ loopRange: range, ...(range ? { loop: true, running: true } : {}) })
  }

  /** Go to a place of the record. One seek is under way at a time; of several that wait only the newest is made. */
  async seek(sample: number, historySamples: number): Promise<void> {
    const last = Math.max(0, this.signal.sampleCount - 1)
    this.#wished = Math.round(Math.min(last, Math.max(0, sample)))
    this.#seeking = { sample: this.#wished, history: Math.round(historySamples) }
    if (this.#seekInFlight) return
    this.#seekInFlight = true
    try {
      while (this.#seeking) {
        const { sample: seekSample, history } = this.#seeking
        this.#seeking = undefined
        await this.#control({ seekSample, historySamples: history })
      }
    } finally {
      this.#seekInFlight = false
    }
  }

  async #control(change: Omit<Parameters<LabClient['controlStream']>[0], 'streamId'>): Promise<void> {
    this.#controlsInFlight += 1
    try {
      await this.#lab.controlStream({ streamId: this.info.streamId, ...change })
    } finally {
      this.#controlsInFlight -= 1
    }
  }
}
