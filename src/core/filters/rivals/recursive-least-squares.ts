/** Sines and cosines of all selectors fitted to the mix, sample by sample, with the past fading. */
import { float } from '../../params/params'
import { RecursiveLeastSquares } from '../recursive-least-squares'
import { defineCausalRival, samplesPerSpacing } from './define'

export default defineCausalRival({
  id: 'rls',
  title: 'Recursive least squares',
  params: {
    memory: float({
      label: 'Memory',
      low: 0.1,
      high: 1e5,
      log: true,
      default: 8,
      unit: 'periods of the spacing',
      hint: 'after this time a squared error counts 1/e'
    }),
    certainty: float({
      label: 'Trust in the start',
      low: 1e-3,
      high: 1e9,
      log: true,
      default: 100,
      hint: 'power of a tone over power of the noise in one period of the spacing; the less, the slower and safer the start'
    })
  },
  grid: { memory: [1, 2, 4, 8, 16, 32, 128], certainty: [10, 100, 1000, 1e6] },
  create(task, { memory, certainty }) {
    const period = samplesPerSpacing(task)
    return new RecursiveLeastSquares(task, {
      forgetting: Math.exp(-1 / (memory * period)),
      initial: certainty / period
    })
  }
})
