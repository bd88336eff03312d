/** Commands that get a signal. */
import type { Command } from './command'

export const signalCommands: readonly Command[] = [
  {
    id: 'open',
    title: 'Open a recording',
    group: 'Signal',
    shown: 'Ctrl+O',
    keys: ['o', 'O'],
    modifier: 'control',
    run: (b) => b.chooseFile()
  },
  {
    id: 'generate',
    title: 'Generate a mix',
    group: 'Signal',
    shown: 'G',
    keys: ['g', 'G'],
    run: (b) => (b.dialog = 'generate')
  },
  { id: 'open-demo', title: 'Open the bundled mix', group: 'Signal', run: (b) => b.openDemo() }
]
