/** Commands that change how the signal is shown. */
import type { Command } from './command'

export const viewCommands: readonly Command[] = [
  {
    id: 'finer',
    title: 'Finer time base',
    group: 'View',
    shown: '[',
    keys: ['['],
    run: (b) => b.running.changeTimeBase(-1)
  },
  {
    id: 'coarser',
    title: 'Coarser time base',
    group: 'View',
    shown: ']',
    keys: [']'],
    run: (b) => b.running.changeTimeBase(1)
  },
  {
    id: 'toggle-theme',
    title: 'Dark or light theme',
    group: 'View',
    shown: 'T',
    keys: ['t', 'T'],
    run: (b) => b.theme.toggle()
  },
  { id: 'theme-system', title: 'Theme as the system has it', group: 'View', run: (b) => b.theme.choose('system') },
  {
    id: 'theme-high-contrast',
    title: 'Theme of high contrast',
    group: 'View',
    run: (b) => b.theme.choose('high-contrast')
  },
  { id: 'theme-print', title: 'Theme for paper', group: 'View', run: (b) => b.theme.choose('print') },
  {
    id: 'print',
    title: 'Print the window',
    group: 'View',
    shown: 'Ctrl+P',
    keys: ['p', 'P'],
    modifier: 'control',
    run: () => window.print()
  },
  {
    id: 'numbers-system',
    title: 'Numbers as the system has them',
    group: 'View',
    run: (b) => b.setNumberStyle('system')
  },
  { id: 'numbers-point', title: 'Numbers with a decimal point', group: 'View', run: (b) => b.setNumberStyle('point') },
  { id: 'numbers-comma', title: 'Numbers with a decimal comma', group: 'View', run: (b) => b.setNumberStyle('comma') }
]
