import { expect, test } from 'vitest'
import { jointFeatureCount } from '../filters/joint-front-end'
import { Random } from '../random'
import { JointStreams, type DegradationOdds, type JointTask } from './joint-streams'

const task: JointTask = {
  samplesPerSpacing: 500,
  ticksPerSpacing: 25,
  toneCount: 4,
  frequencies: { kind: 'drawn', range: [0.5, 12] },
  amplitude: [1, 1],
  absentShare: 0,
  strangerShare: 0,
  noise: [0.05, 0.05],
  meanLife: Infinity
}
const all = (odds: number): DegradationOdds => ({
  impulses: { odds, share: [0.01, 0.01], size: [10, 10] },
  dropouts: { odds, share: [0.05, 0.05], meanLength: [0.02, 0.02] },
  drift: { odds, range: [0.03, 0.03], perRootLength: [0.01, 0.01] },
  steps: { odds, meanLength: [3, 3], factor: [0.3, 1.7] }
})
const powerOf = (values: Float32Array) => values.reduce((sum, value) => sum + value * value, 0) / values.length

test('once settled on tones that stand still there is little left to correct', () => {
  const streams = new JointStreams(task, 16, new Random(1))
  const early = powerOf(streams.next(10).target)
  streams.next(240)
  expect(powerOf(streams.next(50).target)).toBeLessThan(early / 4)
})

test('what goes wrong leaves more to correct, and all of it stays in range', () => {
  const still = new JointStreams(task, 32, new Random(2))
  const rough = new JointStreams({ ...task, degradations: all(1) }, 32, new Random(2))
  still.next(200)
  rough.next(200)
  const { target, input } = rough.next(100)
  expect(powerOf(target)).toBeGreaterThan(2 * powerOf(still.next(100).target))
  expect(Math.max(...target.map(Math.abs), ...input.map(Math.abs))).toBeLessThanOrEqual(5)
})

test('an absent tone is corrected towards silence', () => {
  const streams = new JointStreams({ ...task, absentShare: 1, noise: [0.3, 0.3] }, 8, new Random(3))
  const { input, target } = streams.next(20)
  const size = 3 * 4
  for (let at = 0; at < target.length / 2; at += 1) {
    // The size that the tracker found, which the network reads doubled, is all that there is to take away.
    expect(target[2 * at]).toBeCloseTo(-input[at * jointFeatureCount + size] / 2, 4)
    expect(Math.abs(target[2 * at + 1])).toBeLessThan(1e-6)
  }
})

test('rows restart together with their stream, as often as its mean life says', () => {
  const streams = new JointStreams({ ...task, meanLife: 10 }, 32, new Random(4))
  streams.next(50)
  let restarts = 0
  for (let block = 0; block < 60; block += 1) {
    const { restarted } = streams.next(50)
    for (let row = 0; row < 32; row += 4) {
      expect([...restarted.subarray(row, row + 4)]).toEqual(Array(4).fill(restarted[row]))
      restarts += restarted[row]
    }
  }
  expect(restarts / 480).toBeCloseTo(0.2, 1)
})

test('the tones given take the place of drawn ones, and a batch that does not fit them is refused', () => {
  const fixed: JointTask = { ...task, toneCount: 3, frequencies: { kind: 'fixed', values: [0.5, 1.5, 2.5] } }
  expect(new JointStreams(fixed, 6, new Random(5)).next(4).target).toHaveLength(6 * 4 * 2)
  expect(() => new JointStreams(fixed, 8, new Random(5))).toThrow('multiple of 3 tones. Received: 8')
})

test('streams go on from a saved state, through JSON, to the same bits', () => {
  const drawn = { ...task, absentShare: 0.1, strangerShare: 0.4, degradations: all(0.6), meanLife: 3 }
  const streams = new JointStreams(drawn, 24, new Random(6))
  for (let block = 0; block < 7; block += 1) streams.next(13)
  const { recipes, numbers } = streams.state
  const other = new JointStreams(drawn, 24, new Random(99))
  other.restore({ recipes: JSON.parse(JSON.stringify(recipes)) as unknown[], numbers })
  for (let block = 0; block < 7; block += 1) expect(other.next(13)).toEqual(streams.next(13))
  expect(() => new JointStreams(drawn, 4, new Random(1)).restore({ recipes, numbers })).toThrow('Expected 1 saved')
})
