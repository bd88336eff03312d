/**
 * Our Parzen estimator beside Optuna's on the same functions, with the same number of trials: how far the best point is from the
 * least value, over many seeds. bench/optuna_peer.py runs the same with Optuna, if SEARCH_PYTHON names a Python that has it.
 * Written to bench/results/search.json; --json prints our side alone.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { Random } from '../src/core/random'
import { randomSampler, type Sampler, type Tried } from '../src/core/search/sampler'
import type { Dimension, Point, Space } from '../src/core/search/space'
import { tpeSampler } from '../src/core/search/tpe'
import { machine, rounded } from './report'

const trialCount = 100
const seedCount = 40

const line = (low: number, high: number): Dimension => ({ kind: 'number', low, high, log: false, isWhole: false })
const byRatio = (low: number, high: number): Dimension => ({ ...(line(low, high) as object), log: true }) as Dimension
const whole = (low: number, high: number): Dimension => ({ ...(line(low, high) as object), isWhole: true }) as Dimension
const cube = (count: number, dimension: Dimension): Space =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x${index}`, dimension]))
const numbersOf = (point: Point) => Object.values(point).map(Number)

interface Task {
  readonly space: Space
  /** The least value there is. */
  readonly least: number
  of(point: Point): number
}

const tasks: Readonly<Record<string, Task>> = {
  branin: {
    space: { x0: line(-5, 10), x1: line(0, 15) },
    least: 0.397887,
    of(point) {
      const [x, y] = numbersOf(point)
      const inner = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6
      return inner * inner + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
    }
  },
  'sphere, 5 numbers': {
    space: cube(5, line(-5, 10)),
    least: 0,
    of: (point) => numbersOf(point).reduce((sum, x) => sum + (x - 1) ** 2, 0)
  },
  'ackley, 5 numbers': {
    space: cube(5, line(-10, 20)),
    least: 0,
    of(point) {
      const x = numbersOf(point)
      const mean = (of: (value: number) => number) => x.reduce((sum, value) => sum + of(value), 0) / x.length
      const squares = mean((value) => value * value)
      return -20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(mean((v) => Math.cos(2 * Math.PI * v))) + 20 + Math.E
    }
  },
  'rosenbrock, 3 numbers': {
    space: cube(3, line(-2, 2)),
    least: 0,
    of(point) {
      const x = numbersOf(point)
      return x.slice(1).reduce((sum, next, index) => sum + 100 * (next - x[index] ** 2) ** 2 + (1 - x[index]) ** 2, 0)
    }
  },
  'network, mixed': {
    space: {
      kind: { kind: 'choice', options: ['lstm', 'gru', 'lru', 'tcn'] },
      layers: whole(1, 4),
      units: { ...(whole(16, 256) as object), log: true } as Dimension,
      dropout: line(0, 0.5),
      learningRate: byRatio(2e-4, 2e-2)
    },
    least: 0,
    of({ kind, layers, units, dropout, learningRate }) {
      const kinds: Record<string, number> = { lstm: 0.05, gru: 0.03, lru: 0, tcn: 0.08 }
      // The best rate falls with the size, as it does in networks.
      const rate = Math.log10(Number(learningRate) / (0.004 * Math.sqrt(64 / Number(units))))
      return (
        kinds[String(kind)] +
        0.02 * (Number(layers) - 2) ** 2 +
        0.05 * Math.log2(Number(units) / 64) ** 2 +
        0.3 * (Number(dropout) - 0.1) ** 2 +
        0.2 * rate ** 2
      )
    }
  }
}

function regrets({ space, least, of }: Task, make: (space: Space, random: Random) => Sampler): number[] {
  return Array.from({ length: seedCount }, (_, seed) => {
    const sampler = make(space, Random.derive(seed, 'search'))
    const tried: Tried[] = []
    while (tried.length < trialCount) {
      const point = sampler.next(tried)
      if (!point) break
      tried.push({ point, loss: of(point) })
    }
    return Math.min(...tried.map(({ loss }) => loss)) - least
  })
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const summary = (values: readonly number[]) => ({
  median: rounded(median(values)),
  mean: rounded(values.reduce((sum, value) => sum + value, 0) / values.length)
})

const ours = Object.fromEntries(
  Object.entries(tasks).map(([name, task]) => [
    name,
    { tpe: summary(regrets(task, tpeSampler)), random: summary(regrets(task, randomSampler)) }
  ])
)
if (process.argv.includes('--json')) {
  process.stdout.write(`${JSON.stringify(ours)}\n`)
} else {
  const python = process.env.SEARCH_PYTHON ?? 'python3'
  const { status, stdout } = spawnSync(python, ['bench/optuna_peer.py', String(trialCount), String(seedCount)])
  const peer = status === 0 ? (JSON.parse(stdout.toString()) as object) : undefined
  const result = { machine: machine(), trialCount, seedCount, ours, peer }
  writeFileSync('bench/results/search.json', `${JSON.stringify(result, null, 2)}\n`)
  process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
}
