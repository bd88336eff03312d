import { describe, expect, test } from 'vitest'
import { r2 } from '../metrics/r2'
import { generateMix } from '../signal/synth'
import { parseDegradations } from '../signal/degradations'
import { answerToPair, JointFrontEnd, jointFeatureCount, pairToAnswer } from './joint-front-end'

const frequenciesHz = [1, 3, 5, 7]
const make = () =>
  new JointFrontEnd({
    turns: frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / 1000),
    samplesPerSpacing: 500,
    ticksPerSpacing: 25
  })

/** Features and pairs at every tick, with the answer that corrects nothing; `pieces` are the lengths that it is cut into. */
function run(samples: Float32Array, pieces: () => number = () => Infinity, frontEnd = make()) {
  const features: number[][] = []
  const outputs = frequenciesHz.map(() => new Float32Array(samples.length))
  const pairs = frequenciesHz.map((): readonly [number, number] => [0, 0])
  for (let at = 0; at < samples.length;) {
    const count = Math.min(frontEnd.samplesToTick, samples.length - at, pieces())
    const isComplete = frontEnd.push(samples, at, count)
    outputs.forEach((output, tone) => {
      for (let index = 0; index < count; index += 1) {
        const { cosines, sines } = frontEnd.carriers
        output[at + index] = pairs[tone][0] * cosines[tone][index] + pairs[tone][1] * sines[tone][index]
      }
    })
    if (isComplete) {
      features.push([...frontEnd.features])
      pairs.forEach((_, tone) => (pairs[tone] = answerToPair(frontEnd.frame, tone, 0, 0)))
    }
    at += count
  }
  return { features, outputs }
}

const recipe = { frequenciesHz, sampleRate: 1000, durationSeconds: 10, noise: 0.3, phase: 'random', seed: 3 } as const
const meanR2 = (tones: readonly Float32Array[], outputs: readonly Float32Array[], start = 0) =>
  tones.reduce((sum, tone, index) => sum + r2(tone, outputs[index], start), 0) / tones.length

describe('without a network', () => {
  test.each([
    ['', 0.97],
    ['impulses,dropouts', 0.965],
    ['drift', 0.93]
  ])('what is tracked follows the tones with "%s"', (degradations, floor) => {
    const wrong = degradations === '' ? undefined : parseDegradations(degradations)
    const { mix, tones } = generateMix({ ...recipe, degradations: wrong })
    expect(meanR2(tones, run(mix).outputs)).toBeGreaterThan(floor - 0.02)
    expect(meanR2(tones, run(mix).outputs, 2000)).toBeGreaterThan(floor)
  })
})

test.each([1, 1e-3, 1e3])('tones without noise, of level %s, are followed without a break', (level) => {
  const { mix, tones } = generateMix({ ...recipe, noise: 0 })
  const scaled = (samples: Float32Array) => samples.map((sample) => sample * level)
  const { outputs } = run(scaled(mix))
  outputs.forEach((output, tone) => {
    const truth = scaled(tones[tone])
    const size = Math.max(...truth)
    expect(r2(truth, output, 2000)).toBeGreaterThan(0.999)
    const worst = truth
      .slice(2000)
      .reduce((most, sample, at) => Math.max(most, Math.abs(sample - output[2000 + at])), 0)
    expect(worst / size).toBeLessThan(0.05)
  })
})

test('the same samples give the same features however they are cut', () => {
  const { mix } = generateMix({ ...recipe, durationSeconds: 2 })
  const whole = run(mix).features
  let turn = 0
  const cut = run(mix, () => 1 + (turn++ % 7)).features
  whole.forEach((tick, index) => tick.forEach((value, at) => expect(cut[index][at]).toBeCloseTo(value, 4)))
})

test('the level of a mix does not show in its features', () => {
  const { mix } = generateMix({ ...recipe, durationSeconds: 2 })
  const quiet = run(mix.map((sample) => sample / 64)).features
  run(mix).features.forEach((tick, index) => {
    tick.forEach((value, at) => expect(quiet[index][at]).toBeCloseTo(value, 2))
  })
})

test('an answer and the pair that it means are each other turned back', () => {
  const frontEnd = make()
  const { mix } = generateMix({ ...recipe, durationSeconds: 1 })
  for (let at = 0; at < mix.length;) {
    const count = Math.min(frontEnd.samplesToTick, mix.length - at)
    frontEnd.push(mix, at, count)
    at += count
  }
  for (let tone = 0; tone < 4; tone += 1) {
    const [along, across] = pairToAnswer(frontEnd.frame, tone, 0.2, -0.1)
    const [inPhase, quadrature] = answerToPair(frontEnd.frame, tone, along, across)
    expect([inPhase, quadrature]).toEqual([expect.closeTo(0.2, 9), expect.closeTo(-0.1, 9)])
  }
})

test('silence and a start in silence leave every feature finite', () => {
  const { mix } = generateMix({ ...recipe, durationSeconds: 2 })
  const broken = mix.map((sample, n) => (n < 300 || (n > 900 && n < 1700) ? 0 : sample))
  for (const tick of run(broken).features) expect(tick.every(Number.isFinite)).toBe(true)
})

test('long drift in long dropouts never runs away', () => {
  const degradations = parseDegradations('drift=0.04x0.015,dropouts=0.3x0.3,impulses')
  for (let seed = 0; seed < 12; seed += 1) {
    const { mix } = generateMix({ ...recipe, durationSeconds: 20, seed, degradations })
    const { features, outputs } = run(mix)
    expect(features[0]).toHaveLength(4 * jointFeatureCount)
    for (const output of outputs) expect(Math.max(...output.map(Math.abs))).toBeLessThan(5)
  }
})

test('after a reset it is as new', () => {
  const frontEnd = make()
  const { mix } = generateMix({ ...recipe, durationSeconds: 1 })
  const first = run(mix, undefined, frontEnd).features
  frontEnd.reset()
  expect(run(mix, undefined, frontEnd).features).toEqual(first)
})
