/** Handlers of contract/training.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import { usualJoint, usualSequences, usualStreams } from '../../contract/train-defaults'
import type { gpuLibrary } from '../../contract/gpu-library'
import type { jobs } from '../../contract/jobs'
import type { TrainingContract, TrainingDescription } from '../../contract/training'
import type { runs } from '../../contract/runs'
import type { searches } from '../../contract/searches'
import type { studies } from '../../contract/studies'
import { parseParams } from '../../core/params/params'
import { degradationNames } from '../../core/signal/degradations'
import { presets } from '../../core/signal/presets'
import { optimisers } from '../../core/training/optimisers'
import { schedules } from '../../core/training/schedules'
import { architectures } from '../architectures'
import type { LoadedEngine } from '../engine/tensorflow'
import { findCards } from '../engine/devices'
import { trainingDevices } from '../engine/training-devices'
import type { GpuLibrary } from '../gpu-library/gpu-library'
import { estimateFrom, sizesOf, tryOut } from '../training/estimate'
import type { TrainingQueue } from '../training/training-queue'

export interface TrainingHandlersContext {
  readonly queue: TrainingQueue
  /** Loads TensorFlow at the first call. */
  engine(): LoadedEngine
  /** Present once TensorFlow is loaded. */
  loaded(): LoadedEngine | undefined
  readonly gpuLibrary: GpuLibrary
  /** Whether this process was started on that library. */
  readonly isOnGpuLibrary: boolean
  /** Whether a study is under way, whose times a training would spoil. */
  isMeasuring(): boolean
}

type Parts = typeof runs & typeof gpuLibrary & typeof jobs & typeof studies & typeof searches
type Own = Omit<Handlers<TrainingContract>, keyof Parts['calls']>

export function trainingHandlers(context: TrainingHandlersContext): Own {
  const { queue, engine, isMeasuring } = context
  let trial: AbortController | undefined
  const refuseWhileMeasuring = () => {
    if (isMeasuring())
      throw new LabError('busy', 'A study or a search is being measured: stop it first; what it has measured is kept.')
  }
  return {
    describeTraining: () => describe(context),

    async estimateTraining({ request, trial: wanted }) {
      const sizes = mismatchAsLabError(() => sizesOf(request))
      if (!wanted) return estimateFrom(sizes, undefined, '')
      if (queue.currentId !== undefined)
        return estimateFrom(sizes, undefined, 'A run is training: the time can be told when it has ended.')
      if (isMeasuring())
        return estimateFrom(sizes, undefined, 'A study is being measured: the time can be told when it has ended.')
      trial?.abort()
      const mine = (trial = new AbortController())
      try {
        const tried = await tryOut(engine(), request, mine.signal)
        return estimateFrom(sizes, tried, '')
      } catch (error) {
        return estimateFrom(sizes, undefined, (error as Error).message)
      } finally {
        if (trial === mine) trial = undefined
      }
    },

    startTraining({ runId, request, ...more }) {
      refuseWhileMeasuring()
      trial?.abort()
      return mismatchAsLabError(() => queue.start(runId, request, more))
    },
    pauseTraining: ({ runId }) => queue.pause(runId),
    resumeTraining({ runId }) {
      refuseWhileMeasuring()
      trial?.abort()
      return queue.resume(runId)
    },
    stopTraining: ({ runId }) => queue.stop(runId)
  }
}

async function describe(context: TrainingHandlersContext): Promise<TrainingDescription> {
  const engine = context.loaded()
  const gpuLibrary = await context.gpuLibrary.describe()
  const { isInstalled } = gpuLibrary
  const found = await findCards()
  return {
    engine: engine?.info ?? null,
    tensors: engine?.tf.memory().numTensors ?? 0,
    devices: await trainingDevices(
      { loaded: engine?.info.device, isInstalled, isOnLibrary: context.isOnGpuLibrary },
      found
    ),
    // A card must be there for it to be of use.
    gpuLibrary: { ...gpuLibrary, refusal: gpuLibrary.refusal || found.reason },
    architectures: architectures.map(({ id, title, family, causal, params }) => {
      return { id, title, family, causal: causal(parseParams(params)), params: describeParams(params) }
    }),
    optimisers: Object.entries(optimisers).map(([id, { title, summary, params }]) => {
      return { id, title, summary, params: describeParams(params) }
    }),
    schedules: Object.entries(schedules).map(([id, { title, summary, params }]) => {
      return { id, title, summary, params: describeParams(params) }
    }),
    presets: Object.entries(presets).map(([id, preset]) => {
      const { frequenciesHz, sampleRate, durationSeconds, noise, sequenceLength } = preset
      return { id, frequenciesHz: [...frequenciesHz], sampleRate, durationSeconds, noise, sequenceLength }
    }),
    degradations: [...degradationNames],
    defaults: [usualSequences(), usualStreams([1, 3, 5, 7], 1000), usualJoint([1, 3, 5, 7], 1000), usualJoint([], 1000)]
  }
}

/** Parameter tables are plain objects already; the contract only wants them mutable. */
function describeParams(params: object): TrainingDescription['optimisers'][number]['params'] {
  return JSON.parse(JSON.stringify(params)) as TrainingDescription['optimisers'][number]['params']
}

function mismatchAsLabError<T>(make: () => T): T {
  const toLabError = (error: unknown): never => {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
  try {
    const made = make()
    return made instanceof Promise ? (made.catch(toLabError) as T) : made
  } catch (error) {
    return toLabError(error)
  }
}
