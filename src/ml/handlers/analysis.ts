/** Handlers of contract/analysis.ts; glue only. */
import type { analysis as contract, RivalInfo } from '../../contract/analysis'
import { LabError, type Handlers } from '../../contract/define'
import { rivals } from '../../core/filters/rivals'
import type { Rival } from '../../core/filters/rivals/define'
import type { Param } from '../../core/params/params'
import { parseDegradations } from '../../core/signal/degradations'
import { runBode } from '../bode/run-bode'
import { runDuel } from '../duel/run-duel'
import { alternativesIn, matchModel } from '../inference/match-model'
import { channelOf, type LabContext } from './context'

export function analysisHandlers({ engine, library, signals, jobs }: LabContext): Handlers<typeof contract> {
  return {
    listRivals: () => rivals.map(rivalInfoOf),

    async runDuel({ jobId, modelId, degradations, ...request }) {
      const model = await library.find(modelId)
      const damage = degradations ? parseDegradations(degradations) : undefined
      const title = `Duel of ${model.manifest.title}`
      return jobs.run({ jobId, title }, (job) =>
        mismatchAsLabError(() => runDuel(engine, model, { ...request, degradations: damage }, job))
      )
    },

    async measureBode({ jobId, modelId, ...request }) {
      const model = await library.find(modelId)
      const title = `Bode plot of ${model.manifest.title}`
      return jobs.run({ jobId, title }, (job) => mismatchAsLabError(() => runBode(engine, model, request, job)))
    },

    async checkDomain({ signalId, channel, modelId, frequenciesHz = [] }) {
      const { manifest } = await library.find(modelId)
      const { info, source } = signals.get(signalId)
      const wantedHz = manifest.frequenciesHz.length > 0 ? manifest.frequenciesHz : frequenciesHz
      return matchModel(manifest, wantedHz, info, channelOf(source, channel), alternativesIn(library.models)).report
    }
  }
}

function rivalInfoOf({ id, title, causal, params }: Rival): RivalInfo {
  const numbers = Object.entries(params).filter((entry): entry is [string, Exclude<Param, { kind: 'choice' }>] => {
    return entry[1].kind !== 'choice'
  })
  return {
    ...{ id, title, causal },
    params: numbers.map(([name, param]) => ({
      ...{ name, label: param.label, low: param.low, high: param.high, default: param.default },
      ...{ isWhole: param.kind === 'int', log: param.log ?? false },
      ...{ unit: param.kind === 'float' ? (param.unit ?? '') : '', hint: param.hint ?? '' }
    }))
  }
}

async function mismatchAsLabError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof RangeError) throw new LabError('mismatch', error.message)
    throw error
  }
}
