/** Handlers of contract/live.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { live as contract } from '../../contract/live'
import { LivePictures, LiveSource } from '../signals/live-source'
import { memorySource } from '../signals/sample-source'
import type { LabContext } from './context'

/** Rings take memory whether they are filled or not. */
const mostSamples = 2 ** 26

export function liveHandlers({ signals }: LabContext): Handlers<typeof contract> {
  const sourceOf = (signalId: string): LiveSource => {
    const { source } = signals.get(signalId)
    if (!(source instanceof LiveSource))
      throw new LabError('bad-request', `The signal "${signalId}" is not being recorded.`)
    return source
  }
  return {
    openLiveSource({ signalId, name, sampleRate, channelNames, keepSeconds }) {
      const length = Math.round(keepSeconds * sampleRate)
      if (length * channelNames.length > mostSamples)
        throw new LabError('bad-request', `${keepSeconds} s at ${sampleRate} Hz are too much to keep; keep less.`)
      const source = new LiveSource(sampleRate, channelNames, length)
      const described = { id: signalId, name, format: 'live', encoding: '32-bit float', warnings: [] } as const
      return signals.add(described, source, { made: new LivePictures(source) })
    },

    pushSamples({ signalId, channels }) {
      const source = sourceOf(signalId)
      source.push(channels)
      return source.recorded
    },

    keepLiveSource({ signalId, keptId, name }) {
      const kept = sourceOf(signalId).kept()
      const described = { id: keptId, name, format: 'recorded', encoding: '32-bit float', warnings: [] } as const
      return signals.add(described, memorySource(kept))
    }
  }
}
