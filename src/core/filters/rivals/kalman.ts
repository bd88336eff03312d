/** Oscillators in white noise: told exact frequencies and the noise it is the best that any causal filter can be. */
import { float } from '../../params/params'
import { OscillatorKalman } from '../oscillator-kalman'
import { defineCausalRival, samplesPerSpacing } from './define'

export default defineCausalRival({
  id: 'kalman',
  title: 'Kalman filter',
  params: {
    certainty: float({
      label: 'Tone to noise',
      low: 1e-3,
      high: 1e9,
      log: true,
      default: 100,
      hint: 'power of a tone over power of the noise in one period of the spacing'
    }),
    drift: float({
      label: 'Drift',
      low: 0,
      high: 1e3,
      default: 0,
      hint: 'what changes of a tone in one period of the spacing, as a share of its power'
    })
  },
  grid: { certainty: [10, 100, 1000, 1e4, 1e6], drift: [0, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1] },
  create(task, { certainty, drift }) {
    const period = samplesPerSpacing(task)
    const initial = certainty / period
    return new OscillatorKalman(task, { measurement: 1, initial, process: (initial * drift) / period })
  }
})
