import { describe, expect, test } from 'vitest'
import { float, int } from '../params/params'
import { Random } from '../random'
import { SuccessiveHalving } from './halving'
import { paretoFront } from './pareto'
import { gridSampler, randomSampler, type Sampler, type Tried } from './sampler'
import { dimensionOf, placeOf, valueAt, type NumberDimension, type Space } from './space'
import { ageWeights, tpeSampler } from './tpe'

const space: Space = {
  rate: dimensionOf(float({ label: 'Rate', low: 1e-4, high: 1, log: true, default: 0.01 })),
  layers: dimensionOf(int({ label: 'Layers', low: 1, high: 4, default: 2 })),
  kind: { kind: 'choice', options: ['a', 'b', 'c'] }
}

/** Best at rate 0.01, three layers, kind b. */
const lossAt = ({ rate, layers, kind }: Tried['point']) =>
  Math.log10((rate as number) / 0.01) ** 2 + 0.3 * Math.abs((layers as number) - 3) + (kind === 'b' ? 0 : 0.5)

function minimise(sampler: Sampler, count: number): Tried[] {
  const tried: Tried[] = []
  while (tried.length < count) {
    const point = sampler.next(tried)
    if (!point) break
    tried.push({ point, loss: lossAt(point) })
  }
  return tried
}

const best = (tried: readonly Tried[]) => Math.min(...tried.map(({ loss }) => loss))

test('a number has a place on its line and comes back from it', () => {
  const rate = space.rate as NumberDimension
  expect(placeOf(rate, 0.01)).toBeCloseTo(0.5)
  expect(valueAt(rate, placeOf(rate, 0.037))).toBeCloseTo(0.037)
  const layers = space.layers as NumberDimension
  expect([0, 0.24, 0.26, 0.5, 0.99, 1].map((place) => valueAt(layers, place))).toEqual([1, 1, 2, 3, 4, 4])
  expect(valueAt(layers, placeOf(layers, 3))).toBe(3)
})

test('a random search stays in the space and repeats with its seed', () => {
  const tried = minimise(randomSampler(space, new Random(1)), 200)
  for (const { point } of tried) {
    expect(point.rate).toBeGreaterThanOrEqual(1e-4)
    expect(point.rate).toBeLessThanOrEqual(1)
    expect([1, 2, 3, 4]).toContain(point.layers)
  }
  expect(new Set(tried.map(({ point }) => point.kind)).size).toBe(3)
  expect(minimise(randomSampler(space, new Random(1)), 200)).toEqual(tried)
})

test('a grid tries every combination once and then ends', () => {
  const tried = minimise(gridSampler(space, 5, new Random(1)), 1000)
  // Five rates, four layers (five places, of which two are the same), three kinds.
  expect(tried).toHaveLength(5 * 4 * 3)
  expect(new Set(tried.map(({ point }) => JSON.stringify(point))).size).toBe(60)
})

describe('the Parzen estimator', () => {
  test('finds more with the same number of trials than chance does', () => {
    const seeds = Array.from({ length: 20 }, (_, index) => index + 1)
    const mean = (of: (random: Random) => Sampler) =>
      seeds.reduce((sum, seed) => sum + best(minimise(of(new Random(seed)), 60)), 0) / seeds.length
    const own = mean((random) => tpeSampler(space, random))
    expect(own).toBeLessThan(0.4 * mean((random) => randomSampler(space, random)))
  })

  test('repeats with its seed, and bears trials that failed', () => {
    const run = () => minimise(tpeSampler(space, new Random(3)), 30)
    expect(run()).toEqual(run())
    const failed: Tried[] = run().map(({ point }) => ({ point, loss: Infinity }))
    expect(tpeSampler(space, new Random(3)).next(failed)).toHaveProperty('rate')
  })

  test('weighs the newest alike and the oldest least', () => {
    expect(ageWeights(3)).toEqual([1, 1, 1])
    const weights = ageWeights(40)
    expect(weights[0]).toBeCloseTo(1 / 40)
    expect(weights.slice(15)).toEqual(new Array(25).fill(1))
    expect(weights[14]).toBe(1)
  })
})

test('successive halving lets the best third of each rung go on', () => {
  const halving = new SuccessiveHalving({ first: 1, factor: 3 })
  expect(halving.goesOn(1, 0.5)).toBe(true)
  expect(halving.goesOn(1, 0.6)).toBe(false)
  expect(halving.goesOn(1, 0.4)).toBe(true)
  expect(halving.goesOn(2, 9)).toBe(true)
  expect(halving.goesOn(3, 0.4)).toBe(true)
  expect(halving.goesOn(3, 0.5)).toBe(false)
  expect(halving.goesOn(1, NaN)).toBe(false)
  expect(halving.goesOn(1, 0.3)).toBe(true)
})

test('the front holds what nobody beats in both', () => {
  const items = [
    { gain: 1, cost: 1 },
    { gain: 2, cost: 5 },
    { gain: 1.5, cost: 6 },
    { gain: 0.5, cost: 0.5 },
    { gain: NaN, cost: 0 }
  ]
  expect(paretoFront(items, (item) => item)).toEqual([items[0], items[1], items[3]])
})
