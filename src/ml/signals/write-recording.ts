/**
 * A signal, or a part of it, to a file of any length; then the file is read back and compared, so that what was written
 * is known and not hoped for.
 *
 * A coding keeps every bit that it can hold: 32-bit floats are copied as bits, integers of 64 bits as integers, and
 * everything else goes through doubles.
 */
import { csvHead, csvRows, usualCsvStyle, type CsvStyle } from '../../core/signal/csv-write'
import type { SampleCoding } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import { describeCoding } from '../../core/signal/wav-header'
import { bytesOf, encodeSamples } from '../../core/signal/wav-samples'
import { wavHeaderBytes } from '../../core/signal/wav-write'
import type { Samples } from '../../core/units'
import { safeWrite } from '../library/safe-write'
import { openRecording } from './open-recording'
import type { SampleSource } from './sample-source'

export type WriteFormat =
  { readonly kind: 'wav'; readonly coding: SampleCoding } | ({ readonly kind: 'csv' } & Partial<CsvStyle>)

export interface WriteOptions {
  /** The part that is written, from sample to sample; all of it if not given. */
  readonly start?: Samples
  readonly end?: Samples
  readonly abort?: AbortSignal
  /** The share that is done, reading back included, from 0 to 1. */
  onProgress?(share: number): void
}

export interface RoundTrip {
  readonly channelCount: number
  readonly sampleCount: Samples
  /** Between what was to be written and what was read back; 0 if every sample is the same. */
  readonly largestDifference: number
  /** Samples that were beyond full scale and became full scale. */
  readonly clipped: number
  /** NaN or infinite samples that the coding cannot hold. */
  readonly lost: number
  /** "round trip: 480,000 samples, largest difference 0", for people. */
  readonly sentence: string
}

/** Throws InputError for what the format cannot hold, and for a file that does not read as what was written. */
export async function writeRecording(
  path: string,
  source: SampleSource,
  format: WriteFormat,
  options: WriteOptions = {}
): Promise<RoundTrip> {
  const start = Math.max(0, Math.min(source.sampleCount, options.start ?? 0))
  const end = Math.max(start, Math.min(source.sampleCount, options.end ?? source.sampleCount))
  if (end === start) throw new InputError(`Expected samples to write. Received: none from ${start} to ${end}.`)
  const part = { start, end, clipped: 0 }
  const told = { ...options, onProgress: (share: number) => options.onProgress?.(share / 2) }
  await safeWrite(
    path,
    format.kind === 'wav' ? wavPieces(source, format.coding, part, told) : csvPieces(source, format, part, told)
  )
  return compare(path, source, part, { ...options, onProgress: (share) => options.onProgress?.((1 + share) / 2) })
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

interface Part {
  readonly start: Samples
  readonly end: Samples
  clipped: number
}

const pieceSamples: Samples = 2 ** 16
const rowsOfPiece: Samples = 2 ** 13

async function* wavPieces(
  source: SampleSource,
  coding: SampleCoding,
  part: Part,
  options: WriteOptions
): AsyncIterable<Uint8Array> {
  const channelCount = source.channelNames.length
  const frameCount = part.end - part.start
  const sampleBytes = bytesOf[coding]
  const frameBytes = sampleBytes * channelCount
  yield wavHeaderBytes({ coding, channelCount, sampleRate: source.sampleRate, frameCount })
  for (let at = part.start; at < part.end; at += pieceSamples) {
    const count = Math.min(pieceSamples, part.end - at)
    const bytes = new Uint8Array(count * frameBytes)
    for (let channel = 0; channel < channelCount; channel += 1) {
      const placement = { coding, littleEndian: true, start: channel * sampleBytes, frameBytes }
      const integers = coding === 'int64' ? source.readIntegers?.(channel, at, count) : undefined
      if (integers) putIntegers(integers, bytes, placement)
      else {
        const samples = coding === 'float32' ? source.read(channel, at, count) : source.readExact(channel, at, count)
        part.clipped += encodeSamples(samples, bytes, placement)
      }
    }
    yield bytes
    await between(options, (at + count - part.start) / frameCount)
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

async function* csvPieces(
  source: SampleSource,
  format: Partial<CsvStyle>,
  { start, end }: Part,
  options: WriteOptions
): AsyncIterable<Uint8Array> {
  const style = { ...usualCsvStyle, ...format }
  if (style.delimiter === style.decimal) {
    throw new InputError(
      'Expected a delimiter other than the decimal sign. Received: a comma for both. Choose semicolons.'
    )
  }
  const { sampleRate, precision = 'float32' } = source
  const encoder = new TextEncoder()
  yield encoder.encode(csvHead(source, style, precision))
  for (let at = start; at < end; at += rowsOfPiece) {
    const count = Math.min(rowsOfPiece, end - at)
    const channels = source.channelNames.map((_, channel) => source.readExact(channel, at, count))
    // The first sample of the file is at time 0.
    yield encoder.encode(csvRows(channels, { start: at - start, sampleRate }, style, precision))
    await between(options, (at + count - start) / (end - start))
  }
}

async function between({ abort, onProgress }: WriteOptions, share: number): Promise<void> {
  onProgress?.(share)
  await new Promise((resolve) => setImmediate(resolve))
  if (abort?.aborted) throw new InputError('Writing was cancelled; nothing was written.')
}

/** The file as a user would open it, against what it should hold. */
async function compare(path: string, source: SampleSource, part: Part, options: WriteOptions): Promise<RoundTrip> {
  const back = await openRecording(path, { abort: options.abort })
  const channelCount = source.channelNames.length
  const sampleCount = part.end - part.start
  try {
    const found = back.source
    const sameShape = found.sampleCount === sampleCount && found.channelNames.length === channelCount
    if (!sameShape || Math.abs(found.sampleRate - source.sampleRate) > 1e-9 * source.sampleRate) {
      throw new InputError(
        `${path} was written, but reads as ${found.channelNames.length} x ${found.sampleCount} samples at ${found.sampleRate} Hz where ${channelCount} x ${sampleCount} at ${source.sampleRate} Hz were expected. Keep the original.`
      )
    }
    let largestDifference = 0
    let lost = 0
    for (let at = 0; at < sampleCount; at += pieceSamples) {
      for (let channel = 0; channel < channelCount; channel += 1) {
        const wanted = source.readExact(channel, part.start + at, Math.min(pieceSamples, sampleCount - at))
        const got = found.readExact(channel, at, wanted.length)
        for (let n = 0; n < wanted.length; n += 1) {
          if (Object.is(wanted[n], got[n])) continue
          const difference = Math.abs(wanted[n] - got[n])
          if (!Number.isFinite(wanted[n])) lost += 1
          else if (difference > largestDifference) largestDifference = difference
        }
      }
      options.onProgress?.((at + 1) / sampleCount)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const { clipped } = part
    return {
      channelCount,
      sampleCount,
      largestDifference,
      clipped,
      lost,
      sentence: sentenceOf(sampleCount, { largestDifference, clipped, lost })
    }
  } finally {
    back.source.close()
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
