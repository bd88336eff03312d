/** Commands that change how the signal is shown. */
import type { Command } from './command'

export const viewCommands: readonly Command[] = [
  { id: 'finer', title: 'Finer time base', group: 'View', shown: '[', keys: ['['], run: (b) => b.changeTimeBase(-1) },
  {
    id: 'coarser',
    title: 'Coarser time base',
    group: 'View',
    shown: ']',
    keys: [']'],
    run: (b) => b.changeTimeBase(1)
  },
  {
    id: 'toggle-theme',
    title: 'Dark or light theme',
    group: 'View',
    shown: 'T',
    keys: ['t', 'T'],
    run: (b) => b.toggleTheme(shownTheme())
  }
]

/** The theme on the screen, also where the system decides. */
function shownTheme(): 'dark' | 'light' {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark'
}
