/** siglab info */
import { defineCommand } from '../command'
import { importOptions, openByFlags } from '../import-options'

export default defineCommand({
  name: 'info',
  summary:
    'Say what a recording holds: rate, channels, length, how it is stored and why it is read so, and what was repaired or assumed.',
  positionals: [{ name: 'FILE', description: 'a WAV or CSV recording' }],
  options: importOptions,
  examples: ['siglab info mix.wav --json', 'siglab info noise.bin --raw int16 --sample-rate 48000'],
  async run({ positionals: [path], options }) {
    const recording = await openByFlags(path, options)
    const { source, format, encoding, evidence, questions, warnings, timeSteps, partCount, choices } = recording
    const { sampleRate, channelNames, sampleCount } = source
    source.close()
    const durationSeconds = sampleCount / sampleRate
    const channels = channelNames.length
    const lines = [
      `${path}: ${format.toUpperCase()}, ${encoding}`,
      `  rate      ${sampleRate} Hz`,
      `  channels  ${channels}: ${channelNames.join(', ')}`,
      `  length    ${sampleCount} samples, ${Number(durationSeconds.toPrecision(6))} s`,
      ...evidence.map(({ sentence }) => `  seen      ${sentence}`),
      ...questions.map((question) => `  asked     ${question}`),
      ...warnings.map((warning) => `  note      ${warning}`)
    ]
    return {
      json: {
        ...{ path, format, encoding, sampleRate, channels, channelNames, sampleCount, durationSeconds, warnings },
        ...{ evidence, questions, timeSteps, partCount, choices }
      },
      text: `${lines.join('\n')}\n`
    }
  }
})
