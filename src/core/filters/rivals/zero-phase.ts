/** The Butterworth band-pass run forwards and backwards: what it could do if it knew the future. */
import { filterZeroPhase } from '../zero-phase'
import { bandPassGrid, bandPassParams, bandPassSections } from './butterworth'
import { defineRecordRival } from './define'

export default defineRecordRival({
  id: 'zero-phase',
  title: 'Zero-phase Butterworth',
  params: bandPassParams,
  grid: bandPassGrid,
  filterRecord: (record, task, params) =>
    bandPassSections(task, params).map((sections) => filterZeroPhase(sections, record))
})
