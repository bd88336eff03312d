/** The curves of a duel over the noise level. Knows nothing of how they are drawn. */
import type { DuelResult } from '../../core/duel/result'
import type { Figures } from '../../core/duel/score-sheet'
import { rivals as allRivals } from '../../core/filters/rivals'
import type { Interval } from '../../core/metrics/interval'
import { networkStyle, rivalStyle } from '../charts/curve-styles'
import type { ScopeColours } from '../scope/theme-colours'
import type { XyCurve } from '../charts/xy-plot'

export interface DuelCharts {
  readonly leads: readonly XyCurve[]
  readonly siSdr: readonly XyCurve[]
  readonly settling: readonly XyCurve[]
}

export function duelCharts({ cells, modelTitle }: DuelResult, colours: ScopeColours): DuelCharts {
  const x = cells.map(({ snrDb }) => snrDb)
  const rivals = cells[0].rivals.map(({ id, title, causal }, place) => ({
    place,
    label: causal ? title : `${title} (not causal)`,
    ...rivalStyle(
      colours,
      allRivals.findIndex((rival) => rival.id === id)
    )
  }))
  const network = { label: modelTitle, ...networkStyle(colours) }
  const all = (of: (figures: Figures) => Ends): XyCurve[] => [
    { ...network, x, hasMarks: true, ...endsOf(cells.map((cell) => of(cell.network))) },
    ...rivals.map(({ place, ...style }) => ({
      ...{ ...style, x, hasMarks: true },
      ...endsOf(cells.map((cell) => of(cell.rivals[place].figures)))
    }))
  ]
  return {
    leads: rivals.map(({ place, ...style }) => ({
      ...{ ...style, x, hasMarks: true },
      ...endsOf(cells.map((cell) => ends(cell.rivals[place].networkLeadDb)))
    })),
    siSdr: all(({ siSdrDb }) => ends(siSdrDb)),
    settling: all(({ settlingSeconds }) => ({ y: settlingSeconds, low: null, high: null }))
  }
}

interface Ends {
  y: number | null
  low: number | null
  high: number | null
}

function ends({ mean, halfWidth }: Interval): Ends {
  return { y: mean, low: mean - halfWidth, high: mean + halfWidth }
}

function endsOf(values: readonly Ends[]): Pick<XyCurve, 'y' | 'low' | 'high'> {
  const pick = (part: keyof Ends) => values.map((value) => value[part])
  const hasBand = values.some(({ low }) => low !== null && Number.isFinite(low))
  return hasBand ? { y: pick('y'), low: pick('low'), high: pick('high') } : { y: pick('y') }
}
