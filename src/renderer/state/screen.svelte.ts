/**
 * The verbs of the scope's screen: live modes, single sweeps, cursors, markers and the selection "here", which is at the
 * pointer or in the middle. Knows nothing of markup.
 */
import type { ScopeSettings } from '../../contract/scope-settings'
import type { CursorName, Cursors } from './cursors.svelte'
import { LiveMode } from './live-mode.svelte'
import type { Picture } from './picture.svelte'
import { isTriggered } from './picture-plan'
import type { ScopeOptions } from './scope-options.svelte'
import type { Selection } from './selection.svelte'
import type { Stream } from './stream.svelte'
import { axisToRecord, recordToAxis } from './time-frame'
import type { View } from './view.svelte'
import { placeInRecord, type SampleRange } from './visible-range'

export interface ScreenParts {
  readonly options: ScopeOptions
  readonly view: View
  readonly cursors: Cursors
  readonly selection: Selection
  picture(): Picture
  stream(): Stream | undefined
  /** Ask something of the stream; what goes wrong is told to the user. */
  steer(action: (stream: Stream) => Promise<void>): void
}

export class Screen {
  readonly live: LiveMode
  /** The part of the record that is played over and over; null for the whole of it. */
  looped = $state.raw<SampleRange | null>(null)
  readonly #parts: ScreenParts

  constructor(parts: ScreenParts) {
    this.#parts = parts
    this.live = new LiveMode({
      triggerKind: () => parts.options.current.trigger.kind,
      spanSamples: () => parts.view.spanSeconds * (parts.stream()?.signal.sampleRate ?? 1),
      onSingle: (range) => this.#showSingle(range)
    })
  }

  /** Whether the level is drawn: while screens begin at triggers, or one is being waited for. */
  get showsTrigger(): boolean {
    const { options, view } = this.#parts
    return view.following && isTriggered(options.current, view.spanSeconds, this.live.waitsForSingle)
  }

  setMode(mode: ScopeSettings['mode']): void {
    this.live.cancelSingle()
    this.#parts.options.change({ mode })
    this.#parts.view.follow()
    this.#parts.picture().refresh()
  }

  /** Wait for one sweep, show it and pause; once more while it waits: never mind. */
  single(): void {
    const { view, picture, stream, steer } = this.#parts
    if (this.live.waitsForSingle) return this.live.cancelSingle()
    const running = stream()
    if (!running) return
    view.follow()
    this.live.armSingle(running.position)
    if (!running.running) steer((current) => current.setRunning(true))
    picture().refresh()
  }

  /** The place in the record at the pointer, or in the middle of what is visible. */
  get here(): number {
    const { view, picture, stream } = this.#parts
    if (view.pointer !== null) return view.pointer
    const frame = picture().frame
    return frame ? axisToRecord(frame, (frame.from + frame.to) / 2, stream()?.signal.sampleCount ?? 0) : 0
  }

  /** Put a cursor here; if it is here already, take it away. */
  toggleCursor(name: CursorName): void {
    const { cursors, picture, stream } = this.#parts
    const frame = picture().frame
    if (!frame) return
    const kind = frame.axis === 'trigger' ? 'trigger' : 'record'
    const at = recordToAxis(frame, this.here, stream()?.signal.sampleCount ?? 0)
    const place = Math.round(kind === 'trigger' ? (at ?? 0) : this.here)
    if (cursors.pair(kind)[name] === place) cursors.remove(kind, name)
    else cursors.move(kind, name, place)
  }

  addMarker(): void {
    this.#parts.cursors.addMarker(Math.round(this.here))
  }

  moveLine(key: CursorName | number, place: number): void {
    const { cursors, picture, stream } = this.#parts
    const last = Math.max(0, (stream()?.signal.sampleCount ?? 1) - 1)
    const kind = picture().frame?.axis === 'trigger' ? 'trigger' : 'record'
    const inside = kind === 'trigger' ? place : Math.min(last, Math.max(0, place))
    if (typeof key === 'number') cursors.moveMarker(key, inside)
    else cursors.move(kind, key, inside)
  }

  removeLine(key: CursorName | number): void {
    const { cursors, picture } = this.#parts
    if (typeof key === 'number') cursors.removeMarker(key)
    else cursors.remove(picture().frame?.axis === 'trigger' ? 'trigger' : 'record', key)
  }

  /** Let the selection begin or end here; without one it goes on to the end of what is visible. */
  selectEdge(edge: 'start' | 'end'): void {
    const { selection, view } = this.#parts
    if (selection.range) return selection.moveEdge(edge, this.here)
    const { start, end } = view.range
    if (edge === 'start') selection.select(this.here, end)
    else selection.select(start, this.here)
  }

  fitSelection(): void {
    const { selection, view } = this.#parts
    if (selection.range) view.fitRange(selection.range)
  }

  /** Zoom one step: where the user holds the view, about the pointer. */
  zoomStep(direction: -1 | 1): void {
    const { view } = this.#parts
    view.endMove()
    view.zoomStep(direction, view.following ? undefined : this.here)
  }

  /** Play the selection over and over; once more: the whole record again. */
  loopSelection(): void {
    const { selection, steer } = this.#parts
    const wanted = this.looped ? null : selection.range
    if (!wanted && !this.looped) return
    this.looped = wanted
    steer((stream) => stream.setLoopRange(wanted))
  }

  /** Another signal is there: what was meant for the one before is forgotten. */
  reset(): void {
    this.live.cancelSingle()
    this.looped = null
  }

  #showSingle({ start, end }: SampleRange): void {
    const { view, stream, steer } = this.#parts
    const first = placeInRecord(start, stream()?.signal.sampleCount ?? 0)
    view.show({ start: first, end: first + end - start })
    steer((current) => current.setRunning(false))
  }
}
