/**
 * A signal of any length to a file, piece by piece; before the file takes its name it is read back and compared, so that
 * what was written is known and not hoped for. Knows nothing of filters: what is made on the way comes as pieces like a recording's.
 *
 * A coding keeps every bit that it can hold: 32-bit floats are copied as bits, integers of 64 bits as integers, and
 * everything else goes through doubles.
 */
import { stat } from 'node:fs/promises'
import { csvHead, csvRows, usualCsvStyle, type CsvStyle, type Precision } from '../../core/signal/csv-write'
import type { SampleCoding } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import { describeCoding } from '../../core/signal/wav-header'
import { bytesOf, encodeSamples } from '../../core/signal/wav-samples'
import { wavHeaderBytes } from '../../core/signal/wav-write'
import type { Hertz, Samples } from '../../core/units'
import { openRecording, type OpenedRecording } from './open-recording'
import type { SampleSource } from './sample-source'
import { writePieces } from './write-pieces'

export type WriteFormat =
  { readonly kind: 'wav'; readonly coding: SampleCoding } | ({ readonly kind: 'csv' } & Partial<CsvStyle>)

/** What is written: a recording, or what is made of one on the way. */
export interface WrittenSignal {
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  readonly sampleCount: Samples
  /** As in SampleSource. */
  readonly precision?: Precision
  /**
   * Pieces of all channels, from the first sample on: called once to write and once to compare, and the same both times.
   * The samples as `coding` keeps the most of them, or as doubles.
   */
  pieces(coding?: SampleCoding): Iterable<readonly SamplePiece[]>
}

/** One channel of a piece; integers only where they are asked for by a coding of 64 bits. */
export type SamplePiece = Float32Array | Float64Array | BigInt64Array

export interface WriteOptions {
  readonly abort?: AbortSignal
  /** The share that is done, reading back included, from 0 to 1. */
  onProgress?(share: number): void
}

export interface RoundTrip {
  readonly channelCount: number
  readonly sampleCount: Samples
  /** Of the file. */
  readonly bytes: number
  /** Between what was to be written and what was read back; 0 if every sample is the same. */
  readonly largestDifference: number
  /** Samples that were beyond full scale and became full scale. */
  readonly clipped: number
  /** NaN or infinite samples that the coding cannot hold. */
  readonly lost: number
  /** "round trip: 480,000 samples, largest difference 0", for people. */
  readonly sentence: string
}

/** How much is written between two looks at the abort signal; CSV rows are strings, so it is not more. */
export const pieceLength: Samples = 2 ** 14

/** The whole of a recording, as in `writeSignal`. */
export function writeRecording(
  path: string,
  source: SampleSource,
  format: WriteFormat,
  options?: WriteOptions
): Promise<RoundTrip> {
  const { sampleRate, channelNames, sampleCount, precision } = source
  const signal: WrittenSignal = {
    ...{ sampleRate, channelNames, sampleCount, precision },
    *pieces(coding) {
      for (let at = 0; at < sampleCount; at += pieceLength) {
        const count = Math.min(pieceLength, sampleCount - at)
        yield channelNames.map((_, channel) => {
          if (coding === 'float32') return source.read(channel, at, count)
          const integers = coding === 'int64' ? source.readIntegers?.(channel, at, count) : undefined
          return integers ?? source.readExact(channel, at, count)
        })
      }
    }
  }
  return writeSignal(path, signal, format, options)
}

/**
 * Throws InputError for what the format cannot hold, for a file that does not read as what was written, and if it was
 * cancelled. The old file stays until the new one is whole and was compared.
 */
export async function writeSignal(
  path: string,
  signal: WrittenSignal,
  format: WriteFormat,
  { abort, onProgress = () => {} }: WriteOptions = {}
): Promise<RoundTrip> {
  const { sampleCount, channelNames } = signal
  if (sampleCount === 0) throw new InputError('Expected samples to write. Received: none.')
  const pass = { abort, clipped: 0 }
  const writing: Pass = { ...pass, onPiece: (done) => onProgress(done / sampleCount / 2) }
  const comparing: Pass = { ...pass, onPiece: (done) => onProgress((1 + done / sampleCount) / 2) }
  const pieces = format.kind === 'wav' ? wavPieces(signal, format.coding, writing) : csvPieces(signal, format, writing)
  let found: Comparison = { largestDifference: 0, lost: 0 }
  await writePieces(path, pieces, async (temporary) => {
    found = await compare({ path, temporary }, signal, comparing)
  })
  const { size: bytes } = await stat(path)
  const { clipped } = writing
  const { largestDifference, lost } = found
  const sentence = sentenceOf(sampleCount, { largestDifference, clipped, lost })
  return { channelCount: channelNames.length, sampleCount, bytes, largestDifference, clipped, lost, sentence }
}

/** The codings that WAV is written in, with their names for people. */
export const wavCodings = [
  'unsigned8',
  'int16',
  'int24',
  'int32',
  'int64',
  'float32',
  'float64',
  'aLaw',
  'muLaw'
] as const

/** Writing, or comparing. */
interface Pass {
  readonly abort: AbortSignal | undefined
  onPiece(done: Samples): void
  clipped: number
}

async function* wavPieces(signal: WrittenSignal, coding: SampleCoding, pass: Pass): AsyncIterable<Uint8Array> {
  const { sampleRate, sampleCount: frameCount, channelNames } = signal
  const channelCount = channelNames.length
  const sampleBytes = bytesOf[coding]
  const frameBytes = sampleBytes * channelCount
  yield wavHeaderBytes({ coding, channelCount, sampleRate, frameCount })
  let done = 0
  for (const piece of signal.pieces(coding)) {
    const bytes = new Uint8Array(piece[0].length * frameBytes)
    piece.forEach((samples, channel) => {
      const placement = { coding, littleEndian: true, start: channel * sampleBytes, frameBytes }
      if (samples instanceof BigInt64Array) putIntegers(samples, bytes, placement)
      else pass.clipped += encodeSamples(samples, bytes, placement)
    })
    yield bytes
    done += piece[0].length
    await between(pass, done)
  }
  if ((frameCount * frameBytes) % 2 === 1) yield new Uint8Array(1)
}

function putIntegers(
  integers: BigInt64Array,
  bytes: Uint8Array,
  { start, frameBytes }: { start: number; frameBytes: number }
): void {
  const view = new DataView(bytes.buffer)
  integers.forEach((value, n) => view.setBigInt64(start + n * frameBytes, value, true))
}

async function* csvPieces(signal: WrittenSignal, format: Partial<CsvStyle>, pass: Pass): AsyncIterable<Uint8Array> {
  const style = { ...usualCsvStyle, ...format }
  if (style.delimiter === style.decimal) {
    throw new InputError(
      'Expected a delimiter other than the decimal sign. Received: a comma for both. Choose semicolons.'
    )
  }
  const { sampleRate, precision = 'float32' } = signal
  const encoder = new TextEncoder()
  yield encoder.encode(csvHead(signal, style, precision))
  // The first sample of the file is at time 0.
  let start = 0
  for (const piece of floatPieces(signal)) {
    yield encoder.encode(csvRows(piece, { start, sampleRate }, style, precision))
    start += piece[0].length
    await between(pass, start)
  }
}

/** Without a coding there are no integers among the pieces. */
function floatPieces(signal: WrittenSignal): Iterable<readonly (Float32Array | Float64Array)[]> {
  return signal.pieces() as Iterable<readonly (Float32Array | Float64Array)[]>
}

async function between({ abort, onPiece }: Pass, done: Samples): Promise<void> {
  onPiece(done)
  await new Promise((resolve) => setImmediate(resolve))
  stopIfAborted(abort)
}

function stopIfAborted(abort: AbortSignal | undefined): void {
  if (abort?.aborted) throw new InputError('Writing was cancelled; nothing was written.')
}

type Comparison = Pick<RoundTrip, 'largestDifference' | 'lost'>

/** The file as a user would open it once it has its name, against what it should hold. */
async function compare(
  { path, temporary }: { readonly path: string; readonly temporary: string },
  signal: WrittenSignal,
  pass: Pass
): Promise<Comparison> {
  const { sampleRate, sampleCount } = signal
  const channelCount = signal.channelNames.length
  const { source: found } = await openWritten(path, temporary, pass.abort)
  try {
    // A table that was not read to its end says nothing of the file.
    stopIfAborted(pass.abort)
    const sameShape = found.sampleCount === sampleCount && found.channelNames.length === channelCount
    if (!sameShape || Math.abs(found.sampleRate - sampleRate) > 1e-9 * sampleRate) {
      throw new InputError(
        `${path} was not written: it would read as ${found.channelNames.length} x ${found.sampleCount} samples at ${found.sampleRate} Hz where ${channelCount} x ${sampleCount} at ${sampleRate} Hz were expected. Choose another format.`
      )
    }
    let largestDifference = 0
    let lost = 0
    let at = 0
    for (const piece of floatPieces(signal)) {
      piece.forEach((wanted, channel) => {
        const got = found.readExact(channel, at, wanted.length)
        for (let n = 0; n < wanted.length; n += 1) {
          if (Object.is(wanted[n], got[n])) continue
          const difference = Math.abs(wanted[n] - got[n])
          if (!Number.isFinite(wanted[n])) lost += 1
          else if (!(difference <= largestDifference)) {
            largestDifference = Number.isFinite(difference) ? difference : Infinity
          }
        }
      })
      at += piece[0].length
      await between(pass, at)
    }
    return { largestDifference, lost }
  } finally {
    found.close()
  }
}

/** A user knows the name that the file is to have. */
async function openWritten(path: string, temporary: string, abort: AbortSignal | undefined): Promise<OpenedRecording> {
  try {
    return await openRecording(temporary, { abort })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    throw new InputError(`${path} was not written: ${error.message.replaceAll(temporary, 'it')}`)
  }
}

function sentenceOf(
  sampleCount: Samples,
  { largestDifference, clipped, lost }: Pick<RoundTrip, 'largestDifference' | 'clipped' | 'lost'>
): string {
  const parts = [
    `round trip: ${grouped(sampleCount)} samples, largest difference ${Number(largestDifference.toPrecision(3))}`
  ]
  if (clipped > 0) parts.push(`${grouped(clipped)} beyond full scale were clipped`)
  if (lost > 0) parts.push(`${grouped(lost)} that are no finite numbers were replaced`)
  return parts.join('; ')
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** For people. */
export function codingName(coding: SampleCoding): string {
  return describeCoding(coding, 8 * bytesOf[coding], bytesOf[coding])
}
