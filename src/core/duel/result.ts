/** What a duel came to, as plain data for tables, pictures and the wire. */
import type { Interval } from '../metrics/interval'
import type { ParamValues } from '../params/params'
import type { Decibels, Hertz, Samples, Seconds } from '../units'
import type { Figures } from './score-sheet'

export interface DuelResult {
  readonly modelId: string
  readonly modelTitle: string
  readonly frequenciesHz: readonly Hertz[]
  readonly sampleRate: Hertz
  readonly durationSeconds: Seconds
  /** As parseDegradations reads it; empty for white noise alone. */
  readonly degradations: string
  readonly seed: number
  readonly seedCount: number
  readonly tuningSeedCount: number
  /** By which the network's output lags; it is compared with what it lags behind. */
  readonly latencySamples: Samples
  /** One a noise level, in the order asked for. */
  readonly cells: readonly DuelCell[]
  /** One sentence. */
  readonly verdict: string
}

export interface DuelCell {
  readonly snrDb: Decibels
  readonly noise: number
  readonly network: Figures
  readonly rivals: readonly RivalScore[]
  /** The causal rival that was best on the tuning mixes: chosen without a look at the mixes that are scored. */
  readonly bestRivalId: string
}

export interface RivalScore {
  readonly id: string
  readonly title: string
  readonly causal: boolean
  /** What tuning chose for this noise level. */
  readonly params: ParamValues
  readonly figures: Figures
  /** SI-SDR of the network less that of the rival, mix by mix. */
  readonly networkLeadDb: Interval
}

export function bestRivalOf({ rivals, bestRivalId }: DuelCell): RivalScore {
  return rivals.find(({ id }) => id === bestRivalId) as RivalScore
}
