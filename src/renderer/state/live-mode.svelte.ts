/**
 * How the scope follows a live signal: what it waits for, and what became of it. Knows nothing of reading and drawing.
 */
import type { SweepRequest } from './picture-plan'
import type { SampleRange } from './visible-range'

export type LiveStatus = 'free' | 'triggered' | 'auto' | 'waiting'

/** Auto goes on without a trigger after two screens, but not before so long. */
const leastAutoMilliseconds = 100

export interface LiveInputs {
  /** Auto or normal. */
  triggerKind(): 'auto' | 'normal'
  /** Samples of a screen. */
  spanSamples(): number
  /** A single sweep is whole: where it stands in the stream. */
  onSingle(range: SampleRange): void
}

export class LiveMode {
  status = $state.raw<LiveStatus>('free')
  /** A single sweep was asked for and has not come yet. */
  waitsForSingle = $state(false)
  readonly #inputs: LiveInputs
  #armedAt = 0
  #lastTrigger = -Infinity
  #nextAfter = 0
  #lastSweepAt = -Infinity

  constructor(inputs: LiveInputs) {
    this.#inputs = inputs
  }

  /** Wait for one sweep from a position of the stream on. */
  armSingle(position: number): void {
    this.waitsForSingle = true
    this.status = 'waiting'
    this.#armedAt = position
    this.#nextAfter = position
  }

  cancelSingle(): void {
    this.waitsForSingle = false
  }

  /** Another stream, another place: what was shown before has no meaning there. */
  restart(position: number): void {
    this.#armedAt = position
    this.#nextAfter = position
    this.#lastTrigger = -Infinity
    this.#lastSweepAt = -Infinity
  }

  /** The position from which triggers count. */
  afterSample(position: number): number {
    // The stream went back: to the start of a loop, or to a place that the user chose.
    if (position < this.#lastTrigger || position < this.#nextAfter) this.restart(Math.min(position, this.#armedAt))
    return this.#nextAfter
  }

  onTriggered(triggerSample: number, { spanSamples, preTriggerSamples, trigger }: SweepRequest): void {
    const rest = spanSamples - preTriggerSamples
    this.#lastTrigger = triggerSample
    this.#nextAfter = triggerSample + Math.max(rest, trigger.holdOffSamples)
    this.#lastSweepAt = performance.now()
    this.status = 'triggered'
    if (this.waitsForSingle) {
      const start = triggerSample - preTriggerSamples
      this.#finishSingle({ start, end: start + spanSamples })
    }
  }

  /** Whether it is time to show something without a trigger. */
  goesOnWithout(now: number, spanSeconds: number): boolean {
    if (this.#lastSweepAt === -Infinity) this.#lastSweepAt = now
    const patience = Math.max(leastAutoMilliseconds, 2000 * spanSeconds)
    const goesOn = this.#inputs.triggerKind() === 'auto' && !this.waitsForSingle && now - this.#lastSweepAt > patience
    if (!goesOn) this.status = now - this.#lastSweepAt > patience ? 'waiting' : this.status
    return goesOn
  }

  onAuto(): void {
    this.status = 'auto'
  }

  /** A picture without triggers: a single one is whole after a screen. */
  onFree(position: number): void {
    if (!this.waitsForSingle) {
      this.status = 'free'
      return
    }
    const span = this.#inputs.spanSamples()
    if (position < this.#armedAt) this.#armedAt = position
    if (position >= this.#armedAt + span) this.#finishSingle({ start: this.#armedAt, end: this.#armedAt + span })
  }

  #finishSingle(range: SampleRange): void {
    this.waitsForSingle = false
    this.status = 'triggered'
    this.#inputs.onSingle(range)
  }
}
