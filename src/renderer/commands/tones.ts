/** Commands that choose a tone. */
import type { Command } from './command'

export const toneCommands: readonly Command[] = [0, 1, 2, 3].map((index) => ({
  id: `select-${index + 1}`,
  title: `Filter tone ${index + 1}`,
  group: 'Tones',
  shown: String(index + 1),
  keys: [String(index + 1)],
  blockedBy: (bench) => (index < bench.selectorCount ? undefined : `There is no tone ${index + 1}.`),
  run: (bench) => bench.select(index)
}))
