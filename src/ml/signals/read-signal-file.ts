/** A whole recording in memory and back to a file: for what is known to be short, as the bundled mix and its truth. */
import { extname } from 'node:path'
import { encodeCsv } from '../../core/signal/csv'
import { InputError, type DecodedSignal, type Signal } from '../../core/signal/signal'
import { encodeWav } from '../../core/signal/wav'
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
