/**
 * A whole recording in memory and back to a file: for what is known to be short, as the bundled mix and its truth. And a
 * recording of any length to a file, block by block.
 */
import { extname } from 'node:path'
import { encodeCsv } from '../../core/signal/csv'
import { InputError, type DecodedSignal, type Signal } from '../../core/signal/signal'
import { encodeWav } from '../../core/signal/wav'
import { encodeFrames, wavHeaderBytes } from '../../core/signal/wav-write'
import type { Samples } from '../../core/units'
import { safeWrite } from '../library/safe-write'
import { openRecording } from './open-recording'
import { wholeOf } from './sample-source'

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

/**
 * Write a signal that is made block by block, by the name's ending. A WAV file grows as the blocks come, and takes its
 * name with the last one; a CSV file is made of the whole.
 */
export async function writeSignalBlocks(
  path: string,
  described: Omit<Signal, 'channels'> & { readonly sampleCount: Samples },
  blocks: AsyncIterable<readonly Float32Array[]>
): Promise<void> {
  const { sampleRate, channelNames, sampleCount } = described
  if (extname(path).toLowerCase() === '.wav') {
    const header = wavHeaderBytes({
      ...{ coding: 'float32', sampleRate, channelCount: channelNames.length, frameCount: sampleCount }
    })
    return safeWrite(path, wavPieces(header, blocks))
  }
  const channels = channelNames.map(() => new Float32Array(sampleCount))
  let start = 0
  for await (const block of blocks) {
    block.forEach((samples, channel) => channels[channel].set(samples, start))
    start += block[0].length
  }
  return writeSignalFile(path, { sampleRate, channelNames, channels })
}

async function* wavPieces(
  header: Uint8Array,
  blocks: AsyncIterable<readonly Float32Array[]>
): AsyncGenerator<Uint8Array> {
  yield header
  for await (const block of blocks) yield encodeFrames(block, 'float32').bytes
}
