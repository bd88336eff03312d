/** What a duel is asked to be: texts as typed, a sentence for each that cannot be used, and the request once all can. */
import { causalRivals, rivals } from '../../core/filters/rivals'
import {
  degradationNames,
  describeDegradations,
  standardDegradations,
  type DegradationName,
  type Degradations
} from '../../core/signal/degradations'

export interface DuelChoice {
  readonly snrsDb: number[]
  readonly seedCount: number
  readonly seed: number
  readonly rivalIds: string[]
  /** As parseDegradations reads it; empty for white noise alone. */
  readonly degradations: string
}

export type DuelField = 'snrs' | 'seedCount' | 'seed' | DegradationName

/** The one strength of a degradation that the form asks for, and how it is written; the rest is the standard. */
export const strengths = {
  impulses: {
    title: 'Impulses',
    part: 'share',
    factor: 100,
    unit: '%',
    hint: 'Share of samples that are hit, ten amplitudes high',
    range: [0.01, 20]
  },
  dropouts: {
    title: 'Dropouts',
    part: 'share',
    factor: 100,
    unit: '%',
    hint: 'Share of the mix that is lost, in pieces of 20 ms',
    range: [0.1, 90]
  },
  drift: {
    title: 'Frequency drift',
    part: 'range',
    factor: 100,
    unit: '± %',
    hint: 'How far each frequency wanders from its own',
    range: [0.01, 20]
  },
  steps: {
    title: 'Amplitude steps',
    part: 'meanSeconds',
    factor: 1,
    unit: 's',
    hint: 'Mean time between two steps of a tone, to 0.3 to 1.7 times',
    range: [0.05, 600]
  }
} as const satisfies Record<DegradationName, object>

const mostLevels = 16

export class DuelForm {
  snrs = $state('-5, 0, 10, 20')
  seedCount = $state('20')
  seed = $state('1')
  rivalIds = $state.raw<readonly string[]>(rivals.map(({ id }) => id))
  degraded = $state.raw<readonly DegradationName[]>([])
  strength = $state<Record<DegradationName, string>>({
    ...{ impulses: usual('impulses'), dropouts: usual('dropouts'), drift: usual('drift'), steps: usual('steps') }
  })

  problemOf(field: DuelField): string | undefined {
    if (field === 'snrs') return this.#snrs.problem
    if (field === 'seedCount') return checkNumber(this.seedCount, [2, 1000], true).problem
    if (field === 'seed') return checkNumber(this.seed, [0, 2 ** 31 - 1], true).problem
    return this.degraded.includes(field) ? checkNumber(this.strength[field], strengths[field].range).problem : undefined
  }

  /** Without a causal rival nobody is there to win against. */
  get rivalProblem(): string | undefined {
    const isThere = causalRivals.some(({ id }) => this.rivalIds.includes(id))
    return isThere ? undefined : 'Choose at least one causal rival.'
  }

  /** Undefined while a field has a problem. */
  get choice(): DuelChoice | undefined {
    const seedCount = checkNumber(this.seedCount, [2, 1000], true).value
    const seed = checkNumber(this.seed, [0, 2 ** 31 - 1], true).value
    const snrsDb = this.#snrs.value
    const degradations: Partial<Record<DegradationName, object>> = {}
    for (const name of this.degraded) {
      const { part, factor, range } = strengths[name]
      const { value } = checkNumber(this.strength[name], range)
      if (value === undefined) return undefined
      degradations[name] = { ...standardDegradations[name], [part]: value / factor }
    }
    if (!snrsDb || seedCount === undefined || seed === undefined || this.rivalProblem) return undefined
    const described = describeDegradations(degradations as Degradations)
    return { snrsDb, seedCount, seed, rivalIds: [...this.rivalIds], degradations: described }
  }

  setRival(id: string, isIn: boolean): void {
    const ids = rivals.map((rival) => rival.id)
    this.rivalIds = ids.filter((other) => (other === id ? isIn : this.rivalIds.includes(other)))
  }

  setDegraded(name: DegradationName, isIn: boolean): void {
    this.degraded = degradationNames.filter((other) => (other === name ? isIn : this.degraded.includes(other)))
  }

  readonly #snrs = $derived.by((): Checked<number[]> => {
    const parts = this.snrs.split(/[\s,;]+/).filter(Boolean)
    const values = parts.map((part) => Number(part.replace('−', '-')))
    const wrong = parts.find((_, index) => !(values[index] >= -60 && values[index] <= 100))
    if (parts.length === 0) return { problem: 'Expected noise levels in dB, for example "0, 20".' }
    if (wrong !== undefined) return { problem: `"${wrong}" is no level from −60 to 100 dB.` }
    if (values.length > mostLevels) return { problem: `At most ${mostLevels} levels; there are ${values.length}.` }
    if (values.some((value, index) => values.indexOf(value) < index)) return { problem: 'A level is there twice.' }
    return { value: values.sort((a, b) => a - b) }
  })
}

type Checked<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string }

function checkNumber(text: string, [low, high]: readonly [number, number], whole = false): Checked<number> {
  const value = text.trim() === '' ? NaN : Number(text)
  if (value >= low && value <= high && (!whole || Number.isInteger(value))) return { value }
  return { problem: `Expected a ${whole ? 'whole ' : ''}number, ${low} to ${high}.` }
}

function usual(name: DegradationName): string {
  const { part, factor } = strengths[name]
  return String((standardDegradations[name] as Record<string, number>)[part] * factor)
}
