import { expect, test } from 'vitest'
import { Random } from '../random'
import { JointFit, type TickSums } from './joint-fit'

const turns = [0.05, 0.11, 0.4]
const pairs = [
  { inPhase: 0.3, quadrature: -0.2 },
  { inPhase: 0, quadrature: 0.5 },
  { inPhase: -0.7, quadrature: 0.1 }
]
const constant = 0.25
const sampleAt = (n: number) =>
  pairs.reduce(
    (sum, { inPhase, quadrature }, tone) =>
      sum + inPhase * Math.cos(turns[tone] * n) + quadrature * Math.sin(turns[tone] * n),
    constant
  )

function tickOf(start: number, sampleCount: number, valueAt: (n: number) => number): TickSums {
  const sums = new Float64Array(2 * turns.length + 1)
  for (let n = start; n < start + sampleCount; n += 1) {
    turns.forEach((turn, tone) => {
      sums[2 * tone] += valueAt(n) * Math.cos(turn * n)
      sums[2 * tone + 1] += valueAt(n) * Math.sin(turn * n)
    })
    sums[2 * turns.length] += valueAt(n)
  }
  const at = (of: (angle: number) => number) => Float64Array.from(turns, (turn) => of(turn * start))
  return { sums, cosine: at(Math.cos), sine: at(Math.sin), sampleCount }
}

const noPrior = { noiseByTone: 1e-9, noiseByConstant: 1e-9 }

test('without noise every memory finds the pairs exactly, in ticks of changing length', () => {
  const fit = new JointFit({ turns, memories: [80, 1000] })
  let start = 0
  for (let tick = 0; tick < 20; tick += 1) {
    const sampleCount = 12 + (tick % 2)
    fit.take(tickOf(start, sampleCount, sampleAt), noPrior)
    start += sampleCount
  }
  for (const memory of [0, 1]) {
    pairs.forEach(({ inPhase, quadrature }, tone) => {
      expect(fit.inPhase[memory * 3 + tone]).toBeCloseTo(inPhase, 6)
      expect(fit.quadrature[memory * 3 + tone]).toBeCloseTo(quadrature, 6)
    })
  }
})

test('the products of a tick are those of its samples', () => {
  const fit = new JointFit({ turns, memories: [100] })
  fit.take(
    tickOf(37, 9, () => 0),
    noPrior
  )
  const parts = (n: number) => [...turns.flatMap((turn) => [Math.cos(turn * n), Math.sin(turn * n)]), 1]
  for (let row = 0; row < 7; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let expected = 0
      for (let n = 37; n < 46; n += 1) expected += parts(n)[row] * parts(n)[column]
      expect(fit.products[row * 7 + column]).toBeCloseTo(expected, 10)
    }
  }
})

test('a short memory forgets what a long one keeps', () => {
  const fit = new JointFit({ turns, memories: [50, 2000] })
  for (let tick = 0; tick < 100; tick += 1) {
    fit.take(
      tickOf(tick * 10, 10, (n) => (n < 500 ? sampleAt(n) : 0)),
      { noiseByTone: 1e-3, noiseByConstant: 1e-3 }
    )
  }
  expect(Math.hypot(fit.inPhase[2], fit.quadrature[2])).toBeLessThan(0.01)
  expect(Math.hypot(fit.inPhase[5], fit.quadrature[5])).toBeGreaterThan(0.2)
})

test('what is unsure is one at first and falls as a sum over samples does', () => {
  const fit = new JointFit({ turns, memories: [1e9] })
  const random = new Random(1)
  const noise = 0.3
  const prior = { noiseByTone: noise ** 2 / 0.03, noiseByConstant: noise ** 2 / 0.03 }
  expect([...fit.unsure]).toEqual([1, 1, 1])
  for (let tick = 0; tick < 100; tick += 1) {
    fit.take(
      tickOf(tick * 20, 20, () => noise * random.normal()),
      prior
    )
  }
  // Of 2000 samples one part of a tone is worth a half each.
  fit.unsure.forEach((value) => expect(value).toBeCloseTo(prior.noiseByTone / (1000 + prior.noiseByTone), 3))
})

test('after a reset it is as new', () => {
  const fit = new JointFit({ turns, memories: [50] })
  const fresh = new JointFit({ turns, memories: [50] })
  fit.take(tickOf(0, 13, Math.cos), noPrior)
  fit.reset()
  for (const each of [fit, fresh]) each.take(tickOf(0, 20, sampleAt), { noiseByTone: 1, noiseByConstant: 1 })
  expect(fit.inPhase).toEqual(fresh.inPhase)
})
