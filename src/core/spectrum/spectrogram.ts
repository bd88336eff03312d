/**
 * The spectrum over time: one column for each stretch of a record, rows on an axis of frequency, levels in decibels.
 *
 * Columns stand on a grid of the record, not of the screen: column c is about sample (c + 0.5) * hop for ever, so that a
 * picture that moves keeps its columns. Knows nothing of screens or colours.
 */
import { powerToDecibels, type Hertz, type Samples } from '../units'
import { checkFrequencyAxis, frequencyAtPlace, type FrequencyAxis } from './frequency-axis'
import { SegmentPower } from './segment-power'
import type { TaperName } from './tapers'

export interface SpectrogramSettings {
  readonly sampleRate: Hertz
  readonly fftSize: Samples
  readonly taper: TaperName
  readonly axis: FrequencyAxis
  readonly rows: number
  /** Samples from one column to the next; need not be whole. */
  readonly hop: number
}

/** A column that is wider than its pieces is the mean over at most so many of them. */
const mostPieces = 4
/** Nothing is shown as less than this. */
export const leastLevelDb = -200

/** The samples from `start` on, `count` of them; NaN where they do not exist. */
export type ReadSamples = (start: Samples, count: Samples) => Float32Array

/**
 * Columns `first` to `end` one after the other, each of `rows` levels from the lowest frequency up [columns, rows]; in
 * decibels of amplitude, where a tone of amplitude 1 is 0 dB. A column that needs samples that do not exist is NaN.
 */
export function spectrogram(
  read: ReadSamples,
  { first, end }: { first: number; end: number },
  settings: SpectrogramSettings
): Float32Array {
  checkFrequencyAxis(settings.axis)
  const segment = new SegmentPower({ ...settings, removesMean: false })
  const { rows, fftSize } = settings
  const bands = rowBands(settings)
  const power = new Float64Array(segment.binCount)
  const levels = new Float32Array((end - first) * rows).fill(NaN)
  for (let column = first; column < end; column += 1) {
    const pieces = pieceStarts(settings, column).map((start) => read(start, fftSize))
    if (!pieces.every((piece) => isWhole(piece, fftSize))) continue
    power.fill(0)
    for (const piece of pieces) segment.addTo(power, piece, 0)
    const row = levels.subarray((column - first) * rows, (column - first + 1) * rows)
    fillRow(row, power, bands, pieces.length)
  }
  return levels
}

/** One piece about the middle of the column, or a few side by side where the column is wider. */
function pieceStarts({ hop, fftSize }: { hop: number; fftSize: Samples }, column: number): Samples[] {
  const count = Math.max(1, Math.min(mostPieces, Math.floor(hop / fftSize)))
  return Array.from({ length: count }, (_, index) => Math.round((column + (index + 0.5) / count) * hop - fftSize / 2))
}

/** What was not filtered yet is missing as a whole, not here and there: a few places are looked at. */
function isWhole(piece: Float32Array, length: Samples): boolean {
  if (piece.length < length) return false
  for (let part = 0; part <= 8; part += 1) {
    if (Number.isNaN(piece[Math.min(length - 1, Math.floor((part * length) / 8))])) return false
  }
  return true
}

interface Bands {
  /** For each row the first bin and the bin after the last; equal where the row lies between two bins. */
  readonly from: Int32Array
  readonly to: Int32Array
  /** For each row its middle as a place among the bins. */
  readonly middle: Float64Array
}

function rowBands({ axis, rows, sampleRate, fftSize }: SpectrogramSettings): Bands {
  const binHz = sampleRate / fftSize
  const bands = { from: new Int32Array(rows), to: new Int32Array(rows), middle: new Float64Array(rows) }
  const last = fftSize / 2
  for (let row = 0; row < rows; row += 1) {
    const bin = (place: number) => Math.min(last + 1, Math.ceil(frequencyAtPlace(place / rows, axis) / binHz))
    bands.from[row] = bin(row)
    bands.to[row] = bin(row + 1)
    bands.middle[row] = Math.min(last, frequencyAtPlace((row + 0.5) / rows, axis) / binHz)
  }
  return bands
}

/** The strongest bin of each row; between two bins the level on the straight line from one to the other. */
function fillRow(row: Float32Array, power: Float64Array, { from, to, middle }: Bands, pieces: number): void {
  // Amplitude 1 has mean square 1/2.
  const level = (bin: number) => Math.max(leastLevelDb, powerToDecibels((2 * power[bin]) / pieces))
  for (let index = 0; index < row.length; index += 1) {
    if (to[index] > from[index]) {
      let strongest = from[index]
      for (let bin = from[index] + 1; bin < to[index]; bin += 1) if (power[bin] > power[strongest]) strongest = bin
      row[index] = level(strongest)
    } else {
      const below = Math.floor(middle[index])
      const above = Math.min(power.length - 1, below + 1)
      const share = middle[index] - below
      row[index] = (1 - share) * level(below) + share * level(above)
    }
  }
}
