/**
 * The cursors A and B and the named markers. Markers and the cursors of the record stand at places of the record; while
 * triggered sweeps are shown, another pair of cursors stands on the screen, counted from the trigger. Places are in
 * samples and may lie between two. Knows nothing of pixels.
 */
import type { Hertz, Seconds } from '../../core/units'

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
  #nextMarker = 1

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
    this.markers = [...this.markers, marker].sort((one, other) => one.place - other.place)
    return marker
  }

  moveMarker(id: number, place: number): void {
    this.#changeMarker(id, { place })
  }

  /** A name of only blanks is no name: the one before stays. */
  renameMarker(id: number, name: string): void {
    if (name.trim() !== '') this.#changeMarker(id, { name: name.trim() })
  }

  removeMarker(id: number): void {
    this.markers = this.markers.filter((marker) => marker.id !== id)
  }

  /** Another signal is there. */
  reset(): void {
    this.pairs = { record: none, trigger: none }
    this.markers = []
    this.moving = null
    this.#nextMarker = 1
  }

  #changeMarker(id: number, change: Partial<Marker>): void {
    this.markers = this.markers
      .map((marker) => (marker.id === id ? { ...marker, ...change } : marker))
      .sort((one, other) => one.place - other.place)
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
