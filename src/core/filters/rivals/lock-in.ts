/** A lock-in amplifier for each tone, as on the bench. */
import { float, int } from '../../params/params'
import { LockInAmplifier } from '../lock-in-amplifier'
import { bandwidthOf, defineCausalRival } from './define'

export default defineCausalRival({
  id: 'lock-in',
  title: 'Lock-in amplifier',
  params: {
    order: int({ label: 'Order', low: 1, high: 8, default: 2 }),
    cutoff: float({ label: 'Cut-off', low: 0.0005, high: 5, log: true, default: 0.15, unit: 'spacings' })
  },
  grid: { order: [1, 2, 3], cutoff: [0.02, 0.03, 0.045, 0.07, 0.1, 0.15, 0.23, 0.35] },
  create: (task, { order, cutoff }) => new LockInAmplifier(task, { order, cutoffHz: bandwidthOf(task, cutoff) })
})
