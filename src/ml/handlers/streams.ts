/** Handlers of contract/streams.ts, and the streams that run; glue only. */
import type * as v from 'valibot'
import { LabError, type Handlers } from '../../contract/define'
import type { RivalChoice, StartStream, StreamInfo, streams as contract } from '../../contract/streams'
import type { ToneTask } from '../../core/filters/tone-filter'
import { isCausal } from '../architectures'
import { liveRivalOf, type LiveRival } from '../inference/live-rival'
import { delayedStream, liveUseOf, type LiveUse } from '../inference/live-use'
import type { Manifest } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { LiveStream, type Tuning } from '../inference/live-stream'
import { matchModel } from '../inference/match-model'
import { createStreamFilter } from '../inference/stream-filter'
import type { ExportAnswer } from '../signals/exported-parts'
import { LiveSource } from '../signals/live-source'
import { channelOf, type LabContext } from './context'

const maxStreams = 4

type Tuned = Pick<
  v.InferOutput<typeof StartStream>,
  'streamId' | 'signalId' | 'channel' | 'modelId' | 'frequenciesHz' | 'rival' | 'delayed'
>

export function streamHandlers({ engine, library, signals, emit }: LabContext): {
  handlers: Handlers<typeof contract>
  /** For the handlers of other parts. Throws LabError if there is none. */
  find(streamId: string): LiveStream
  /** A filter of one's own, as the stream's; to be disposed of. Throws LabError if there is none. */
  answerOf(streamId: string): ExportAnswer
  dispose(): void
} {
  const streams = new Map<
    string,
    { live: LiveStream; signalId: string; channel: number; task: ToneTask; tuning: Tuning }
  >()

  const streamOf = (streamId: string) => {
    const found = streams.get(streamId)
    if (!found) throw new LabError('not-found', `There is no stream "${streamId}".`)
    return found
  }
  const stopStream = (streamId: string) => {
    streams.get(streamId)?.live.dispose()
    streams.delete(streamId)
  }

  /** The filter for a signal and what it is compared with, and how both are told to the screen. */
  const tune = (request: Tuned, model: StoredModel): { tuning: Tuning; info: StreamInfo } => {
    const { streamId, signalId, modelId, channel } = request
    const { info, source, tones } = signals.get(signalId)
    const wantedHz =
      model.manifest.frequenciesHz.length > 0 ? model.manifest.frequenciesHz : (request.frequenciesHz ?? [])
    const mix = channelOf(source, channel)
    const { gain, truthIndex, warnings } = matchModel(model.manifest, wantedHz, info, mix)
    const { sampleRate } = info
    const rival = rivalFor(request.rival, { sampleRate, frequenciesHz: wantedHz })
    const use = liveUse(model.manifest, { sampleRate, frequenciesHz: wantedHz }, request.delayed)
    const createFilter = () => {
      const filter = createStreamFilter(engine, model, { sampleRate, gain, frequenciesHz: wantedHz })
      return use.kind === 'live' ? filter : delayedStream(filter, use.settings)
    }
    const filter = mismatchAsLabError(createFilter)
    const { frequenciesHz, latencySamples, hopSamples } = filter
    return {
      tuning: {
        ...{ filter, anotherFilter: createFilter, createRival: rival?.create },
        truths: truthIndex.map((index) => tones[index])
      },
      info: {
        ...{ streamId, signalId, modelId, latencySamples, hopSamples },
        frequenciesHz: [...frequenciesHz],
        truthIndex: [...truthIndex],
        ...(rival && { rival: { id: rival.id, title: rival.title, latencySamples: rival.latencySamples } }),
        warnings: [...warnings]
      }
    }
  }

  const handlers: Handlers<typeof contract> = {
    async startStream(request) {
      const { streamId, signalId, channel } = request
      const model = await library.find(request.modelId)
      if (streams.has(streamId)) throw new LabError('bad-request', `There is a stream "${streamId}" already.`)
      if (streams.size >= maxStreams) throw new LabError('busy', `${maxStreams} streams are running; stop one first.`)
      const { tuning, info } = tune(request, model)
      const { source, pictures } = signals.get(signalId)
      const live = new LiveStream({
        ...request,
        ...tuning,
        sampleRate: source.sampleRate,
        mix: channelOf(source, channel),
        mixPicture: (start, end) => pictures.envelope(channel, start, end, 1),
        ...(source instanceof LiveSource && { recorded: () => source.recorded }),
        emit: (event) => emit('streamAdvanced', event),
        fail: (message) => emit('streamFailed', { streamId, message })
      })
      const task = { sampleRate: source.sampleRate, frequenciesHz: info.frequenciesHz }
      streams.set(streamId, { live, signalId, channel, task, tuning })
      return info
    },

    controlStream({ streamId, rival, ...change }) {
      const { live, task } = streamOf(streamId)
      const chosen = rivalFor(rival ?? undefined, task)
      live.control(change)
      if (rival !== undefined) live.setRival(chosen?.create, change.historySamples)
    },

    async retuneStream({ historySamples, ...request }) {
      const model = await library.find(request.modelId)
      const stream = streamOf(request.streamId)
      const { live, signalId, channel } = stream
      const { tuning, info } = tune({ ...request, signalId, channel }, model)
      live.retune(tuning, historySamples)
      stream.tuning = tuning
      stream.task = { ...stream.task, frequenciesHz: info.frequenciesHz }
      return info
    },

    stopStream({ streamId }) {
      stopStream(streamId)
    },

    grantCredits({ streamId, count }) {
      // A credit may cross the stop of its stream on the way: that is no error.
      streams.get(streamId)?.live.grant(count)
    },

    readTraces({ streamId, traces, selector, axis, startSample, endSample, columns }) {
      const { live } = streamOf(streamId)
      const range = { start: startSample, end: endSample, columns }
      return axis === 'record' ? live.readRecord(traces, selector, range) : live.read(traces, selector, range)
    },

    readSweeps({ streamId, ...request }) {
      return streamOf(streamId).live.readSweeps(request)
    },

    async filterRange({ streamId, startSample, endSample }) {
      await streamOf(streamId).live.filterRange(startSample, endSample)
    },

    readSamples({ streamId, trace, selector, startSample, count }) {
      const range = { start: startSample, end: startSample + count, columns: count }
      return { samples: streamOf(streamId).live.readRecord([trace], selector, range).traces[0].min }
    }
  }
  return {
    handlers,
    find: (streamId) => streamOf(streamId).live,
    answerOf(streamId) {
      const { tuning, channel } = streamOf(streamId)
      const filter = tuning.anotherFilter?.()
      if (!filter) throw new LabError('not-found', `The stream "${streamId}" has no filter to write with.`)
      return { filter, channel, truths: tuning.truths }
    },
    dispose: () => [...streams.keys()].forEach(stopStream)
  }
}

/** Throws LabError for a model that sees the future, unless it may run delayed. */
function liveUse(manifest: Manifest, task: ToneTask, delayed = false): LiveUse {
  const { title } = manifest
  const causal = isCausal(manifest)
  const use = causal ? ({ kind: 'live' } as const) : mismatchAsLabError(() => liveUseOf({ title, causal }, task))
  if (use.kind === 'delayed' && !delayed) throw new LabError('mismatch', use.reason)
  return use
}

function rivalFor(choice: RivalChoice | undefined, task: ToneTask): LiveRival | undefined {
  return choice && mismatchAsLabError(() => liveRivalOf(choice, task))
}

function mismatchAsLabError<T>(create: () => T): T {
  try {
    return create()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
}
