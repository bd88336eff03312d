/** Commands that choose tones, type them and look for them. */
import type { Command } from './command'

const selectCommands: readonly Command[] = [0, 1, 2, 3].map((index) => ({
  id: `select-${index + 1}`,
  title: `Filter tone ${index + 1}`,
  group: 'Tones',
  shown: String(index + 1),
  keys: [String(index + 1)],
  blockedBy: (bench) => (index < bench.running.selectorCount ? undefined : `There is no tone ${index + 1}.`),
  run: (bench) => bench.running.select(index)
}))

const blockedBy: Command['blockedBy'] = (bench) => (bench.stream ? undefined : 'No filter is running.')

export const toneCommands: readonly Command[] = [
  ...selectCommands,
  {
    id: 'type-tone',
    title: 'Type the frequency of the chosen tone',
    group: 'Tones',
    shown: 'E',
    keys: ['e', 'E'],
    blockedBy,
    run: (b) => (b.tones.editing = b.selector)
  },
  {
    id: 'find-tones',
    title: 'Find the tones of what the screen shows',
    group: 'Tones',
    shown: 'D',
    keys: ['d', 'D'],
    blockedBy,
    run: (b) => b.tuning.findTones()
  },
  {
    id: 'reset-tones',
    title: 'Go back to the tones that the signal was opened with',
    group: 'Tones',
    blockedBy: (b) => (b.tones.areOfSignal ? 'The selectors have the tones of the signal.' : undefined),
    run: (b) => b.tuning.resetTones()
  },
  {
    id: 'toggle-rival',
    title: 'Rival beside the network on or off',
    group: 'Tones',
    shown: 'J',
    keys: ['j', 'J'],
    blockedBy,
    run: (b) => b.tuning.toggleRival()
  }
]
