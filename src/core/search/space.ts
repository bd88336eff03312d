/**
 * What a search may choose: one dimension for each setting, each a place between 0 and 1 or one of a few options.
 *
 * Made from parameter tables, so that a search knows the same ranges and scales as a form. Knows nothing of training.
 */
import type { Param } from '../params/params'
import type { Random } from '../random'

export interface NumberDimension {
  readonly kind: 'number'
  readonly low: number
  readonly high: number
  /** Places go by ratio. */
  readonly log: boolean
  readonly isWhole: boolean
}

type NumberRange = Omit<NumberDimension, 'kind'>

export interface ChoiceDimension {
  readonly kind: 'choice'
  readonly options: readonly string[]
}

export type Dimension = NumberDimension | ChoiceDimension
export type Space = Readonly<Record<string, Dimension>>
export type Point = Readonly<Record<string, number | string>>

export function dimensionOf(param: Param): Dimension {
  if (param.kind === 'choice') return { kind: 'choice', options: param.options }
  const { low, high, log = false } = param
  return { kind: 'number', low, high, log, isWhole: param.kind === 'int' }
}

/** Where a value lies between 0 and 1. A whole number has a share of the line, and lies in its middle. */
export function placeOf({ low, high, log, isWhole }: NumberDimension, value: number): number {
  const [from, to] = endsOf({ low, high, log, isWhole })
  return (scaled(value, log) - from) / (to - from)
}

export function valueAt({ low, high, log, isWhole }: NumberDimension, place: number): number {
  const [from, to] = endsOf({ low, high, log, isWhole })
  const at = from + Math.min(1, Math.max(0, place)) * (to - from)
  const value = log ? Math.exp(at) : at
  return Math.min(high, Math.max(low, isWhole ? Math.round(value) : value))
}

/** A point of the space, each dimension by itself. */
export function randomPoint(space: Space, random: Random): Point {
  return mapSpace(space, (dimension) =>
    dimension.kind === 'choice'
      ? dimension.options[random.integer(dimension.options.length)]
      : valueAt(dimension, random.uniform())
  )
}

export function mapSpace(space: Space, of: (dimension: Dimension, name: string) => number | string): Point {
  return Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, of(dimension, name)]))
}

const scaled = (value: number, log: boolean) => (log ? Math.log(value) : value)

function endsOf({ low, high, log, isWhole }: NumberRange): [number, number] {
  return isWhole ? [scaled(low - 0.5, log), scaled(high + 0.5, log)] : [scaled(low, log), scaled(high, log)]
}
