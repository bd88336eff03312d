/** The menu as main is asked to show it: the table of commands, group by group. */
import type { MenuGroup } from '../../contract/app'
import { commands } from '.'
import { groups, type Command } from './command'

const names: Readonly<Record<string, string>> = {
  ' ': 'Space',
  '+': 'Plus',
  '-': '-',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down'
}

export const menuGroups: readonly MenuGroup[] = groups.map((title) => ({
  title,
  entries: commands
    .filter(({ group }) => group === title)
    .map((command) => ({ command: command.id, label: command.title, accelerator: acceleratorOf(command) }))
}))

/** As Electron writes keys; undefined for a command without one. */
function acceleratorOf({ keys, modifier }: Command): string | undefined {
  const key = keys?.[0]
  if (key === undefined) return undefined
  const name = names[key] ?? (key.length === 1 ? key.toUpperCase() : key)
  return modifier ? `CmdOrCtrl+${name}` : name
}
