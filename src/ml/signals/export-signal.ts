/**
 * A signal of any length to a file, piece by piece, and the proof that it is there: the file is read again and compared
 * with what was to be written. Knows nothing of filters: what it writes comes from a function that starts anew.
 */
import { stat } from 'node:fs/promises'
import type { RoundTrip } from '../../contract/exports'
import { float32ToText } from '../../core/signal/csv-numbers'
import { quotedCell, type ExportCoding, type ExportFormat } from '../../core/signal/export-format'
import { encodeFrames, wavHeaderBytes } from '../../core/signal/wav-write'
import type { Hertz, Samples } from '../../core/units'
import { CancelledError, type Job } from '../jobs'
import { safeWrite } from '../library/safe-write'
import { openRecording } from './open-recording'

export interface ExportedSignal {
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  readonly sampleCount: Samples
  /** Pieces of all channels from the first sample on; called once to write and once to compare. */
  pieces(): Iterable<readonly Float32Array[]>
}

/** Throws InputError where the format cannot hold the signal, and CancelledError; then no file was changed. */
export async function exportSignal(
  path: string,
  signal: ExportedSignal,
  format: ExportFormat,
  { abort, advance }: Job
): Promise<Omit<RoundTrip, 'name'>> {
  let clipped = 0
  const total = 2 * Math.max(1, signal.sampleCount)
  const share = (done: Samples, before: Samples) => {
    if (abort.aborted) throw new CancelledError()
    advance((before + done) / total)
  }
  await safeWrite(
    path,
    format.kind === 'wav'
      ? wavPieces(signal, format.coding, (done, cut) => {
          clipped += cut
          share(done, 0)
        })
      : csvPieces(signal, format.decimal, (done) => share(done, 0))
  )
  // The file is whole by now: a cancelled comparison leaves it.
  const largestDifference = await largestDifferenceOf(path, signal, (done) => share(done, signal.sampleCount))
  const { size } = await stat(path)
  const channelCount = signal.channelNames.length
  return { sampleCount: signal.sampleCount, channelCount, bytes: size, largestDifference, clipped }
}

/** "round trip: 480,000 samples, largest difference 0". */
export function describeRoundTrip({ sampleCount, largestDifference, clipped }: Omit<RoundTrip, 'name'>): string {
  const difference = largestDifference === 0 ? '0' : largestDifference.toPrecision(2)
  const cut = clipped > 0 ? `; ${clipped.toLocaleString('en-US')} samples beyond full scale were cut off` : ''
  return `round trip: ${sampleCount.toLocaleString('en-US')} samples, largest difference ${difference}${cut}`
}

async function* wavPieces(
  { sampleRate, channelNames, sampleCount, pieces }: ExportedSignal,
  coding: ExportCoding,
  onPiece: (done: Samples, clipped: number) => void
): AsyncIterable<Uint8Array> {
  const channelCount = channelNames.length
  yield wavHeaderBytes({ coding, channelCount, sampleRate, frameCount: sampleCount })
  let done = 0
  let size = 0
  for (const piece of pieces()) {
    const { bytes, clipped } = encodeFrames(piece, coding)
    done += piece[0].length
    size += bytes.length
    onPiece(done, clipped)
    yield bytes
    await othersFirst()
  }
  if (size % 2 === 1) yield new Uint8Array(1)
}

/** A time column and one a channel, every 32-bit float in digits that give the same bits again. */
async function* csvPieces(
  { sampleRate, channelNames, pieces }: ExportedSignal,
  decimal: '.' | ',',
  onPiece: (done: Samples) => void
): AsyncIterable<Uint8Array> {
  const delimiter = decimal === ',' ? ';' : ','
  const number = (text: string) => (decimal === ',' ? text.replace('.', ',') : text)
  const heading = ['time (s)', ...channelNames].map((name) => quotedCell(name, delimiter)).join(delimiter)
  yield Buffer.from(`# sample_rate=${sampleRate}\n# samples=float32\n${heading}\n`)
  let done = 0
  for (const piece of pieces()) {
    const lines: string[] = []
    for (let n = 0; n < piece[0].length; n += 1) {
      let line = number(String((done + n) / sampleRate))
      for (const samples of piece) line += `${delimiter}${number(float32ToText(samples[n]))}`
      lines.push(line)
    }
    done += piece[0].length
    onPiece(done)
    yield Buffer.from(`${lines.join('\n')}\n`)
    await othersFirst()
  }
}

/** Throws Error if the file does not hold as many samples and channels as were written. */
async function largestDifferenceOf(
  path: string,
  { channelNames, sampleCount, pieces }: ExportedSignal,
  onPiece: (done: Samples) => void
): Promise<number> {
  const { source } = await openRecording(path)
  try {
    if (source.sampleCount !== sampleCount || source.channelNames.length !== channelNames.length) {
      throw new Error(
        `The file was read back and holds ${source.channelNames.length} x ${source.sampleCount} samples, ` +
          `not ${channelNames.length} x ${sampleCount}; write it again to another place.`
      )
    }
    let largest = 0
    let start = 0
    for (const piece of pieces()) {
      piece.forEach((samples, channel) => {
        const read = source.read(channel, start, samples.length)
        for (let n = 0; n < samples.length; n += 1) {
          // What is no number is the same where it comes back as none.
          if (Object.is(samples[n], read[n]) || (Number.isNaN(samples[n]) && Number.isNaN(read[n]))) continue
          const difference = Math.abs(samples[n] - read[n])
          if (!(difference <= largest)) largest = Number.isFinite(difference) ? difference : Infinity
        }
      })
      start += piece[0].length
      onPiece(start)
      await othersFirst()
    }
    return largest
  } finally {
    source.close()
  }
}

function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
