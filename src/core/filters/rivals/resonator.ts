/** One pair of poles at each tone: the simplest filter that rings at a frequency. */
import { float } from '../../params/params'
import { CascadeBank } from '../cascade-bank'
import { peak } from '../design'
import type { Section } from '../sections'
import { checkTask, type ToneTask } from '../tone-filter'
import { bandwidthOf, defineCausalRival } from './define'

export default defineCausalRival({
  id: 'resonator',
  title: 'Resonator',
  params: { bandwidth: float({ label: 'Bandwidth', low: 0.001, high: 10, log: true, default: 0.2, unit: 'spacings' }) },
  grid: { bandwidth: [0.03, 0.045, 0.07, 0.1, 0.15, 0.23, 0.35, 0.5, 0.8] },
  create: (task, params) => new CascadeBank(sectionsOf(task, params)),
  sections: sectionsOf
})

function sectionsOf(task: ToneTask, { bandwidth }: { readonly bandwidth: number }): Section[][] {
  checkTask(task)
  const { sampleRate } = task
  const bandwidthHz = bandwidthOf(task, bandwidth)
  return task.frequenciesHz.map((centerHz) => [peak({ centerHz, bandwidthHz, sampleRate })])
}
