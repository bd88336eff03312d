/**
 * The duel: a network against every classical rival, on the same mixes, over a row of noise levels.
 *
 * The rivals are tuned anew for each noise level, on mixes of the same kind that are not scored; the network is taken
 * as it is. So what the network loses is lost, and what it wins it wins against filters that were told the noise, the
 * damage and the frequencies. Runs in pieces of some milliseconds, so that a live stream in the same process goes on.
 */
import { describeDegradations, type Degradations } from '../../core/signal/degradations'
import type { DuelCell, DuelResult, RivalScore } from '../../core/duel/result'
import { ScoreSheet } from '../../core/duel/score-sheet'
import { mixOf, noiseFor, usualDuration, type DuelTask } from '../../core/duel/task'
import { runRival, siSdrOf } from '../../core/duel/tune'
import { verdictOf } from '../../core/duel/verdict'
import { rivalById, rivals as allRivals } from '../../core/filters/rivals'
import { candidatesOf, type Rival } from '../../core/filters/rivals/define'
import { meanInterval } from '../../core/metrics/interval'
import type { ParamValues } from '../../core/params/params'
import type { GeneratedMix } from '../../core/signal/synth'
import type { Decibels, Hertz, Seconds } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import { filterSignal } from '../inference/filter-signal'
import { createStreamFilter, type StreamFilter } from '../inference/stream-filter'
import { CancelledError, type Job } from '../jobs'
import { sampleRateOf } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { arraySource } from '../signals/sample-source'

export interface DuelRequest {
  /** For a model that takes any; others answer their own. */
  readonly frequenciesHz?: readonly Hertz[]
  readonly sampleRate?: Hertz
  readonly durationSeconds?: Seconds
  /** Absent for all; at least one must be causal. */
  readonly rivalIds?: readonly string[]
  readonly snrsDb: readonly Decibels[]
  readonly degradations?: Degradations
  readonly seed: number
  readonly seedCount: number
}

export const usualDuel = {
  frequenciesHz: [1, 3, 5, 7],
  sampleRate: 1000,
  snrsDb: [-5, 0, 10, 20],
  seedCount: 20
} as const

/** Settings of a rival are compared on so many mixes. */
const tuningSeedCount = 4

/** Throws CancelledError when aborted, RangeError or InputError for a task that the model or the rivals cannot do. */
export async function runDuel(
  engine: LoadedEngine,
  model: StoredModel,
  request: DuelRequest,
  job: Job
): Promise<DuelResult> {
  const task = taskOf(model, request)
  const rivals = rivalsFor(request.rivalIds)
  const steps = stepCounter({ ...task, rivals }, request.snrsDb.length, job)
  const network = createStreamFilter(engine, model, task)
  try {
    const cells: DuelCell[] = []
    for (const snrDb of request.snrsDb) cells.push(await fightCell(network, { ...task, rivals }, snrDb, steps))
    const { id, title } = model.manifest
    const { degradations, ...asked } = task
    const described = { ...asked, degradations: describeDegradations(degradations) }
    const { latencySamples } = network
    return { modelId: id, modelTitle: title, ...described, latencySamples, cells, verdict: verdictOf({ cells }) }
  } finally {
    network.dispose()
  }
}

function taskOf({ manifest }: StoredModel, request: DuelRequest): DuelTask {
  const frequenciesHz =
    manifest.frequenciesHz.length > 0 ? manifest.frequenciesHz : (request.frequenciesHz ?? usualDuel.frequenciesHz)
  const sampleRate = request.sampleRate ?? (sampleRateOf(manifest) || usualDuel.sampleRate)
  const { seed, seedCount, degradations = {} } = request
  const durationSeconds = request.durationSeconds ?? usualDuration({ frequenciesHz, sampleRate })
  return { frequenciesHz, sampleRate, durationSeconds, degradations, seed, seedCount, tuningSeedCount }
}

/** Throws RangeError for a rival that there is not, and where no causal one is left to win against. */
function rivalsFor(ids: readonly string[] | undefined): readonly Rival[] {
  const chosen = ids ? ids.map(rivalById) : allRivals
  if (chosen.some(({ causal }) => causal)) return chosen
  throw new RangeError(`Expected at least one causal rival. Received: ${ids?.join(', ')}.`)
}

type Step = () => Promise<void>
type Fight = DuelTask & { readonly rivals: readonly Rival[] }

async function fightCell(network: StreamFilter, task: Fight, snrDb: Decibels, step: Step): Promise<DuelCell> {
  const tuned = await tuneAll(task, snrDb, step)
  const networkSheet = new ScoreSheet(task)
  const sheets = tuned.map(() => new ScoreSheet(task))
  for (let index = 0; index < task.seedCount; index += 1) {
    const generated = mixOf(task, snrDb, 'scoring', index)
    network.reset()
    const { outputs } = await filterSignal(network, arraySource(generated.mix))
    networkSheet.add(generated, outputs, network.latencySamples)
    await step()
    for (const [place, { rival, params }] of tuned.entries()) {
      sheets[place].add(generated, runRival(rival, task, params, generated.mix))
      await step()
    }
  }
  const leads = (sheet: ScoreSheet) => networkSheet.siSdrsDb.map((value, index) => value - sheet.siSdrsDb[index])
  const scores = tuned.map(({ rival, params }, place): RivalScore => {
    const { id, title, causal } = rival
    const sheet = sheets[place]
    return { id, title, causal, params, figures: sheet.figures(), networkLeadDb: meanInterval(leads(sheet)) }
  })
  // A network that waits sees the future too: then the marks that see the record are its equals.
  const equals = tuned.filter(({ rival }) => rival.causal || network.latencySamples > 0)
  const best = equals.reduce((most, other) => (other.siSdrDb > most.siSdrDb ? other : most))
  return {
    ...{ snrDb, noise: noiseFor(snrDb, task.frequenciesHz.length), network: networkSheet.figures() },
    ...{ rivals: scores, bestRivalId: best.rival.id }
  }
}

interface TunedRival {
  readonly rival: Rival
  readonly params: ParamValues
  /** On the mixes for tuning. */
  readonly siSdrDb: Decibels
}

async function tuneAll(task: Fight, snrDb: Decibels, step: Step): Promise<TunedRival[]> {
  const mixes = Array.from({ length: task.tuningSeedCount }, (_, index) => mixOf(task, snrDb, 'tuning', index))
  const tuned: TunedRival[] = []
  for (const rival of task.rivals) tuned.push(await tuneRival(rival, task, mixes, step))
  return tuned
}

async function tuneRival(
  rival: Rival,
  task: DuelTask,
  mixes: readonly GeneratedMix[],
  step: Step
): Promise<TunedRival> {
  let best: TunedRival | undefined
  for (const params of candidatesOf(rival)) {
    let sum = 0
    for (const generated of mixes) {
      sum += siSdrOf(generated, runRival(rival, task, params, generated.mix))
      await step()
    }
    const siSdrDb = sum / mixes.length
    if (!best || siSdrDb > best.siSdrDb) best = { rival, params, siSdrDb }
  }
  return best as TunedRival
}

/** After each piece of work: tell how far it is, let others run, stop if asked to. */
function stepCounter({ seedCount, rivals }: Fight, cellCount: number, { abort, advance }: Job): Step {
  const candidates = rivals.reduce((sum, rival) => sum + candidatesOf(rival).length, 0)
  const total = cellCount * (candidates * tuningSeedCount + seedCount * (rivals.length + 1))
  let done = 0
  return async () => {
    done += 1
    advance(done / total)
    await new Promise((resolve) => setImmediate(resolve))
    if (abort.aborted) throw new CancelledError()
  }
}
