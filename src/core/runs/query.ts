/** Filter, sort and cut a list of runs, fast enough for ten thousand. Knows nothing of files or of what a run is. */
import type { FlatValue, FlatValues } from './run-values'

export interface RunRow {
  readonly title: string
  readonly status: string
  /** ISO 8601. */
  readonly createdAt: string
  readonly updatedAt: string
  readonly tags: readonly string[]
  readonly values: FlatValues
  /** All text of the run in lower case, for the search. */
  readonly searchText: string
}

export interface RunQuery {
  readonly text: string
  readonly statuses?: readonly string[]
  readonly tags?: readonly string[]
  readonly sortBy: string
  readonly descending: boolean
  readonly offset: number
  readonly limit: number
}

export interface QueriedRuns<T> {
  readonly totalCount: number
  readonly matchCount: number
  readonly rows: readonly T[]
  readonly columns: readonly Column[]
  readonly tags: readonly string[]
}

export interface Column {
  readonly name: string
  readonly isNumber: boolean
  /** All rows that match have the same value. */
  readonly isConstant: boolean
}

export function queryRuns<T extends RunRow>(all: readonly T[], query: RunQuery): QueriedRuns<T> {
  const words = query.text.toLowerCase().split(/\s+/).filter(Boolean)
  const { statuses, tags } = query
  const matching = all.filter(
    (row) =>
      (!statuses || statuses.includes(row.status)) &&
      (!tags || tags.every((tag) => row.tags.includes(tag))) &&
      words.every((word) => row.searchText.includes(word))
  )
  const sorted = sortRows(matching, query)
  return {
    totalCount: all.length,
    matchCount: matching.length,
    rows: sorted.slice(query.offset, query.offset + query.limit),
    columns: columnsOf(matching),
    tags: [...new Set(all.flatMap((row) => row.tags))].sort((a, b) => a.localeCompare(b))
  }
}

const ownColumns = ['title', 'status', 'createdAt', 'updatedAt'] as const

/** Stable; rows without the value come last, whichever the direction. Numbers come before texts. */
function sortRows<T extends RunRow>(rows: readonly T[], { sortBy, descending }: RunQuery): T[] {
  const own = ownColumns.find((name) => name === sortBy)
  const keyed = rows.map((row) => ({ row, key: own ? row[own] : (row.values[sortBy] ?? null) }))
  const sign = descending ? -1 : 1
  keyed.sort((a, b) => {
    if (a.key === null || b.key === null) return a.key === b.key ? 0 : a.key === null ? 1 : -1
    return sign * compare(a.key, b.key)
  })
  return keyed.map(({ row }) => row)
}

type Key = Exclude<FlatValue, null>

function compare(a: Key, b: Key): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0
  if (typeof a === 'string' || typeof b === 'string') return typeof a === 'string' ? 1 : -1
  return Number(a) - Number(b)
}

function columnsOf(rows: readonly RunRow[]): Column[] {
  const columns = new Map<string, { count: number; first: FlatValue; isNumber: boolean; isConstant: boolean }>()
  for (const { values } of rows) {
    for (const name in values) {
      const value = values[name]
      const known = columns.get(name)
      if (!known) {
        columns.set(name, { count: 1, first: value, isNumber: typeof value === 'number', isConstant: true })
        continue
      }
      known.count += 1
      known.isNumber ||= typeof value === 'number'
      known.isConstant &&= value === known.first
    }
  }
  return [...columns].map(([name, { count, isNumber, isConstant }]) => ({
    name,
    isNumber,
    // A value that some runs lack tells them apart.
    isConstant: isConstant && count === rows.length
  }))
}
