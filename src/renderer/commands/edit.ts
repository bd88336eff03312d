/** Commands that take back what the user did. */
import type { Command } from './command'

export const editCommands: readonly Command[] = [
  {
    id: 'undo',
    title: 'Undo',
    group: 'Edit',
    shown: 'Ctrl+Z',
    keys: ['z'],
    modifier: 'control',
    blockedBy: (b) => (b.history.undoTitle === undefined ? 'There is nothing to undo.' : undefined),
    run: (b) => b.history.undo()
  },
  {
    id: 'redo',
    title: 'Redo',
    group: 'Edit',
    shown: 'Ctrl+Y',
    keys: ['y', 'Y', 'Z'],
    modifier: 'control',
    blockedBy: (b) => (b.history.redoTitle === undefined ? 'There is nothing to redo.' : undefined),
    run: (b) => b.history.redo()
  }
]
