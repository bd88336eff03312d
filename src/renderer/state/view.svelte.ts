/**
 * What part of the record is on the screen. It follows the newest sample, or the user holds it: panning, zooming and
 * boxes hold it, one verb follows again. Goes back and forward through views. Independent of where the filter is and of
 * the document's undo; knows nothing of pixels.
 */
import { neighbourStep } from './time-base'
import { ViewHistory } from './view-history'
import { insideRecord, panned, sameRange, withMargin, zoomed, type RangeLimits } from './view-range'
import { followingRange, rangeAtPlace, type SampleRange } from './visible-range'

export type ViewState =
  | { readonly kind: 'following'; readonly spanSeconds: number }
  /** Places in the record, in samples, not always whole. */
  | { readonly kind: 'held'; readonly range: SampleRange }

export interface ViewInputs {
  sampleRate(): number
  sampleCount(): number
  /** The newest sample, counted as the stream counts. */
  position(): number
  timeBases(): readonly number[]
}

/** Fewer samples than this across the screen show nothing. */
const leastSamples = 8

export class View {
  state = $state.raw<ViewState>({ kind: 'following', spanSeconds: 5 })
  /** The place in the record under the pointer, wherever it is: time view, spectrogram, strip. Null elsewhere. */
  pointer = $state.raw<number | null>(null)
  canGoBack = $state(false)
  canGoForward = $state(false)
  readonly #inputs: ViewInputs
  readonly #history = new ViewHistory<ViewState>()
  readonly #onChange: () => void

  constructor(inputs: ViewInputs, onChange: () => void) {
    this.#inputs = inputs
    this.#onChange = onChange
  }

  readonly following = $derived.by(() => this.state.kind === 'following')

  /** Seconds between the left and the right edge. */
  readonly spanSeconds = $derived.by(() =>
    this.state.kind === 'following'
      ? this.state.spanSeconds
      : (this.state.range.end - this.state.range.start) / this.#inputs.sampleRate()
  )

  /** The visible places of the record, at this moment. */
  get range(): SampleRange {
    return this.state.kind === 'held' ? this.state.range : this.rangeAt(this.#inputs.position())
  }

  /** The places of the record that are visible when the newest sample is `position`. */
  rangeAt(position: number): SampleRange {
    if (this.state.kind === 'held') return this.state.range
    const followed = followingRange(position, this.state.spanSeconds, this.#inputs.sampleRate())
    return rangeAtPlace(followed, this.#inputs.sampleCount())
  }

  /** One key returns to the newest sample. */
  follow(): void {
    if (this.state.kind === 'following') return
    const { sampleRate, timeBases } = this.#inputs
    const widest = timeBases().at(-1) ?? Infinity
    const spanSeconds = Math.min(widest, (this.state.range.end - this.state.range.start) / sampleRate())
    this.#change({ kind: 'following', spanSeconds })
  }

  /** Stay where the view is. */
  hold(): void {
    if (this.state.kind === 'following') this.show(this.range)
  }

  show(range: SampleRange): void {
    this.#change({ kind: 'held', range: insideRecord(range, this.#limits) })
  }

  pan(samples: number): void {
    this.show(panned(this.range, samples, this.#limits))
  }

  /** Pan by a part of the screen's width. */
  panScreens(screens: number): void {
    const { start, end } = this.range
    this.pan((end - start) * screens)
  }

  toStart(): void {
    const { start, end } = this.range
    this.show({ start: 0, end: end - start })
  }

  /** Wider (above 1) or narrower about a place, by default the pointer's or the middle. A followed view goes on following. */
  zoom(factor: number, about?: number): void {
    if (this.state.kind === 'following' && about === undefined) {
      this.setSpan(this.state.spanSeconds * factor)
    } else {
      const range = this.range
      this.show(zoomed(range, factor, about ?? (range.start + range.end) / 2, this.#limits))
    }
  }

  /** One place up or down the 1-2-5 ladder of the time base. */
  zoomStep(direction: -1 | 1, about?: number): void {
    const next = neighbourStep(this.#inputs.timeBases(), this.spanSeconds, direction)
    this.zoom(next / this.spanSeconds, about)
  }

  /** Another time base; a held view keeps its middle. */
  setSpan(spanSeconds: number): void {
    const { sampleRate, timeBases } = this.#inputs
    const widest = timeBases().at(-1) ?? spanSeconds
    const span = Math.min(widest, Math.max(leastSamples / sampleRate(), spanSeconds))
    if (this.state.kind === 'following') this.#change({ kind: 'following', spanSeconds: span })
    else this.zoom(span / this.spanSeconds)
  }

  /** The whole record. */
  fit(): void {
    this.#history.endMove()
    this.show({ start: 0, end: this.#inputs.sampleCount() })
  }

  /** A range, for example the selection, with a little room at its sides. */
  fitRange(range: SampleRange): void {
    this.#history.endMove()
    this.show(withMargin(range))
  }

  back(): void {
    this.#travel(this.#history.back(this.state))
  }

  forward(): void {
    this.#travel(this.#history.forward(this.state))
  }

  /** The next change is a step of its own in the history: a new drag, a new key. */
  endMove(): void {
    this.#history.endMove()
  }

  /** Another signal is there: follow it, with the time base as it is. */
  reset(spanSeconds: number): void {
    this.state = { kind: 'following', spanSeconds }
    this.pointer = null
    this.#history.clear()
    this.#noteHistory()
  }

  get #limits(): RangeLimits {
    const { sampleCount, sampleRate, timeBases } = this.#inputs
    const count = sampleCount()
    return { sampleCount: count, least: leastSamples, most: Math.max(count, (timeBases().at(-1) ?? 0) * sampleRate()) }
  }

  #change(next: ViewState): void {
    const before = this.state
    if (before.kind === 'held' && next.kind === 'held' && sameRange(before.range, next.range)) return
    this.#history.note(before, performance.now())
    this.#set(next)
  }

  #travel(view: ViewState | undefined): void {
    if (view) this.#set(view)
  }

  #set(state: ViewState): void {
    this.state = state
    this.#noteHistory()
    this.#onChange()
  }

  #noteHistory(): void {
    this.canGoBack = this.#history.canGoBack
    this.canGoForward = this.#history.canGoForward
  }
}
