/** Commands of the measuring views. */
import { copyText } from '../copy-text'
import { measurementsAsCsv, measurementsAsText } from '../measure-format'
import type { Workbench } from '../state/workbench.svelte'
import type { Command } from './command'

export const measureCommands: readonly Command[] = [
  {
    id: 'copy-measurements',
    title: 'Copy the measurements as text',
    group: 'Edit',
    blockedBy: nothingMeasured,
    run: (bench) => copyText(measurementsAsText(bench.analysis.measuring.rows))
  },
  {
    id: 'copy-measurements-csv',
    title: 'Copy the measurements as CSV',
    group: 'Edit',
    blockedBy: nothingMeasured,
    run: (bench) => copyText(measurementsAsCsv(bench.analysis.measuring.rows))
  },
  {
    id: 'reset-measurements',
    title: 'Begin mean and deviation of the measurements anew',
    group: 'Edit',
    run: (bench) => bench.analysis.measuring.resetFrames()
  },
  { id: 'zoom-to-tones', title: 'Show the tones in the spectrum', group: 'View', run: (b) => b.analysis.zoomToTones() },
  {
    id: 'zoom-all-frequencies',
    title: 'Show all frequencies in the spectrum',
    group: 'View',
    run: (bench) => (bench.analysis.zoom = null)
  }
]

function nothingMeasured(bench: Workbench): string | undefined {
  return bench.analysis.measuring.reading.value ? undefined : 'Nothing is measured yet.'
}
