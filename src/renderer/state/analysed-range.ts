/** Which part of a stream the measuring views look at. Pure: knows nothing of panels. */
import type { SampleRange } from './visible-range'

export interface AnalysedRange {
  /** Positions of the stream, or places in the record. */
  readonly axis: 'stream' | 'record'
  /** Whole samples. */
  readonly startSample: number
  readonly endSample: number
}

export interface RangeSources {
  readonly selection: SampleRange | null
  /** The visible part of the record while it is held; null while the newest sample is followed. */
  readonly held: SampleRange | null
  /** While following: the newest sample and how many are on the screen. */
  readonly position: number
  readonly span: number
}

/** The selection if it is wanted and there is one, else what the screen shows. */
export function analysedRange(sources: RangeSources, wanted: 'screen' | 'selection'): AnalysedRange {
  const { selection, held, position, span } = sources
  const fixed = wanted === 'selection' && selection ? selection : held
  if (fixed) return { axis: 'record', startSample: Math.floor(fixed.start), endSample: Math.ceil(fixed.end) }
  const endSample = Math.round(position)
  return { axis: 'stream', startSample: Math.max(0, endSample - Math.round(span)), endSample }
}

/** A place of the record as a sample of a range's axis: of the passes of a loop, the newest that lies in the range. */
export function placeInRange(
  place: number,
  { axis, startSample, endSample }: AnalysedRange,
  sampleCount: number
): number {
  if (axis === 'record' || sampleCount <= 0) return place
  const passes = Math.floor((endSample - 1 - place) / sampleCount)
  const newest = place + Math.max(0, passes) * sampleCount
  return newest >= startSample ? newest : place
}
