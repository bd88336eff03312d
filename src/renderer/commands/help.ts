/** Commands that explain. */
import type { Command } from './command'

export const helpCommands: readonly Command[] = [
  {
    id: 'palette',
    title: 'Find a command',
    group: 'Help',
    shown: 'Ctrl+K',
    keys: ['k', 'K'],
    modifier: 'control',
    run: (b) => (b.dialog = 'palette')
  },
  {
    id: 'about',
    title: 'About Signal Lab, diagnostics and licences',
    group: 'Help',
    run: (b) => (b.dialog = 'about')
  },
  { id: 'help', title: 'Show the keys', group: 'Help', shown: '?', keys: ['?', 'F1'], run: (b) => (b.dialog = 'help') }
]
