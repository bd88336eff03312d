/**
 * Payloads made from a schema and then spoiled, for tests: every field, each with values that it was not made for.
 *
 * Knows the building blocks that our contracts use; another one is reported, so that none goes untested.
 */
import type * as v from 'valibot'
import type { Random } from '../../core/random'

type AnySchema = v.GenericSchema & Record<string, unknown>

/** A value that fits the schema's types; bounds and patterns are met only by luck. */
export function sampleOf(schema: v.GenericSchema, random: Random): unknown {
  const known = schema as AnySchema
  switch (known.type) {
    case 'object':
    case 'strict_object':
    case 'loose_object':
      return Object.fromEntries(
        Object.entries(known.entries as Record<string, AnySchema>).map(([key, entry]) => [key, sampleOf(entry, random)])
      )
    case 'array':
      return Array.from({ length: 1 + random.integer(3) }, () => sampleOf(known.item as AnySchema, random))
    case 'tuple':
    case 'strict_tuple':
      return (known.items as AnySchema[]).map((item) => sampleOf(item, random))
    case 'record':
      return { a: sampleOf(known.value as AnySchema, random), 'b-2': sampleOf(known.value as AnySchema, random) }
    case 'optional':
    case 'nullable':
    case 'nullish':
    case 'exact_optional':
      return sampleOf(known.wrapped as AnySchema, random)
    case 'union':
    case 'variant': {
      const options = known.options as AnySchema[]
      return sampleOf(options[random.integer(options.length)], random)
    }
    case 'picklist':
    case 'enum': {
      const options = known.options as unknown[]
      return options[random.integer(options.length)]
    }
    case 'literal':
      return known.literal
    case 'string':
      return ['a', 'signal-1', '2026-01-01'][random.integer(3)]
    case 'number':
      return [0, 1, 3, 440, 1000][random.integer(5)]
    case 'boolean':
      return random.integer(2) === 0
    case 'undefined':
      return undefined
    case 'null':
      return null
    case 'custom':
    case 'instance':
      return new Float32Array(4)
    case 'unknown':
    case 'any':
      return {}
    default:
      throw new Error(`No payloads are made for the schema "${String(known.type)}" yet.`)
  }
}

const cycle: Record<string, unknown> = {}
cycle.self = cycle
const deep = (): unknown => {
  let value: unknown = 1
  for (let depth = 0; depth < 5000; depth += 1) value = [value]
  return value
}

/** What a field is not: wrong types, wrong numbers, texts that mean something elsewhere, things without an end. */
const strange: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => NaN,
  () => -Infinity,
  () => -1,
  () => 1.5,
  () => Number.MAX_VALUE,
  () => 10n,
  () => '',
  () => '../../etc/passwd',
  () => '__proto__',
  () => 'x'.repeat(200_000),
  () => '\0',
  () => true,
  () => [],
  () => Array.from({ length: 20_000 }, () => 1),
  () => ({}),
  () => JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  () => cycle,
  deep,
  () => new Map([[1, 2]]),
  () => new Float32Array(1),
  () => new Float32Array(new SharedArrayBuffer(4)),
  () => new Date(NaN),
  () => Symbol.iterator
]

/** A fitting value with one thing wrong somewhere in it. */
export function spoiled(schema: v.GenericSchema, random: Random): unknown {
  const wrong = strange[random.integer(strange.length)]()
  return spoil(sampleOf(schema, random), wrong, random)
}

function spoil(value: unknown, wrong: unknown, random: Random): unknown {
  if (Array.isArray(value) && value.length > 0 && random.integer(4) > 0) {
    const at = random.integer(value.length)
    return value.map((item, index) => (index === at ? spoil(item, wrong, random) : (item as unknown)))
  }
  if (isPlain(value) && Object.keys(value).length > 0 && random.integer(5) > 0) {
    const keys = Object.keys(value)
    const key = keys[random.integer(keys.length)]
    const copy: Record<string, unknown> = { ...value }
    if (random.integer(4) === 0) delete copy[key]
    else copy[key] = spoil(value[key], wrong, random)
    return copy
  }
  return wrong
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
