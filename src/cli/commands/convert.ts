/** siglab convert */
import { ratioOf, resample } from '../../core/signal/resample'
import { InputError, sampleCountOf, type Signal } from '../../core/signal/signal'
import { readSignalFile, writeSignalFile } from '../../ml/signals/read-signal-file'
import { defineCommand } from '../command'
import { parseNumber } from '../flags'

export default defineCommand({
  name: 'convert',
  summary: `Read a recording and write it in the format of the new name: .wav (32-bit float) or .csv. Samples stay bit for bit,
unless --rate asks for another sample rate: then they go through a polyphase filter that takes away what would alias.`,
  positionals: [
    { name: 'IN', description: 'a WAV or CSV recording' },
    { name: 'OUT', description: 'the new file, .wav or .csv' }
  ],
  options: { rate: { type: 'string', value: 'HZ', description: 'another sample rate (default: as it is)' } },
  examples: ['siglab convert mix.wav mix.csv', 'siglab convert hum.wav hum-1k.wav --rate 1000'],
  async run({ positionals: [path, out], options, note }) {
    const { signal: read, format, encoding, warnings } = await readSignalFile(path)
    warnings.forEach(note)
    const rate =
      options.rate === undefined ? read.sampleRate : parseNumber('rate', options.rate, { low: 1e-3, high: 1e7 })
    const signal = rate === read.sampleRate ? read : atRate(read, rate)
    await writeSignalFile(out, signal)
    const { sampleRate, channels } = signal
    const sampleCount = sampleCountOf(signal)
    return {
      json: { path, format, encoding, out, sampleRate, channels: channels.length, sampleCount, warnings },
      text: `${out}: ${channels.length} x ${sampleCount} samples at ${sampleRate} Hz\n`
    }
  }
})

/** Throws InputError for a rate that is no ratio of small whole numbers to the one there is. */
function atRate(signal: Signal, sampleRate: number): Signal {
  try {
    const ratio = ratioOf({ from: signal.sampleRate, to: sampleRate })
    const channels = signal.channels.map((channel) => Float32Array.from(resample(channel, ratio)))
    return { ...signal, sampleRate, channels }
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message)
    throw error
  }
}
