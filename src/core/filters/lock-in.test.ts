import { expect, test } from 'vitest'
import { LockInBank } from './lock-in'

const turnOf = (frequencyHz: number) => (2 * Math.PI * frequencyHz) / 1000

function ticksOf(samples: Float32Array, frequencyHz: number, samplesPerTick: number): [number, number][] {
  const bank = new LockInBank({ turns: [turnOf(frequencyHz)], samplesPerTick })
  const ticks: [number, number][] = []
  for (const sample of samples) if (bank.push(sample)) ticks.push([bank.inPhase[0], bank.quadrature[0]])
  return ticks
}

const tone = (frequencyHz: number, phase = 0) =>
  Float32Array.from({ length: 4000 }, (_, n) => 0.7 * Math.sin(turnOf(frequencyHz) * n + phase))

test.each([80, 64.3])(
  'the wanted tone becomes the constant pair a sin(phase), a cos(phase), at %s samples a tick',
  (samplesPerTick) => {
    for (const phase of [0, 1, 4]) {
      for (const [inPhase, quadrature] of ticksOf(tone(50, phase), 50, samplesPerTick).slice(2)) {
        expect(inPhase).toBeCloseTo(0.7 * Math.sin(phase), 2)
        expect(quadrature).toBeCloseTo(0.7 * Math.cos(phase), 2)
      }
    }
  }
)

test('a tone one tick rate away vanishes, one half of it away is at half size', () => {
  for (const [inPhase, quadrature] of ticksOf(tone(62.5), 50, 80).slice(2))
    expect(Math.hypot(inPhase, quadrature)).toBeLessThan(0.01)
  // The Hann taper's transform is 1/2 there exactly.
  for (const [inPhase, quadrature] of ticksOf(tone(56.25), 50, 80).slice(2)) {
    expect(Math.hypot(inPhase, quadrature)).toBeCloseTo(0.35, 2)
  }
})

test('after six minutes at 48 kHz the carrier is where it belongs', () => {
  const turn = (2 * Math.PI * 440) / 48_000
  const bank = new LockInBank({ turns: [turn], samplesPerTick: 480 })
  const count = 48_000 * 360
  for (let n = 0; n < count; n += 1) bank.push(0)
  const angle = ((440 * count) / 48_000) % 1
  expect(bank.carriers.cosine[0]).toBeCloseTo(Math.cos(2 * Math.PI * angle), 6)
  expect(bank.carriers.sine[0]).toBeCloseTo(Math.sin(2 * Math.PI * angle), 6)
})

test('after a reset it is as new', () => {
  const bank = new LockInBank({ turns: [turnOf(3)], samplesPerTick: 10 })
  for (let n = 0; n < 25; n += 1) bank.push(n)
  bank.reset()
  const fresh = new LockInBank({ turns: [turnOf(3)], samplesPerTick: 10 })
  for (let n = 0; n < 25; n += 1) {
    expect(bank.push(n)).toBe(fresh.push(n))
    expect(bank.inPhase).toEqual(fresh.inPhase)
  }
})
