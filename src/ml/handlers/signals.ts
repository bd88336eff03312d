/** Handlers of contract/signals.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { signals as contract } from '../../contract/signals'
import { findTones, longestLook } from '../../core/signal/find-tones'
import { InputError } from '../../core/signal/signal'
import { generateMix } from '../../core/signal/synth'
import { readDemo } from '../signals/demo'
import { readSignalFile } from '../signals/read-signal-file'
import { memorySource } from '../signals/sample-source'
import { channelOf, type LabContext } from './context'

/** Signals this process keeps open at once. */
const maxSignals = 32

export function signalHandlers({ signals, resourcesFolder, pathOf }: LabContext): Handlers<typeof contract> {
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

    async openSignal({ signalId, fileId }) {
      openCheck()
      const path = pathOf(fileId)
      if (path === undefined) throw new LabError('not-found', 'That file was not chosen by the user; choose it again.')
      const name = nameOf(path)
      const { signal, format, encoding, warnings } = await withNameForPath(path, name, () => readSignalFile(path))
      return signals.add({ id: signalId, name, format, encoding, warnings }, memorySource(signal))
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

    closeSignal({ signalId }) {
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

function nameOf(path: string): string {
  return path.split(/[/\\]/).pop() ?? path
}

/** The page knows files by their names: a path in an error is none of its business. */
async function withNameForPath<T>(path: string, name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message.split(path).join(name))
    throw error
  }
}
