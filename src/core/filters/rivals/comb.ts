/** For each selector a comb of notches that takes all other tones away and leaves everything else, noise included. */
import { float } from '../../params/params'
import { CascadeBank } from '../cascade-bank'
import { notch } from '../design'
import type { Section } from '../sections'
import { checkTask, type ToneTask } from '../tone-filter'
import { bandwidthOf, defineCausalRival } from './define'

export default defineCausalRival({
  id: 'comb',
  title: 'Comb of notches',
  params: {
    bandwidth: float({ label: 'Width of a notch', low: 0.001, high: 10, log: true, default: 0.1, unit: 'spacings' })
  },
  grid: { bandwidth: [0.02, 0.05, 0.1, 0.2, 0.4] },
  create: (task, params) => new CascadeBank(sectionsOf(task, params)),
  sections: sectionsOf
})

function sectionsOf(task: ToneTask, { bandwidth }: { readonly bandwidth: number }): Section[][] {
  checkTask(task)
  const { frequenciesHz, sampleRate } = task
  const bandwidthHz = bandwidthOf(task, bandwidth)
  const notches = frequenciesHz.map((centerHz) => notch({ centerHz, bandwidthHz, sampleRate }))
  return notches.map((_, selector) => notches.filter((_section, index) => index !== selector))
}
