/**
 * Parameter tables: one line a parameter, read by the form, the validator, the command line and the search.
 *
 * Knows nothing of models.
 */

export interface IntParam {
  readonly kind: 'int'
  readonly label: string
  readonly low: number
  readonly high: number
  readonly step?: number
  /** Search and sliders go by ratio rather than by difference. */
  readonly log?: boolean
  readonly default: number
  readonly hint?: string
}

export interface FloatParam extends Omit<IntParam, 'kind'> {
  readonly kind: 'float'
  readonly unit?: string
}

export interface ChoiceParam<T extends string = string> {
  readonly kind: 'choice'
  readonly label: string
  readonly options: readonly T[]
  readonly default: T
  readonly hint?: string
}

export type Param = IntParam | FloatParam | ChoiceParam
export type ParamTable = Readonly<Record<string, Param>>
export type ParamValues<T extends ParamTable = ParamTable> = {
  readonly [K in keyof T]: T[K] extends ChoiceParam<infer Option> ? Option : number
}

export const int = (param: Omit<IntParam, 'kind'>): IntParam => ({ kind: 'int', ...checkedRange(param) })
export const float = (param: Omit<FloatParam, 'kind'>): FloatParam => ({ kind: 'float', ...checkedRange(param) })
export const choice = <T extends string>(param: Omit<ChoiceParam<T>, 'kind'>): ChoiceParam<T> => ({
  kind: 'choice',
  ...param
})

/** The table's defaults with `given` laid over them. Throws RangeError naming the parameter, its range and what came. */
export function parseParams<T extends ParamTable>(
  table: T,
  given: Readonly<Record<string, unknown>> = {}
): ParamValues<T> {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(table, name)) {
      throw new RangeError(`There is no parameter "${name}". Expected one of: ${Object.keys(table).join(', ')}.`)
    }
  }
  const values = Object.entries(table).map(([name, param]) => [name, parseParam(name, param, given[name])])
  return Object.fromEntries(values) as ParamValues<T>
}

function parseParam(name: string, param: Param, given: unknown): number | string {
  if (given === undefined) return param.default
  if (param.kind === 'choice') {
    if (typeof given === 'string' && param.options.includes(given)) return given
    throw new RangeError(`${name}: expected one of ${param.options.join(', ')}. Received: ${String(given)}.`)
  }
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given
  const fits = typeof value === 'number' && value >= param.low && value <= param.high
  if (!fits || (param.kind === 'int' && !Number.isInteger(value))) {
    const what = param.kind === 'int' ? 'a whole number' : 'a number'
    throw new RangeError(`${name}: expected ${what} from ${param.low} to ${param.high}. Received: ${String(given)}.`)
  }
  return value
}

function checkedRange<T extends { label: string; low: number; high: number; default: number }>(param: T): T {
  if (!(param.low <= param.default && param.default <= param.high)) {
    throw new RangeError(`${param.label}: default ${param.default} is outside ${param.low} to ${param.high}.`)
  }
  return param
}
