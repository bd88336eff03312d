/** Commands for the ear. */
import type { Command } from './command'

const blockedBy: Command['blockedBy'] = (bench) => (bench.stream ? undefined : 'No filter is running.')

export const listenCommands: readonly Command[] = [
  {
    id: 'listen-mix',
    title: 'Listen to the mix, or stop',
    group: 'Listen',
    shown: 'A',
    keys: ['a', 'A'],
    blockedBy,
    run: (b) => b.listening.toggle('mix')
  },
  {
    id: 'listen-output',
    title: 'Listen to the output, or stop',
    group: 'Listen',
    shown: 'B',
    keys: ['b', 'B'],
    blockedBy,
    run: (b) => b.listening.toggle('output')
  },
  {
    id: 'listen-residual',
    title: 'Listen to the residual, or stop',
    group: 'Listen',
    shown: 'R',
    keys: ['r', 'R'],
    blockedBy,
    run: (b) => b.listening.toggle('residual')
  }
]
