/**
 * The cursors A and B and the named markers. Markers and the cursors of the record stand at places of the record; while
 * triggered sweeps are shown, another pair of cursors stands on the screen, counted from the trigger. Places are in
 * samples and may lie between two. What is done to markers is a step of undo. Knows nothing of pixels.
 */
import type { Hertz, Seconds } from '../../core/units'
import type { History } from './history.svelte'

export type CursorName = 'a' | 'b'
/** What a cursor's place counts from: the record's first sample, or the trigger. */
export type CursorFrame = 'record' | 'trigger'

export interface CursorPair {
  readonly a: number | null
  readonly b: number | null
}

export interface Marker {
  readonly id: number
  readonly name: string
  readonly place: number
}

export type SnapTo = 'nothing' | 'samples' | 'peaks' | 'zero-crossings'

const none: CursorPair = { a: null, b: null }

export class Cursors {
  pairs = $state.raw<Record<CursorFrame, CursorPair>>({ record: none, trigger: none })
  markers = $state.raw<readonly Marker[]>([])
  snapTo = $state<SnapTo>('samples')
  /** Which one is being dragged: its differences are drawn beside it. */
  moving = $state.raw<CursorName | number | null>(null)
  readonly #history: History
  #nextMarker = 1

  constructor(history: History) {
    this.#history = history
  }

  pair(frame: CursorFrame): CursorPair {
    return this.pairs[frame]
  }

  move(frame: CursorFrame, name: CursorName, place: number): void {
    this.pairs = { ...this.pairs, [frame]: { ...this.pairs[frame], [name]: place } }
  }

  remove(frame: CursorFrame, name: CursorName): void {
    this.pairs = { ...this.pairs, [frame]: { ...this.pairs[frame], [name]: null } }
  }

  addMarker(place: number, name = `M${this.#nextMarker}`): Marker {
    const marker = { id: this.#nextMarker, name, place }
    this.#nextMarker += 1
    this.#changeMarkers(`Add marker ${name}`, [...this.markers, marker])
    return marker
  }

  moveMarker(id: number, place: number): void {
    this.#changeMarker('Move', id, { place }, `marker-${id}`)
  }

  /** A name of only blanks is no name: the one before stays. */
  renameMarker(id: number, name: string): void {
    if (name.trim() !== '') this.#changeMarker('Rename', id, { name: name.trim() })
  }

  removeMarker(id: number): void {
    const marker = this.markers.find((one) => one.id === id)
    if (!marker) return
    this.#changeMarkers(
      `Remove marker ${marker.name}`,
      this.markers.filter((one) => one !== marker)
    )
  }

  /** Another signal is there. */
  reset(): void {
    this.pairs = { record: none, trigger: none }
    this.markers = []
    this.moving = null
    this.#nextMarker = 1
  }

  #changeMarker(verb: string, id: number, change: Partial<Marker>, mergeKey?: string): void {
    const marker = this.markers.find((one) => one.id === id)
    if (!marker) return
    const changed = { ...marker, ...change }
    if (changed.place === marker.place && changed.name === marker.name) return
    const markers = this.markers.map((one) => (one === marker ? changed : one))
    this.#changeMarkers(`${verb} marker ${marker.name}`, markers, mergeKey)
  }

  #changeMarkers(title: string, markers: readonly Marker[], mergeKey?: string): void {
    const before = this.markers
    const after = [...markers].sort((one, other) => one.place - other.place)
    this.markers = after
    this.#history.add({ title, undo: () => (this.markers = before), redo: () => (this.markers = after), mergeKey })
  }
}

export interface Difference {
  readonly seconds: Seconds
  readonly samples: number
  /** 1 / seconds; undefined at no distance. */
  readonly hertz: Hertz | undefined
  readonly value: number | undefined
}

/** From one place to another. Values are those of one trace at the two places. */
export function differenceOf(
  from: { place: number; value?: number },
  to: { place: number; value?: number },
  sampleRate: Hertz
): Difference {
  const samples = to.place - from.place
  const seconds = samples / sampleRate
  return {
    ...{ seconds, samples },
    hertz: samples === 0 ? undefined : Math.abs(1 / seconds),
    value: from.value === undefined || to.value === undefined ? undefined : to.value - from.value
  }
}
