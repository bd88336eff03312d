/** siglab convert */
import { sampleCountOf } from '../../core/signal/signal'
import { readSignalFile, writeSignalFile } from '../../ml/signals/read-signal-file'
import { defineCommand } from '../command'

export default defineCommand({
  name: 'convert',
  summary:
    'Read a recording and write it in the format of the new name: .wav (32-bit float) or .csv. Samples stay bit for bit.',
  positionals: [
    { name: 'IN', description: 'a WAV or CSV recording' },
    { name: 'OUT', description: 'the new file, .wav or .csv' }
  ],
  options: {},
  examples: ['siglab convert mix.wav mix.csv'],
  async run({ positionals: [path, out], note }) {
    const { signal, format, encoding, warnings } = await readSignalFile(path)
    warnings.forEach(note)
    await writeSignalFile(out, signal)
    const { sampleRate, channels } = signal
    const sampleCount = sampleCountOf(signal)
    return {
      json: { path, format, encoding, out, sampleRate, channels: channels.length, sampleCount, warnings },
      text: `${out}: ${channels.length} x ${sampleCount} samples at ${sampleRate} Hz\n`
    }
  }
})
