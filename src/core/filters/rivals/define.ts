/**
 * What a rival is: a classical filter with a parameter table, a way to make it, and the settings worth trying.
 *
 * Lengths and widths are measured in the spacing of the tones, so one table and one grid serve every sample rate and
 * every range of frequencies. Knows nothing of networks: it is what networks are compared with.
 */
import type { ParamTable, ParamValues } from '../../params/params'
import type { Hertz } from '../../units'
import { spacingOf } from '../spacing'
import type { Section } from '../sections'
import type { ToneFilter, ToneTask } from '../tone-filter'

export interface CausalRival<T extends ParamTable = ParamTable> {
  readonly id: string
  readonly title: string
  readonly causal: true
  readonly params: T
  /** What tuning tries, from the coarse to the fine of each parameter. */
  readonly grid: { readonly [K in keyof T]: readonly ParamValues<T>[K][] }
  create(task: ToneTask, params: ParamValues<T>): ToneFilter
  /** The sections of each selector where it is a linear filter of fixed coefficients: its Bode plot in closed form. */
  sections?(task: ToneTask, params: ParamValues<T>): Section[][]
}

/** A mark that no live filter can have: it sees the whole record before its first answer. */
export interface RecordRival<T extends ParamTable = ParamTable> {
  readonly id: string
  readonly title: string
  readonly causal: false
  readonly params: T
  readonly grid: { readonly [K in keyof T]: readonly ParamValues<T>[K][] }
  filterRecord(record: ArrayLike<number>, task: ToneTask, params: ParamValues<T>): Float64Array[]
}

export type Rival = CausalRival | RecordRival

/** Keeps the table's types for the functions. */
export function defineCausalRival<const T extends ParamTable>(rival: Omit<CausalRival<T>, 'causal'>): CausalRival {
  return { ...rival, causal: true } as unknown as CausalRival
}

export function defineRecordRival<const T extends ParamTable>(rival: Omit<RecordRival<T>, 'causal'>): RecordRival {
  return { ...rival, causal: false } as unknown as RecordRival
}

/** The least distance between any two tones, and between each and its mirror images at 0 Hz and at half the sample rate. */
export function sampledSpacingOf({ frequenciesHz, sampleRate }: ToneTask): Hertz {
  return Math.min(spacingOf(frequenciesHz), sampleRate - 2 * Math.max(...frequenciesHz))
}

/** Samples in one period of the spacing. */
export function samplesPerSpacing(task: ToneTask): number {
  return task.sampleRate / sampledSpacingOf(task)
}

/** A share of the spacing in Hz, below half the sample rate whatever the tones. */
export function bandwidthOf(task: ToneTask, share: number): Hertz {
  return Math.min(share * sampledSpacingOf(task), 0.49 * task.sampleRate)
}

/** Every combination of the grid's values. */
export function candidatesOf({ grid }: Rival): ParamValues[] {
  return Object.entries(grid).reduce<ParamValues[]>(
    (lists, [name, values]) => lists.flatMap((list) => values.map((value) => ({ ...list, [name]: value }))),
    [{}]
  )
}
