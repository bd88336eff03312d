/**
 * What the scope draws next. Reads the visible traces at most once per frame and never two at a time; lets the
 * laboratory report again only after a picture was drawn, so a slow screen slows the reports and not the filter.
 */
import type { TraceData } from '../../contract/lab'
import type { LabClient } from '../client'
import type { Stream } from './stream.svelte'
import type { View } from './view.svelte'
import { followingRange, type SampleRange } from './visible-range'

export interface DrawnPicture {
  readonly data: TraceData
  readonly range: SampleRange
  readonly selector: number
  readonly position: number
  readonly stream: Stream
}

/** Calls back before the next frame is drawn, as requestAnimationFrame does. */
export type FrameScheduler = (callback: (time: number) => void) => void

/** About thirty pictures a second: two frames of a usual screen, with some slack for its clock. */
const leastMillisecondsBetween = 30
/** Samples are drawn as they are up to so many a column: an envelope of a few makes stairs of a smooth curve. */
const mostSamplesPerColumn = 6
/** As many as the contract allows. */
const mostColumns = 8192
/** Reports that may be under way at once. */
const creditsAtStart = 2

export interface PictureInputs {
  selector(): number
  readonly view: View
}

export class Picture {
  drawn = $state.raw<DrawnPicture>()
  /** Columns that the scope has room for; set by the scope. */
  columns = 800
  readonly #inputs: PictureInputs
  readonly #schedule: FrameScheduler
  readonly #onFailure: (error: Error) => void
  #lab: LabClient | undefined
  #stream: Stream | undefined
  #scheduled = false
  #inFlight = false
  #stale = false
  #owedCredits = 0
  #lastStarted = -Infinity

  constructor(inputs: PictureInputs, schedule: FrameScheduler, onFailure: (error: Error) => void) {
    this.#inputs = inputs
    this.#schedule = schedule
    this.#onFailure = onFailure
  }

  follow(lab: LabClient, stream: Stream): void {
    this.#lab = lab
    this.#stream = stream
    this.#owedCredits = 0
    this.#grant(creditsAtStart)
    this.refresh()
  }

  /** The stream went on: its report used up one credit. */
  onAdvanced(): void {
    this.#owedCredits += 1
    this.refresh()
  }

  /** Something visible changed. */
  refresh(): void {
    this.#stale = true
    if (this.#scheduled || this.#inFlight) return
    this.#scheduled = true
    this.#schedule((time) => {
      this.#scheduled = false
      if (time - this.#lastStarted < leastMillisecondsBetween) return this.refresh()
      this.#lastStarted = time
      void this.#read()
    })
  }

  async #read(): Promise<void> {
    const [lab, stream] = [this.#lab, this.#stream]
    if (!lab || !stream) return
    const position = stream.position
    const range = followingRange(position, this.#inputs.view.spanSeconds, stream.signal.sampleRate)
    const selector = this.#inputs.selector()
    const count = range.end - range.start
    const columns = count <= this.columns * mostSamplesPerColumn ? Math.min(count, mostColumns) : this.columns
    this.#inFlight = true
    this.#stale = false
    try {
      const data = await lab.readTraces({
        ...{ streamId: stream.info.streamId, traces: ['mix', 'output', 'truth', 'residual'], selector },
        ...{ startSample: range.start, endSample: range.end, columns }
      })
      if (stream === this.#stream) this.drawn = { data, range, selector, position, stream }
    } catch (error) {
      if (stream === this.#stream) this.#onFailure(error as Error)
    } finally {
      this.#inFlight = false
      if (stream === this.#stream) this.#grant(this.#owedCredits)
      this.#owedCredits = 0
      if (this.#stale) this.refresh()
    }
  }

  #grant(count: number): void {
    if (count <= 0 || !this.#lab || !this.#stream) return
    // A laboratory that ends meanwhile is reported by main; this call has nothing to add.
    this.#lab.grantCredits({ streamId: this.#stream.info.streamId, count }).catch(() => undefined)
  }
}
