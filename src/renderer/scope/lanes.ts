/** Which lanes the scope shows and which traces are in each. Pure. */
import type { TraceName } from '../../contract/lab'
import type { ScopeSettings } from '../../contract/scope-settings'

export interface LaneLayout {
  readonly id: 'mix' | 'output' | 'residual' | 'all'
  /** Visible ones first to last, the first on top of the others. */
  readonly traces: readonly TraceName[]
  /** Also those that are hidden: what the lane's list of traces offers. */
  readonly offered: readonly TraceName[]
  /** Its share of the height. */
  readonly weight: number
}

const stacked = [
  { id: 'mix', offered: ['mix'], weight: 1 },
  { id: 'output', offered: ['output', 'truth', 'rival'], weight: 1.5 },
  { id: 'residual', offered: ['residual'], weight: 1 }
] as const
const overlaid = [{ id: 'all', offered: ['output', 'truth', 'rival', 'mix', 'residual'], weight: 1 }] as const

/** A lane of hidden traces alone is left out; if all are, one lane stays to bring them back. */
export function lanesOf({ lanes, traces }: Pick<ScopeSettings, 'lanes' | 'traces'>): readonly LaneLayout[] {
  const all = (lanes === 'stacked' ? stacked : overlaid).map((lane) => ({
    ...lane,
    traces: lane.offered.filter((name) => traces[name].isVisible)
  }))
  const shown = all.filter((lane) => lane.traces.length > 0)
  return shown.length > 0 ? shown : [{ ...overlaid[0], traces: [] }]
}

export const traceTitles: Readonly<Record<TraceName, string>> = {
  mix: 'Mix',
  output: 'Output',
  truth: 'Clean tone',
  residual: 'Residual',
  rival: 'Classical filter'
}
