/** Handlers of contract/streams.ts, and the streams that run; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { streams as contract } from '../../contract/streams'
import { LiveStream } from '../inference/live-stream'
import { matchModel } from '../inference/match-model'
import { createStreamFilter } from '../inference/stream-filter'
import { channelOf, type LabContext } from './context'

const maxStreams = 4

export function streamHandlers({ engine, library, signals, emit }: LabContext): {
  handlers: Handlers<typeof contract>
  dispose(): void
} {
  const streams = new Map<string, LiveStream>()

  const streamOf = (streamId: string): LiveStream => {
    const found = streams.get(streamId)
    if (!found) throw new LabError('not-found', `There is no stream "${streamId}".`)
    return found
  }
  const stopStream = (streamId: string) => {
    streams.get(streamId)?.dispose()
    streams.delete(streamId)
  }

  const handlers: Handlers<typeof contract> = {
    startStream(request) {
      const { streamId, signalId, modelId, channel } = request
      if (streams.has(streamId)) throw new LabError('bad-request', `There is a stream "${streamId}" already.`)
      if (streams.size >= maxStreams) throw new LabError('busy', `${maxStreams} streams are running; stop one first.`)
      const { info, source, tones } = signals.get(signalId)
      const model = library.models.find(({ manifest }) => manifest.id === modelId)
      if (!model) throw new LabError('not-found', `There is no model "${modelId}".`)
      const mix = channelOf(source, channel)
      const wantedHz =
        model.manifest.frequenciesHz.length > 0 ? model.manifest.frequenciesHz : (request.frequenciesHz ?? [])
      const { gain, truthIndex, warnings } = matchModel(model.manifest, wantedHz, info, mix)
      const { sampleRate } = info
      const filter = mismatchAsLabError(() =>
        createStreamFilter(engine, model, { sampleRate, gain, frequenciesHz: wantedHz })
      )
      const stream = new LiveStream({
        ...request,
        sampleRate,
        mix,
        truths: truthIndex.map((index) => tones[index]),
        filter,
        emit: (event) => emit('streamAdvanced', event),
        fail: (message) => emit('streamFailed', { streamId, message })
      })
      streams.set(streamId, stream)
      const { frequenciesHz, latencySamples, hopSamples } = filter
      return {
        ...{ streamId, signalId, modelId, latencySamples, hopSamples },
        frequenciesHz: [...frequenciesHz],
        truthIndex: [...truthIndex],
        warnings: [...warnings]
      }
    },

    controlStream({ streamId, ...change }) {
      streamOf(streamId).control(change)
    },

    stopStream({ streamId }) {
      stopStream(streamId)
    },

    grantCredits({ streamId, count }) {
      // A credit may cross the stop of its stream on the way: that is no error.
      streams.get(streamId)?.grant(count)
    },

    readTraces({ streamId, traces, selector, startSample, endSample, columns }) {
      return streamOf(streamId).read(traces, selector, { start: startSample, end: endSample, columns })
    }
  }
  return { handlers, dispose: () => [...streams.keys()].forEach(stopStream) }
}

function mismatchAsLabError<T>(create: () => T): T {
  try {
    return create()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
}
