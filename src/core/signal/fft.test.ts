import { expect, test } from 'vitest'
import { Random } from '../random'
import { fft } from './fft'

const drawn = (count: number, seed: number) => {
  const random = new Random(seed)
  return Float64Array.from({ length: count }, () => random.normal())
}

test('the transform is the sum of its definition', () => {
  for (const size of [1, 2, 4, 32]) {
    const [re, im] = [drawn(size, 1), drawn(size, 2)]
    const [gotRe, gotIm] = [re.slice(), im.slice()]
    fft(gotRe, gotIm)
    for (let k = 0; k < size; k += 1) {
      let [sumRe, sumIm] = [0, 0]
      for (let n = 0; n < size; n += 1) {
        const angle = (-2 * Math.PI * k * n) / size
        sumRe += re[n] * Math.cos(angle) - im[n] * Math.sin(angle)
        sumIm += re[n] * Math.sin(angle) + im[n] * Math.cos(angle)
      }
      expect(gotRe[k]).toBeCloseTo(sumRe, 11)
      expect(gotIm[k]).toBeCloseTo(sumIm, 11)
    }
  }
})

test('one turning phasor of a whole number of turns fills one bin', () => {
  const size = 1 << 14
  const turns = 5000
  const angle = (n: number) => (2 * Math.PI * ((turns * n) % size)) / size
  const re = Float64Array.from({ length: size }, (_, n) => Math.cos(angle(n)))
  const im = Float64Array.from({ length: size }, (_, n) => Math.sin(angle(n)))
  fft(re, im)
  re[turns] -= size
  const furthest = re.reduce((most, value, k) => Math.max(most, Math.hypot(value, im[k])), 0)
  expect(furthest).toBeLessThan(1e-9)
})

test('the energy of the transform is that of the samples times their number (Parseval)', () => {
  const [re, im] = [drawn(1 << 12, 3), drawn(1 << 12, 4)]
  const energy = () => re.reduce((sum, value, n) => sum + value * value + im[n] * im[n], 0)
  const before = energy()
  fft(re, im)
  expect(energy() / before / re.length).toBeCloseTo(1, 12)
})

test('lengths that are no power of two are refused', () => {
  expect(() => fft(new Float64Array(3), new Float64Array(3))).toThrow(/power of two.*Received: 3 and 3/)
  expect(() => fft(new Float64Array(0), new Float64Array(0))).toThrow(RangeError)
  expect(() => fft(new Float64Array(4), new Float64Array(8))).toThrow(RangeError)
})
