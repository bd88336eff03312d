/** Which columns the table of runs has, what they are called, and how a value is written in one. */
import type { RunPage, RunSummary, RunValue } from '../../contract/training'
import { formatCount, formatDuration, noValue } from '../format'
import { writeNumber } from '../number-style.svelte'

export type RunColumn = RunPage['columns'][number]

/** Names whose last part alone would not say what they are. */
const titles: Readonly<Record<string, string>> = {
  'best.epoch': 'Best epoch',
  'best.loss': 'Loss at the best',
  'best.validationLoss': 'Best validation loss',
  'best.validationR2': 'Best R²',
  'optimiser.id': 'Optimiser',
  'schedule.id': 'Schedule',
  seconds: 'Time',
  parameterCount: 'Parameters',
  stepsPerEpoch: 'Steps an epoch',
  ticksPerStep: 'Ticks a step',
  ticksPerSpacing: 'Ticks a spacing',
  frequenciesHz: 'Tones, Hz',
  sampleRate: 'Sample rate, Hz',
  modelRate: 'Model rate, Hz',
  clipNorm: 'Clipping',
  kind: 'Way',
  keep: 'Keeps'
}

/** "params.unitsPerLayer" -> "Units per layer". */
export function columnTitle(name: string): string {
  if (titles[name] !== undefined) return titles[name]
  const words = (name.split('.').pop() ?? name).replace(/([a-z0-9])([A-Z])/g, '$1 $2').replace(/[-_]/g, ' ')
  const lower = words.toLowerCase()
  return lower.charAt(0).toUpperCase() + lower.slice(1)
}

/** What is shown where nothing differs, as of a single run. */
const usual = ['architecture', 'parameterCount', 'best.validationLoss', 'best.validationR2', 'seconds']

/** As chosen, in that order; else all that differ, for what is the same in every run says nothing. */
export function visibleColumns(columns: readonly RunColumn[], chosen: readonly string[] | null): readonly RunColumn[] {
  const differing = columns.filter(({ isConstant }) => !isConstant)
  if (!chosen) return differing.length > 0 ? differing : columns.filter(({ name }) => usual.includes(name))
  return chosen.flatMap((name) => columns.find((column) => column.name === name) ?? [])
}

/** A column more, or one less. A new one stands where the table has it, not at the end. */
export function withColumn(
  columns: readonly RunColumn[],
  chosen: readonly string[] | null,
  { name, isShown }: { name: string; isShown: boolean }
): string[] {
  const shown = new Set(visibleColumns(columns, chosen).map((column) => column.name))
  if (isShown) shown.add(name)
  else shown.delete(name)
  return columns.map((column) => column.name).filter((other) => shown.has(other))
}

/** Names of times in seconds. */
const durations = new Set(['seconds'])

export function formatRunValue(name: string, value: RunValue | undefined): string {
  if (value === null || value === undefined) return noValue
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return value === '' ? noValue : value
  if (durations.has(name)) return formatDuration(value)
  if (Number.isInteger(value)) return formatCount(value)
  const size = Math.abs(value)
  const text = size < 1e-3 || size >= 1e6 ? value.toExponential(2) : String(Number(value.toPrecision(4)))
  return writeNumber(text)
}

/** What a run shows under a name that is not among its values. */
export function valueOf(run: RunSummary, name: string): RunValue | undefined {
  return Object.hasOwn(run.values, name) ? run.values[name] : undefined
}
