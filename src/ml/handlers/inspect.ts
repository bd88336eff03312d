/** Handlers of contract/inspect.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { inspecting as contract } from '../../contract/inspect'
import { inspectStretch } from '../inference/inspect'
import { matchModel } from '../inference/match-model'
import { channelOf, type LabContext } from './context'

export function inspectHandlers({ engine, library, signals }: LabContext): Handlers<typeof contract> {
  return {
    async inspectModel({ signalId, channel, modelId, frequenciesHz = [], selector, startSample, count, part }) {
      const model = await library.find(modelId)
      const { info, source } = signals.get(signalId)
      const mix = channelOf(source, channel)
      const length = Math.min(count, info.sampleCount - startSample)
      if (length < 1) throw new LabError('bad-request', `The signal has ${info.sampleCount} samples.`)
      const wantedHz = model.manifest.frequenciesHz.length > 0 ? model.manifest.frequenciesHz : frequenciesHz
      const { gain } = matchModel(model.manifest, wantedHz, info, mix)
      const look = lookInto(() =>
        inspectStretch(engine, model, mix.read(startSample, length), {
          ...{ sampleRate: info.sampleRate, selector, frequenciesHz: wantedHz, gain }
        })
      )
      const { steps, featureCount, input, saliency } = look
      return {
        parts: look.parts.map(({ name, shape }) => ({ name, shape: [...shape] })),
        part: partOf(look.parts, part),
        ...{ steps, featureCount, input, saliency, samplesPerStep: length / steps }
      }
    }
  }
}

function partOf(parts: ReturnType<typeof inspectStretch>['parts'], wanted: string | undefined) {
  const chosen = parts.find(({ name }) => name === wanted) ?? parts[0]
  return chosen ? { ...chosen, shape: [...chosen.shape] } : null
}

/** What cannot be looked at says so in words for people. */
function lookInto<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
}
