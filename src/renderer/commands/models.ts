/** Commands that bring models in and take them out. */
import type { Command } from './command'

export const modelCommands: readonly Command[] = [
  {
    id: 'export-model',
    title: 'Export the model',
    group: 'Models',
    blockedBy: (b) => (b.model ? undefined : 'No filter is running.'),
    run: (b) => b.openModelExport()
  },
  {
    id: 'import-model',
    title: 'Import a model or check evidence',
    group: 'Models',
    blockedBy: (b) => (b.connection.phase.kind === 'ready' ? undefined : 'The laboratory is not running.'),
    run: (b) => b.modelFiles.choose()
  }
]
