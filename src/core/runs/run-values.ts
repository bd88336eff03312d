/** A run's settings and figures as one flat table, and how the tables of several runs differ. Knows nothing of files. */

export type FlatValue = number | string | boolean | null
export type FlatValues = Readonly<Record<string, FlatValue>>

/** { a: { b: 1, c: [1, 2] } } -> { "a.b": 1, "a.c": "1, 2" }; what is undefined is left out. */
export function flatten(value: Readonly<Record<string, unknown>>, prefix = ''): FlatValues {
  const flat: Record<string, FlatValue> = {}
  for (const [name, part] of Object.entries(value)) {
    const key = prefix + name
    if (part === undefined) continue
    if (Array.isArray(part)) flat[key] = part.join(', ')
    else if (typeof part === 'object' && part !== null)
      Object.assign(flat, flatten(part as Readonly<Record<string, unknown>>, `${key}.`))
    else flat[key] = part as FlatValue
  }
  return flat
}

export interface Difference {
  readonly name: string
  /** One for each table, in their order; undefined where a table has no such value. */
  readonly values: readonly (FlatValue | undefined)[]
}

/** The values that are not the same in all tables, in the order in which they first appear. */
export function differencesOf(tables: readonly FlatValues[]): Difference[] {
  const names = new Set(tables.flatMap((table) => Object.keys(table)))
  return [...names]
    .map((name) => ({ name, values: tables.map((table) => table[name]) }))
    .filter(({ values }) => values.some((value) => value !== values[0]))
}
