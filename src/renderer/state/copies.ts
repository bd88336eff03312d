/** Sets and maps that are replaced, not changed: what is drawn of one is drawn anew when another takes its place. */

export function setOf<T>(values: Iterable<T> = []): ReadonlySet<T> {
  return new Set(values)
}

/** With the value if it was not there, without it if it was. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const copy = new Set(set)
  if (!copy.delete(value)) copy.add(value)
  return copy
}

export function without<T>(set: ReadonlySet<T>, values: readonly T[]): ReadonlySet<T> {
  return new Set([...set].filter((value) => !values.includes(value)))
}

export function mapOf<K, V>(entries: Iterable<readonly [K, V]> = []): Map<K, V> {
  return new Map(entries)
}

/** With one entry more, or another value for it; of more than `most` the oldest go. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V, most = Infinity): ReadonlyMap<K, V> {
  const copy = new Map(map)
  copy.delete(key)
  copy.set(key, value)
  for (const oldest of copy.keys()) {
    if (copy.size <= most) break
    copy.delete(oldest)
  }
  return copy
}
