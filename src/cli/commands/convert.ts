/** siglab convert */
import { extname } from 'node:path'
import type { SampleCoding } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import type { OpenedRecording } from '../../ml/signals/open-recording'
import { ResampledSource } from '../../ml/signals/resampled-source'
import type { SampleSource } from '../../ml/signals/sample-source'
import { codingName, writeRecording, type WriteFormat } from '../../ml/signals/write-recording'
import { defineCommand } from '../command'
import { refuseSameFile } from '../different-files'
import { parseChoice, parseNumber } from '../flags'
import { importOptions, openByFlags, parseDecimal, parseDelimiter } from '../import-options'

const encodings: Readonly<Record<string, SampleCoding>> = {
  8: 'unsigned8',
  16: 'int16',
  24: 'int24',
  32: 'int32',
  64: 'int64',
  '32f': 'float32',
  '64f': 'float64',
  alaw: 'aLaw',
  mulaw: 'muLaw'
}

export default defineCommand({
  name: 'convert',
  summary: `Read a recording and write it in the format of the new name, .wav or .csv; then read it back and compare.
Samples stay bit for bit where the new coding can hold them: WAV keeps its coding unless another one is given, a table and the
mean of channels become 32-bit float. With --rate they go through a polyphase filter that takes away what would alias.`,
  positionals: [
    { name: 'IN', description: 'a WAV or CSV recording' },
    { name: 'OUT', description: 'the new file, .wav or .csv' }
  ],
  options: {
    rate: { type: 'string', value: 'HZ', description: 'another sample rate (default: as it is)' },
    encoding: {
      type: 'string',
      value: 'CODE',
      description: 'of a new WAV file: 8, 16, 24, 32, 64 (integers), 32f, 64f (floats), alaw, mulaw'
    },
    'out-delimiter': {
      type: 'string',
      value: 'SIGN',
      description: 'of a new table: comma, semicolon, tab, bar, blank'
    },
    'out-decimal': { type: 'string', value: 'SIGN', description: 'of a new table: point or comma' },
    'no-time': { type: 'boolean', description: 'leave the time column out of a new table' },
    ...importOptions
  },
  examples: [
    'siglab convert mix.wav mix.csv',
    'siglab convert hum.wav hum-1k.wav --rate 1000',
    'siglab convert scope.csv scope.wav --encoding 24 --channels 2 --uneven resample',
    'siglab convert mix.wav mix.csv --out-delimiter semicolon --out-decimal comma'
  ],
  async run({ positionals: [path, out], options, note, progress, abort }) {
    const ending = extname(out).toLowerCase()
    if (ending !== '.wav' && ending !== '.csv') {
      throw new InputError(`${out}: expected a name that ends in .wav or .csv.`)
    }
    await refuseSameFile({ name: 'OUT', path: out }, { name: 'IN', path })
    const recording = await openByFlags(path, options, { abort })
    const { format, encoding, warnings } = recording
    warnings.forEach(note)
    try {
      const source = atRate(recording.source, options.rate)
      const decimal = parseDecimal(options['out-decimal'] ?? 'point')
      const target: WriteFormat =
        ending === '.wav'
          ? { kind: 'wav', coding: codingFor(recording, options.encoding) }
          : {
              ...{ kind: 'csv', decimal, timeColumn: options['no-time'] !== true },
              delimiter: parseDelimiter(options['out-delimiter'] ?? (decimal === ',' ? 'semicolon' : 'comma'))
            }
      const trip = await writeRecording(out, source, target, {
        abort,
        onProgress: (share) => progress(`writing ${Math.round(share * 100)} %`)
      })
      progress('')
      const { sampleRate } = source
      const { channelCount, sampleCount, largestDifference, clipped, lost } = trip
      const outEncoding = target.kind === 'wav' ? codingName(target.coding) : 'table'
      return {
        json: {
          ...{ path, format, encoding, out, outEncoding, sampleRate, channels: channelCount, sampleCount, warnings },
          roundTrip: { largestDifference, clipped, lost }
        },
        text: `${out}: ${channelCount} x ${sampleCount} samples at ${sampleRate} Hz, ${outEncoding}; ${trip.sentence}\n`
      }
    } finally {
      recording.source.close()
    }
  }
})

/** What was asked for; else the coding of the file that was read, where WAV has it. */
function codingFor({ source }: OpenedRecording, asked: string | undefined): SampleCoding {
  if (asked !== undefined) return encodings[parseChoice('encoding', asked, Object.keys(encodings))]
  return source.coding === undefined || source.coding === 'int8' ? 'float32' : source.coding
}

/** Throws InputError for a rate that is no ratio of small whole numbers to the one there is. */
function atRate(source: SampleSource, given: string | undefined): SampleSource {
  if (given === undefined) return source
  const sampleRate = parseNumber('rate', given, { low: 1e-3, high: 1e7 })
  if (sampleRate === source.sampleRate) return source
  try {
    return new ResampledSource(source, sampleRate)
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message)
    throw error
  }
}
