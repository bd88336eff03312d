/**
 * A whole recording in memory and back to a file: for what is known to be short, as the bundled mix and its truth. And a
 * recording of any length to a file, block by block.
 */
import { extname } from 'node:path'
import { encodeCsv } from '../../core/signal/csv'
import { csvHead, csvRows, usualCsvStyle } from '../../core/signal/csv-write'
import { InputError, type DecodedSignal, type Signal } from '../../core/signal/signal'
import { encodeWav } from '../../core/signal/wav'
import { encodeFrames, wavHeaderBytes } from '../../core/signal/wav-write'
import type { Samples } from '../../core/units'
import { safeWrite } from '../library/safe-write'
import { openRecording } from './open-recording'
import { wholeOf } from './sample-source'
import { writePieces } from './write-pieces'

/** Samples of all channels together: 1 GiB of floats. */
const maxSamples = 2 ** 28

/** Throws InputError with one sentence: what was expected, what came, what to do. */
export async function readSignalFile(path: string): Promise<DecodedSignal> {
  const { source, format, encoding, warnings } = await openRecording(path)
  try {
    const samples = source.sampleCount * source.channelNames.length
    if (samples > maxSamples) {
      throw new InputError(
        `${path} holds ${samples} samples; up to ${maxSamples} are taken into memory. Cut it into parts.`
      )
    }
    return { signal: wholeOf(source), format, encoding, warnings }
  } finally {
    source.close()
  }
}

/** Write by the name's ending: 32-bit float WAV, or CSV. Throws InputError for another ending. */
export async function writeSignalFile(path: string, signal: Signal): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case '.wav':
      return safeWrite(path, encodeWav(signal))
    case '.csv':
      return safeWrite(path, encodeCsv(signal))
    default:
      throw new InputError(`${path}: expected a name that ends in .wav or .csv.`)
  }
}

/** Write a signal that is made block by block, by the name's ending. The file takes its name with the last block. */
export async function writeSignalBlocks(
  path: string,
  described: Omit<Signal, 'channels'> & { readonly sampleCount: Samples },
  blocks: AsyncIterable<readonly Float32Array[]>
): Promise<void> {
  switch (extname(path).toLowerCase()) {
    case '.wav':
      return writePieces(path, wavPieces(described, blocks))
    case '.csv':
      return writePieces(path, csvPieces(described, blocks))
    default:
      throw new InputError(`${path}: expected a name that ends in .wav or .csv.`)
  }
}

async function* wavPieces(
  { sampleRate, channelNames, sampleCount }: Omit<Signal, 'channels'> & { readonly sampleCount: Samples },
  blocks: AsyncIterable<readonly Float32Array[]>
): AsyncGenerator<Uint8Array> {
  yield wavHeaderBytes({
    ...{ coding: 'float32', sampleRate, channelCount: channelNames.length, frameCount: sampleCount }
  })
  for await (const block of blocks) yield encodeFrames(block, 'float32').bytes
}

async function* csvPieces(
  described: Omit<Signal, 'channels'>,
  blocks: AsyncIterable<readonly Float32Array[]>
): AsyncGenerator<Uint8Array> {
  const text = new TextEncoder()
  yield text.encode(csvHead(described, usualCsvStyle, 'float32'))
  let start = 0
  for await (const block of blocks) {
    // Rows are strings: a long block is cut, so that they never fill the memory.
    for (let at = 0; at < block[0].length; at += rowsAtOnce) {
      const piece = block.map((samples) => samples.subarray(at, at + rowsAtOnce))
      const place = { start: start + at, sampleRate: described.sampleRate }
      yield text.encode(csvRows(piece, place, usualCsvStyle, 'float32'))
    }
    start += block[0].length
  }
}

const rowsAtOnce: Samples = 2 ** 14
