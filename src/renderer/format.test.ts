import { describe, expect, it } from 'vitest'
import {
  formatAmplitude,
  formatDecibels,
  formatDuration,
  formatFactor,
  formatFrequency,
  formatR2,
  formatRate,
  formatStep,
  formatTime
} from './format'

describe('numbers as people read them', () => {
  it.each([
    [formatFrequency(1), '1.00 Hz'],
    [formatFrequency(9.996), '10.0 Hz'],
    [formatFrequency(99.96), '100 Hz'],
    [formatFrequency(440), '440 Hz'],
    [formatFrequency(999.98), '1.00 kHz'],
    [formatFrequency(1250), '1.25 kHz'],
    [formatFrequency(2.4e6), '2.40 MHz'],
    [formatRate(44100), '44100 Hz'],
    [formatRate(99.99999), '100 Hz'],
    [formatDuration(0.25), '250 ms'],
    [formatDuration(10), '10.0 s'],
    [formatDuration(725), '12 min 05 s'],
    [formatStep(0.002), '2 ms'],
    [formatStep(5), '5 s'],
    [formatTime(0.5, 0.1), '0.5'],
    [formatTime(-0.00001, 0.01), '0.00'],
    [formatDecibels(-3.25), '−3.3 dB'],
    [formatDecibels(Infinity), '∞ dB'],
    [formatR2(0.9937), '0.994'],
    [formatR2(-0.2), '−0.200'],
    [formatR2(-250), '< −10'],
    [formatAmplitude(0.1825), '0.182'],
    [formatAmplitude(0), '0.000'],
    [formatAmplitude(2e-5), '2.0e−5'],
    [formatFactor(812.3), '812 ×'],
    [formatFactor(24.56), '24.6 ×'],
    [formatFactor(123_456), '123k ×']
  ])('%s', (text, wanted) => expect(text).toBe(wanted))
})
