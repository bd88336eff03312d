/** siglab info */
import { durationOf, sampleCountOf } from '../../core/signal/signal'
import { readSignalFile } from '../../ml/signals/read-signal-file'
import { defineCommand } from '../command'

export default defineCommand({
  name: 'info',
  summary: 'Say what a recording holds: rate, channels, length, how it is stored, and what was repaired or assumed.',
  positionals: [{ name: 'FILE', description: 'a WAV or CSV recording' }],
  options: {},
  examples: ['siglab info mix.wav --json'],
  async run({ positionals: [path] }) {
    const { signal, format, encoding, warnings } = await readSignalFile(path)
    const { sampleRate, channelNames } = signal
    const sampleCount = sampleCountOf(signal)
    const durationSeconds = durationOf(signal)
    const channels = signal.channels.length
    const lines = [
      `${path}: ${format.toUpperCase()}, ${encoding}`,
      `  rate      ${sampleRate} Hz`,
      `  channels  ${channels}: ${channelNames.join(', ')}`,
      `  length    ${sampleCount} samples, ${Number(durationSeconds.toPrecision(6))} s`,
      ...warnings.map((warning) => `  note      ${warning}`)
    ]
    return {
      json: { path, format, encoding, sampleRate, channels, sampleCount, durationSeconds, warnings },
      text: `${lines.join('\n')}\n`
    }
  }
})
