/** What a search of networks may choose, and the training that a point of its space asks for. */
import type { TrainRequest } from '../../contract/train-request'
import { float, int, parseParams } from '../../core/params/params'
import { dimensionOf, type Point, type Space } from '../../core/search/space'
import { architectureById, architectures } from '../architectures'
import { requestMakers, type Budget } from './budgets'
import type { StudyTask } from './define'

const settings = {
  layers: int({ label: 'Layers', low: 1, high: 4, default: 2 }),
  units: int({ label: 'Units', low: 16, high: 256, log: true, default: 128 }),
  dropout: float({ label: 'Dropout', low: 0, high: 0.5, default: 0.2 }),
  learningRate: float({ label: 'Learning rate', low: 2e-4, high: 2e-2, log: true, default: 0.002 })
}

/** Families whose size two numbers tell, and which can run live. */
export function searchableArchitectures(): string[] {
  return architectures
    .filter(({ params, causal }) => 'layers' in params && 'units' in params && causal(parseParams(params)))
    .map(({ id }) => id)
}

/** Those that a search takes unless it is told otherwise: one of each way to remember. */
export const usualArchitectures: readonly string[] = ['lstm', 'gru', 'lru', 'tcn']

/** Throws RangeError for a family that cannot be searched. */
export function searchSpace(kinds: readonly string[]): Space {
  const known = searchableArchitectures()
  const unknown = kinds.find((kind) => !known.includes(kind))
  if (unknown !== undefined) {
    throw new RangeError(`"${unknown}" cannot be searched. Expected some of: ${known.join(', ')}.`)
  }
  const numbers = Object.entries(settings).map(([name, param]) => [name, dimensionOf(param)] as const)
  return { kind: { kind: 'choice', options: kinds }, ...Object.fromEntries(numbers) }
}

/** Heads must divide the units: those of families with attention are rounded to eights. */
export function requestAt(point: Point, task: StudyTask, budget: Budget, seed: number): TrainRequest {
  const architecture = String(point.kind)
  const table = architectureById(architecture).params
  const units = Number(point.units)
  const chosen = {
    layers: Number(point.layers),
    units: 'heads' in table ? 8 * Math.max(1, Math.round(units / 8)) : units,
    ...('dropout' in table && { dropout: Number(point.dropout) })
  }
  const made = requestMakers[task]({ architecture, params: chosen }, budget, seed)
  return { ...made, learningRate: Number(point.learningRate) }
}
