import { expect, test } from 'vitest'
import { Random } from '../random'
import { fft } from './fft'

test.each([1, 2, 8, 64])('equals the sum of its definition for %s numbers', (size) => {
  const random = new Random(1)
  const real = Float64Array.from({ length: size }, () => random.normal())
  const imaginary = Float64Array.from({ length: size }, () => random.normal())
  const expected = Array.from({ length: size }, (_, k) => {
    let [sumReal, sumImaginary] = [0, 0]
    for (let n = 0; n < size; n += 1) {
      const angle = (-2 * Math.PI * ((k * n) % size)) / size
      sumReal += real[n] * Math.cos(angle) - imaginary[n] * Math.sin(angle)
      sumImaginary += real[n] * Math.sin(angle) + imaginary[n] * Math.cos(angle)
    }
    return [sumReal, sumImaginary]
  })
  fft(real, imaginary)
  expected.forEach(([sumReal, sumImaginary], k) => {
    expect(real[k]).toBeCloseTo(sumReal, 11)
    expect(imaginary[k]).toBeCloseTo(sumImaginary, 11)
  })
})

test('the energy is kept (Parseval)', () => {
  const random = new Random(2)
  const real = Float64Array.from({ length: 4096 }, () => random.normal())
  const imaginary = new Float64Array(4096)
  const before = real.reduce((sum, value) => sum + value * value, 0)
  fft(real, imaginary)
  const after = real.reduce((sum, value, k) => sum + value * value + imaginary[k] ** 2, 0) / 4096
  expect(after / before).toBeCloseTo(1, 12)
})

test('other lengths than powers of two are refused', () => {
  expect(() => fft(new Float64Array(6), new Float64Array(6))).toThrow('Received: 6 and 6')
  expect(() => fft(new Float64Array(8), new Float64Array(4))).toThrow('Received: 8 and 4')
  expect(() => fft(new Float64Array(0), new Float64Array(0))).toThrow('Received: 0 and 0')
})
