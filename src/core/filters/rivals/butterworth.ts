/** A causal Butterworth band-pass around each tone, centred so that it has gain 1 and phase 0 there. */
import { CascadeBank } from '../cascade-bank'
import { bandAround, butterworthBandPass } from '../design'
import type { Section } from '../sections'
import { checkTask, type ToneTask } from '../tone-filter'
import { float, int } from '../../params/params'
import { bandwidthOf, defineCausalRival } from './define'

export const bandPassParams = {
  order: int({ label: 'Order', low: 1, high: 8, default: 2, hint: 'half the number of poles, as SciPy counts' }),
  bandwidth: float({ label: 'Bandwidth', low: 0.001, high: 10, log: true, default: 0.5, unit: 'spacings' })
} as const

export const bandPassGrid = { order: [1, 2, 3], bandwidth: [0.05, 0.08, 0.12, 0.18, 0.27, 0.4, 0.6, 0.9] }

export default defineCausalRival({
  id: 'butterworth',
  title: 'Butterworth band-pass',
  params: bandPassParams,
  grid: bandPassGrid,
  create: (task, params) => new CascadeBank(bandPassSections(task, params)),
  sections: bandPassSections
})

export function bandPassSections(
  task: ToneTask,
  { order, bandwidth }: { readonly order: number; readonly bandwidth: number }
): Section[][] {
  checkTask(task)
  const { sampleRate } = task
  const bandwidthHz = bandwidthOf(task, bandwidth)
  return task.frequenciesHz.map((centerHz) =>
    butterworthBandPass(order, bandAround({ centerHz, bandwidthHz, sampleRate }), sampleRate)
  )
}
