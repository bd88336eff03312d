/** Handlers of contract/signals.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { signals as contract } from '../../contract/signals'
import { findTones, longestLook } from '../../core/signal/find-tones'
import { ratioOf, resample, resampledCount, type RateRatio } from '../../core/signal/resample'
import { generateMix } from '../../core/signal/synth'
import { readDemo } from '../signals/demo'
import { keepRecording } from './keep-recording'
import { lookingJob } from './look-through'
import { openRecording } from '../signals/open-recording'
import { memorySource, wholeOf } from '../signals/sample-source'
import { channelOf, grantedPath, nameOf, withNameForPath, type LabContext } from './context'

/** Signals this process keeps open at once. */
const maxSignals = 32
/** Samples of all channels together that are resampled in one go: a second or two of work. */
const mostResampled = 2 ** 24

export function signalHandlers(context: LabContext): Handlers<typeof contract> {
  const { signals, resourcesFolder } = context
  const openCheck = () => {
    if (signals.count >= maxSignals) throw new LabError('busy', `${maxSignals} signals are open; close one first.`)
  }
  return {
    async openDemo({ signalId }) {
      openCheck()
      const { signal, tones, frequenciesHz, name, encoding } = await readDemo(resourcesFolder)
      const described = { id: signalId, name, format: 'generated', encoding, warnings: [] } as const
      return signals.add({ ...described, truthFrequenciesHz: frequenciesHz }, memorySource(signal), { tones })
    },

    async openSignal({ signalId, fileId, choices }) {
      openCheck()
      const path = await grantedPath(context, fileId)
      const temporaryFolder = context.cacheFolder
      return withNameForPath(path, async () => {
        const recording = await openRecording(path, { choices, temporaryFolder, beginningOnly: true })
        return keepRecording(context, { signalId, name: nameOf(path), path }, recording)
      })
    },

    generateSignal({ signalId, ...recipe }) {
      openCheck()
      const { mix, tones } = generateMix(recipe)
      const list = recipe.frequenciesHz.map((frequency) => `${frequency} Hz`).join(', ')
      const described = { id: signalId, name: `Mix of ${list}`, format: 'generated', encoding: '32-bit float' } as const
      const signal = { sampleRate: recipe.sampleRate, channels: [mix], channelNames: ['mix'] }
      return signals.add(
        { ...described, warnings: [], truthFrequenciesHz: recipe.frequenciesHz },
        memorySource(signal),
        { tones }
      )
    },

    resampleSignal({ signalId, fromSignalId, sampleRate }) {
      openCheck()
      const { info, source, tones } = signals.get(fromSignalId)
      const ratio = ratioAsLabError({ from: source.sampleRate, to: sampleRate })
      const values =
        Math.max(source.sampleCount, resampledCount(source.sampleCount, ratio)) * source.channelNames.length
      if (values > mostResampled)
        throw new LabError('bad-input', `At most ${mostResampled} values are resampled at once. Received: ${values}.`)
      const bring = (samples: Float32Array) => Float32Array.from(resample(samples, ratio))
      const signal = wholeOf(source)
      const { name, format, encoding, warnings, truthFrequenciesHz } = info
      const told = `It was resampled from ${source.sampleRate} to ${sampleRate} samples a second.`
      return signals.add(
        { id: signalId, name, format, encoding, warnings: [...warnings, told], truthFrequenciesHz },
        memorySource({ ...signal, sampleRate, channels: signal.channels.map(bring) }),
        { tones: tones.map(bring) }
      )
    },

    closeSignal({ signalId }) {
      context.jobs.cancel(`read-${signalId}`)
      context.jobs.cancel(lookingJob(signalId))
      signals.remove(signalId)
    },

    readOverview({ signalId, channel, columns }) {
      const { source, pictures } = signals.get(signalId)
      channelOf(source, channel)
      return pictures.envelope(channel, 0, source.sampleCount, columns)
    },

    readEnvelope({ signalId, channel, startSample, endSample, columns }) {
      const { source, pictures } = signals.get(signalId)
      channelOf(source, channel)
      return pictures.envelope(channel, startSample, endSample, columns)
    },

    findTones({ signalId, channel, startSample, endSample }) {
      const { source } = signals.get(signalId)
      channelOf(source, channel)
      const count = Math.min(longestLook, Math.max(0, endSample - startSample))
      return findTones(source.read(channel, startSample, count), source.sampleRate)
    }
  }
}

function ratioAsLabError(rates: { from: number; to: number }): RateRatio {
  try {
    return ratioOf(rates)
  } catch (error) {
    throw new LabError('bad-input', (error as Error).message)
  }
}
