/** Who says which point is tried next: from what was tried, and a seed. */
import type { Random } from '../random'
import { mapSpace, randomPoint, valueAt, type Point, type Space } from './space'

export interface Tried {
  readonly point: Point
  /** Less is better; Infinity for a trial that failed. */
  readonly loss: number
}

export interface Sampler {
  /** Undefined when there is nothing left to try. */
  next(tried: readonly Tried[]): Point | undefined
}

export function randomSampler(space: Space, random: Random): Sampler {
  return { next: () => randomPoint(space, random) }
}

/**
 * Every combination of so many places on each number, ends included, and all options, in a shuffled order, so that a search
 * which is cut short has seen all parts of the space.
 */
export function gridSampler(space: Space, placesPerNumber: number, random: Random): Sampler {
  const axes = Object.entries(space).map(([name, dimension]) => {
    if (dimension.kind === 'choice') return { name, values: [...dimension.options] }
    const places = Array.from({ length: placesPerNumber }, (_, index) =>
      placesPerNumber === 1 ? 0.5 : index / (placesPerNumber - 1)
    )
    return { name, values: [...new Set(places.map((place) => valueAt(dimension, place)))] }
  })
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > 1e6) throw new RangeError(`Expected a grid of at most a million points. Received: ${count}.`)
  const order = random.shuffle(Uint32Array.from({ length: count }, (_, index) => index))
  return {
    next(tried) {
      if (tried.length >= count) return undefined
      let rest = order[tried.length]
      const chosen = new Map<string, number | string>()
      for (const { name, values } of axes) {
        chosen.set(name, values[rest % values.length])
        rest = Math.floor(rest / values.length)
      }
      return mapSpace(space, (_, name) => chosen.get(name)!)
    }
  }
}
