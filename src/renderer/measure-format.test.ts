import { describe, expect, it } from 'vitest'
import { formatDeviation, formatMeasurement, measurementsAsCsv, measurementsAsText } from './measure-format'

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

  it('are copied as text as they are shown', () => {
    expect(formatDeviation('duty', 0.5)).toBe('± 0.50 %')
    expect(measurementsAsText(rows).split('\n')).toEqual([
      'Frequency\t5.00 Hz\tmean 5.00 Hz ± 0.00 Hz',
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
