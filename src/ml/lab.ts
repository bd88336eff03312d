/** One handler for each call of contract/lab.ts; glue only. */
import { LabError, type Handlers, type Server } from '../contract/define'
import type { LabContract, SignalInfo } from '../contract/lab'
import { envelope } from '../core/signal/envelope'
import { InputError } from '../core/signal/signal'
import { generateMix } from '../core/signal/synth'
import type { LoadedEngine } from './engine/tensorflow'
import { LiveStream } from './inference/live-stream'
import { matchModel } from './inference/match-model'
import { createStreamFilter } from './inference/stream-filter'
import { modelInfoOf, type ModelLibrary } from './library/model-library'
import { readDemo } from './signals/demo'
import { readSignalFile } from './signals/read-signal-file'
import { SignalStore } from './signals/signal-store'

export interface LabOptions {
  readonly engine: LoadedEngine
  readonly library: ModelLibrary
  readonly resourcesFolder: string
  /** Path of a file that main has granted, by its ticket. */
  pathOf(fileId: string): string | undefined
  /** Where events go; set once the contract is served. */
  server(): Server<LabContract>
}

/** Signals this process keeps open at once. */
const maxSignals = 32
const maxStreams = 4

export function createLab({ engine, library, resourcesFolder, pathOf, server }: LabOptions): {
  handlers: Handlers<LabContract>
  dispose(): void
} {
  const signals = new SignalStore()
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
  const openCheck = () => {
    if (signals.count >= maxSignals) throw new LabError('busy', `${maxSignals} signals are open; close one first.`)
  }

  const handlers: Handlers<LabContract> = {
    describeEngine: () => engine.info,
    listModels: () => library.models.map(modelInfoOf),

    async openDemo({ signalId }): Promise<SignalInfo> {
      openCheck()
      const { signal, tones, frequenciesHz, name, encoding } = await readDemo(resourcesFolder)
      const described = { id: signalId, name, format: 'generated', encoding, warnings: [] } as const
      return signals.add({ ...described, truthFrequenciesHz: frequenciesHz }, signal, tones)
    },

    async openSignal({ signalId, fileId }): Promise<SignalInfo> {
      openCheck()
      const path = pathOf(fileId)
      if (path === undefined) throw new LabError('not-found', 'That file was not chosen by the user; choose it again.')
      const name = nameOf(path)
      const { signal, format, encoding, warnings } = await withNameForPath(path, name, () => readSignalFile(path))
      return signals.add({ id: signalId, name, format, encoding, warnings }, signal)
    },

    generateSignal({ signalId, ...recipe }): SignalInfo {
      openCheck()
      const { mix, tones } = generateMix(recipe)
      const list = recipe.frequenciesHz.map((frequency) => `${frequency} Hz`).join(', ')
      const described = { id: signalId, name: `Mix of ${list}`, format: 'generated', encoding: '32-bit float' } as const
      const signal = { sampleRate: recipe.sampleRate, channels: [mix], channelNames: ['mix'] }
      return signals.add({ ...described, warnings: [], truthFrequenciesHz: recipe.frequenciesHz }, signal, tones)
    },

    closeSignal({ signalId }) {
      signals.remove(signalId)
    },

    readOverview({ signalId, channel, columns }) {
      const samples = channelOf(signals.get(signalId).signal.channels, channel)
      return envelope(samples, 0, samples.length, columns)
    },

    startStream(request) {
      const { streamId, signalId, modelId, channel } = request
      if (streams.has(streamId)) throw new LabError('bad-request', `There is a stream "${streamId}" already.`)
      if (streams.size >= maxStreams) throw new LabError('busy', `${maxStreams} streams are running; stop one first.`)
      const { info, signal, tones } = signals.get(signalId)
      const model = library.models.find(({ manifest }) => manifest.id === modelId)
      if (!model) throw new LabError('not-found', `There is no model "${modelId}".`)
      const mix = channelOf(signal.channels, channel)
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
        emit: (event) => server().emit('streamAdvanced', event),
        fail: (message) => server().emit('streamFailed', { streamId, message })
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

function channelOf(channels: readonly Float32Array[], channel: number): Float32Array {
  const samples = channels[channel]
  if (!samples)
    throw new LabError('not-found', `The signal has ${channels.length} channels. Received: channel ${channel + 1}.`)
  return samples
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

function mismatchAsLabError<T>(create: () => T): T {
  try {
    return create()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
}
