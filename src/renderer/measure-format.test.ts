import { describe, expect, it } from 'vitest'
import { formatMeasurement, formatStatistics, measurementsAsCsv, measurementsAsText } from './measure-format'

describe('measurements', () => {
  it.each([
    ['frequency', 4.99876, '5.00 Hz'],
    ['period', 0.2001, '200 ms'],
    ['rms', 0.17654, '0.177'],
    ['duty', 49.87, '49.9 %'],
    ['overshoot', 0.123, '0.12 %'],
    ['amplitudeError', -103.4, '−103 %'],
    ['phaseError', -0.04, '0.0°'],
    ['snr', 21.53, '21.5 dB'],
    ['siSdr', Infinity, '∞ dB'],
    ['r2', 0.98765, '0.988'],
    ['crestFactor', 1.41421, '1.414'],
    ['riseTime', null, '—']
  ] as const)('%s of %s is shown as %s', (id, value, shown) => expect(formatMeasurement(id, value)).toBe(shown))

  const rows = [
    { id: 'frequency', value: 5.00123456789, statistics: { count: 12, mean: 5.0009, deviation: 0.00123 } },
    { id: 'siSdr', value: Infinity, statistics: undefined },
    { id: 'duty', value: null, statistics: { count: 1, mean: 50, deviation: 0 } }
  ] as const

  it('have their unit once beside mean and deviation, where it is the same', () => {
    expect(formatStatistics('duty', { mean: -50, deviation: 0.5 })).toBe('−50.0 ± 0.50 %')
    expect(formatStatistics('phaseError', { mean: -1, deviation: 0.25 })).toBe('−1.0 ± 0.3°')
    expect(formatStatistics('rms', { mean: 0.1667, deviation: 0.012 })).toBe('0.167 ± 0.012')
    expect(formatStatistics('frequency', { mean: 1234, deviation: 5 })).toBe('1.23 kHz ± 5.00 Hz')
  })

  it('are copied as text as they are shown', () => {
    expect(measurementsAsText(rows).split('\n')).toEqual([
      'Frequency\t5.00 Hz\tmean 5.00 ± 0.00 Hz',
      'SI-SDR\t∞ dB',
      'Duty\t—'
    ])
  })

  it('are copied as CSV with all digits, a decimal point, and empty where there is no value', () => {
    expect(measurementsAsCsv(rows).split('\n')).toEqual([
      'measurement,value,unit,mean,deviation,frames',
      'Frequency,5.001234568,Hz,5.0009,0.00123,12',
      'SI-SDR,inf,dB,,,0',
      'Duty,,%,50,0,1'
    ])
  })
})
