/** What a training would be, before it starts: sizes from the request alone, times from a short trial on the device. */
import type { TrainingEstimate } from '../../contract/training'
import type { TrainRequest } from '../../contract/train-request'
import { parseParams } from '../../core/params/params'
import { architectureById } from '../architectures'
import { parameterCountOf, parameterRows } from '../architectures/define'
import type { LoadedEngine } from '../engine/tensorflow'
import { nextTurn } from '../next-turn'
import { taskOf } from './tasks'
import { networkFor, Training } from './training'

type Sizes = Omit<
  TrainingEstimate,
  'memoryBytes' | 'stepMilliseconds' | 'seconds' | 'samplesPerSecond' | 'trialMessage'
>

const trialMilliseconds = 2000
const leastSteps = 2

/** A checkpoint holds up to four numbers for each: the weight, two of the optimiser, and the best epoch's. */
const mostParameters = 60_000_000

/** Loads no TensorFlow. Throws RangeError with one sentence for what cannot be trained. */
export function sizesOf(request: TrainRequest): Sizes {
  const task = taskOf(request)
  const network = networkFor(request, task)
  const parameterCount = parameterCountOf(network)
  if (parameterCount > mostParameters)
    throw new RangeError(
      `A network may have ${mostParameters.toLocaleString('en')} parameters, or its training could not be taken up again. Received: ${parameterCount.toLocaleString('en')}. Take fewer layers or units.`
    )
  const architecture = architectureById(request.architecture)
  const params = parseParams(architecture.params, request.params)
  const receptiveField = architecture.receptiveFieldSteps(params) * (task.samplesPerStep ?? NaN)
  const { stepCount, epochCount } = task.length
  return {
    ...{ stepCount, epochCount, parameterCount, rows: parameterRows(network) },
    receptiveFieldSamples: Number.isFinite(receptiveField) ? receptiveField : null,
    causal: architecture.causal(params)
  }
}

export interface Trial {
  readonly memoryBytes: number
  readonly stepMilliseconds: number
  readonly validationMilliseconds: number
  readonly samplesPerSecond: number
}

/** Train for two seconds on weights that are thrown away. Throws TrainingDiverged, or what stops it if it is aborted. */
export async function tryOut(engine: LoadedEngine, request: TrainRequest, abort: AbortSignal): Promise<Trial> {
  const training = new Training(engine, request)
  try {
    const { trainer, data } = training
    // The first step makes what later ones use again: it is not timed.
    const { peakBytes } = await engine.tf.profile((() => trainer.advance().then(() => undefined)) as never)
    const { numBytes } = engine.tf.memory()
    const started = performance.now()
    let steps = 0
    const isDone = () => steps >= leastSteps && performance.now() - started >= trialMilliseconds
    while (!isDone() && !trainer.isFinished && !abort.aborted) {
      await trainer.advance()
      steps += 1
      await nextTurn()
    }
    const stepMilliseconds = (performance.now() - started) / Math.max(1, steps)
    const validated = performance.now()
    await data.validate()
    return {
      samplesPerSecond: (1000 * data.samplesPerStep) / stepMilliseconds,
      memoryBytes: Math.max(peakBytes, numBytes),
      stepMilliseconds,
      validationMilliseconds: performance.now() - validated
    }
  } finally {
    training.dispose()
  }
}

/** Both together. */
export function estimateFrom(sizes: Sizes, trial: Trial | undefined, trialMessage: string): TrainingEstimate {
  if (!trial)
    return { ...sizes, memoryBytes: null, stepMilliseconds: null, seconds: null, samplesPerSecond: null, trialMessage }
  const { stepMilliseconds, validationMilliseconds, memoryBytes, samplesPerSecond } = trial
  return {
    ...{ ...sizes, memoryBytes, stepMilliseconds, samplesPerSecond, trialMessage },
    seconds: (sizes.stepCount * stepMilliseconds + sizes.epochCount * validationMilliseconds) / 1000
  }
}
