import { expect, test } from 'vitest'
import { Random } from '../random'
import { JointFit } from './joint-fit'
import { ToneTracker } from './tone-tracker'

const turns = [0.006, 0.018, 0.03, 0.044] // about 1, 3, 5 and 7 Hz at 1000 Hz
const tickLength = 20

/** Tones of amplitude 0.25 that turn faster than their nominal frequencies by the shares given, in noise. */
function track(shares: readonly number[], { noise, seconds }: { noise: number; seconds: number }) {
  const random = new Random(1)
  const tracker = new ToneTracker({
    toneCount: 4,
    turnDeviations: turns.map((turn) => 0.015 * turn),
    turnWalks: turns.map((turn) => (0.01 * turn) / Math.sqrt(1000)),
    pairWalk: 0.001
  })
  const fit = new JointFit({ turns, memories: [1000] })
  for (let start = 0; start < seconds * 1000; start += tickLength) {
    const sums = new Float64Array(9)
    for (let n = start; n < start + tickLength; n += 1) {
      const tones = turns.map((turn, tone) => 0.25 * Math.sin(turn * (1 + shares[tone]) * n + tone))
      const sample = tones.reduce((sum, value) => sum + value, noise * random.normal())
      turns.forEach((turn, tone) => {
        sums[2 * tone] += sample * Math.cos(turn * n)
        sums[2 * tone + 1] += sample * Math.sin(turn * n)
      })
      sums[8] += sample
    }
    const at = (of: (angle: number) => number) => Float64Array.from(turns, (turn) => of(turn * start))
    const tick = { sums, cosine: at(Math.cos), sine: at(Math.sin), sampleCount: tickLength }
    fit.take(tick, { noiseByTone: 3, noiseByConstant: 60 })
    tracker.take(fit.products, sums, { sampleCount: tickLength, noise: noise ** 2, tonePower: 0.03 })
  }
  return tracker
}

test('tones at other frequencies than told are followed, and their frequencies found', () => {
  const shares = [0, 0.02, -0.02, 0.015]
  const tracker = track(shares, { noise: 0.1, seconds: 8 })
  turns.forEach((turn, tone) => {
    expect(Math.hypot(tracker.inPhase[tone], tracker.quadrature[tone])).toBeCloseTo(0.25, 1)
    const phase = Math.atan2(tracker.inPhase[tone], tracker.quadrature[tone])
    const expected = turn * shares[tone] * (8000 - tickLength / 2) + tone
    expect(Math.cos(phase - expected)).toBeGreaterThan(0.99)
    expect(Math.abs(tracker.turn[tone] / turn - shares[tone])).toBeLessThan(0.006)
  })
})

test('it knows how unsure it is: much at first, little later, and of the turn longest', () => {
  const early = track([0, 0, 0, 0], { noise: 0.3, seconds: 0.1 })
  const late = track([0, 0, 0, 0], { noise: 0.3, seconds: 6 })
  for (let tone = 0; tone < 4; tone += 1) {
    expect(early.unsure[tone]).toBeGreaterThan(0.1)
    expect(late.unsure[tone]).toBeLessThan(0.05)
    expect(late.unsureTurn[tone]).toBeLessThan(1)
  }
})

test('after a reset it is as new', () => {
  const tracker = track([0, 0, 0, 0], { noise: 0.3, seconds: 1 })
  tracker.reset()
  expect([...tracker.inPhase, ...tracker.turn]).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  expect([...tracker.unsure]).toEqual([1, 1, 1, 1])
})
