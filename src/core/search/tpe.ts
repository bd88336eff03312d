/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011): the best tried points make one density, the others another, and the next
 * point is where the first is largest against the second. Every point is one bump over all dimensions (Falkner, Klein & Hutter
 * 2018), so what goes well together is tried together.
 *
 * Settings are those of Optuna 5, which bench/search.bench.ts measures it against: ten random points first, a tenth of the points
 * counts as good, 24 candidates, a prior over the whole space that weighs as much as one point, and bandwidths from neighbour to
 * neighbour.
 */
import type { Random } from '../random'
import type { Sampler, Tried } from './sampler'
import { placeOf, randomPoint, valueAt, type Dimension, type NumberDimension, type Point, type Space } from './space'

export interface TpeSettings {
  readonly randomFirst: number
  readonly candidates: number
}

export const usualTpe: TpeSettings = { randomFirst: 10, candidates: 24 }

/** A tenth of all points is good, at most so many. */
const mostGood = 25
/** Older points than so many weigh less. */
const fullWeights = 25

export function tpeSampler(space: Space, random: Random, settings = usualTpe): Sampler {
  return {
    next(tried) {
      if (tried.length < settings.randomFirst) return randomPoint(space, random)
      const ranked = [...tried].sort((a, b) => a.loss - b.loss)
      const best = new Set(ranked.slice(0, Math.min(Math.ceil(0.1 * ranked.length), mostGood)))
      const good = new ParzenDensity(space, pointsOf(tried.filter((one) => best.has(one))))
      const others = new ParzenDensity(space, pointsOf(tried.filter((one) => !best.has(one))))
      const drawn = Array.from({ length: settings.candidates }, () => good.draw(random))
      let [next, nextScore] = [drawn[0], -Infinity]
      for (const point of drawn) {
        const score = good.logDensity(point) - others.logDensity(point)
        if (score > nextScore) [next, nextScore] = [point, score]
      }
      return next
    }
  }
}

const pointsOf = (tried: readonly Tried[]) => tried.map(({ point }) => point)

/** One for the newest 25, less and less before them. */
export function ageWeights(count: number): number[] {
  const ramp = count - fullWeights
  if (ramp <= 0) return new Array<number>(count).fill(1)
  const first = 1 / count
  return Array.from({ length: count }, (_, index) => {
    if (index >= ramp) return 1
    return ramp === 1 ? first : first + ((1 - first) * index) / (ramp - 1)
  })
}

/** One dimension of all bumps: how one draws from it, and how likely it makes a value. */
interface Marginal {
  draw(bump: number, random: Random): number | string
  density(bump: number, value: number | string): number
}

/** A bump about each point, and a wide one over all of the space. */
class ParzenDensity {
  readonly #marginals: readonly (readonly [name: string, marginal: Marginal])[]
  readonly #shares: number[]

  constructor(space: Space, points: readonly Point[]) {
    const weights = [...ageWeights(points.length), 1]
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    this.#shares = weights.map((weight) => weight / total)
    this.#marginals = Object.entries(space).map(([name, dimension]) => {
      const values = points.map((point) => point[name])
      return [name, marginalOf(dimension, values)] as const
    })
  }

  draw(random: Random): Point {
    const bump = drawIndex(this.#shares, random)
    return Object.fromEntries(this.#marginals.map(([name, marginal]) => [name, marginal.draw(bump, random)]))
  }

  logDensity(point: Point): number {
    let sum = 0
    this.#shares.forEach((share, bump) => {
      sum += this.#marginals.reduce((product, [name, marginal]) => product * marginal.density(bump, point[name]), share)
    })
    return Math.log(sum + 1e-300)
  }
}

function marginalOf(dimension: Dimension, values: readonly (number | string)[]): Marginal {
  return dimension.kind === 'choice'
    ? choiceMarginal(dimension.options, values as string[])
    : numberMarginal(dimension, values as number[])
}

/** A bump holds its own option and a little of all. */
function choiceMarginal(options: readonly string[], values: readonly string[]): Marginal {
  const prior = 1 / (values.length + 1)
  const total = 1 + options.length * prior
  const shareOf = (bump: number, option: string) =>
    bump === values.length ? 1 / options.length : (prior + (values[bump] === option ? 1 : 0)) / total
  return {
    draw: (bump, random) =>
      options[
        drawIndex(
          options.map((option) => shareOf(bump, option)),
          random
        )
      ],
    density: (bump, value) => shareOf(bump, value as string)
  }
}

/** Normal bumps on the line of places, cut off at its ends; a whole number has the share that its stretch of the line has. */
function numberMarginal(dimension: NumberDimension, values: readonly number[]): Marginal {
  const places = values.map((value) => placeOf(dimension, value))
  const means = [...places, 0.5]
  const deviations = [...bandwidths(places), 1]
  const below = (bump: number, place: number) => normalShare((place - means[bump]) / deviations[bump])
  const inside = means.map((_, bump) => below(bump, 1) - below(bump, 0))
  return {
    draw(bump, random) {
      for (;;) {
        const place = means[bump] + deviations[bump] * random.normal()
        if (place >= 0 && place <= 1) return valueAt(dimension, place)
      }
    },
    density(bump, value) {
      const number = value as number
      if (dimension.isWhole) {
        const [low, high] = [placeOf(dimension, number - 0.5), placeOf(dimension, number + 0.5)]
        return (below(bump, high) - below(bump, low)) / inside[bump]
      }
      const distance = (placeOf(dimension, number) - means[bump]) / deviations[bump]
      return Math.exp(-0.5 * distance * distance) / (deviations[bump] * inside[bump])
    }
  }
}

/** For each place the larger distance to a neighbour, no less than a share of the line that shrinks with their number. */
function bandwidths(places: readonly number[]): number[] {
  if (places.length === 1) return [Math.max(places[0], 1 - places[0])]
  const order = places.map((_, index) => index).sort((a, b) => places[a] - places[b])
  const least = 1 / Math.min(100, 2 + places.length)
  const found = new Array<number>(places.length)
  order.forEach((index, rank) => {
    // At an end only the one neighbour counts, not the end of the line.
    const before = rank > 0 ? places[index] - places[order[rank - 1]] : 0
    const after = rank < order.length - 1 ? places[order[rank + 1]] - places[index] : 0
    found[index] = Math.min(1, Math.max(least, before, after))
  })
  return found
}

function drawIndex(shares: readonly number[], random: Random): number {
  let rest = random.uniform()
  for (let index = 0; index < shares.length; index += 1) {
    rest -= shares[index]
    if (rest < 0) return index
  }
  return shares.length - 1
}

/** The normal distribution's share below x (Abramowitz & Stegun 7.1.26, error below 1.5e-7). */
function normalShare(x: number): number {
  const z = Math.abs(x) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-z * z)
  return x >= 0 ? 1 - tail / 2 : tail / 2
}
