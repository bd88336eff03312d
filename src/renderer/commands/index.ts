/** Every command, one file a group, and the ways to find one. */
import type { Command } from './command'
import { editCommands } from './edit'
import { helpCommands } from './help'
import { layoutCommands } from './layouts'
import { listenCommands } from './listen'
import { measureCommands } from './measure'
import { modelCommands } from './models'
import { runningCommands } from './running'
import { scopeCommands } from './scope'
import { signalCommands } from './signal'
import { toneCommands } from './tones'
import { trainCommands } from './train'
import { viewCommands } from './view'

export { groups, type Command, type Group } from './command'

export const commands: readonly Command[] = [
  ...signalCommands,
  ...editCommands,
  ...toneCommands,
  ...modelCommands,
  ...runningCommands,
  ...viewCommands,
  ...measureCommands,
  ...scopeCommands,
  ...layoutCommands,
  ...trainCommands,
  ...listenCommands,
  ...helpCommands
]

export function commandById(id: string): Command {
  const found = commands.find((command) => command.id === id)
  if (!found) throw new Error(`There is no command "${id}".`)
  return found
}

/** "Run or pause (Space)": the hint on a command's button. */
export function hintOf(id: string): string {
  const { title, shown } = commandById(id)
  return shown ? `${title} (${shown})` : title
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** The command that a key press means, if any. */
export function commandForKey(press: Press): Command | undefined {
  if (press.altKey) return undefined
  const modifier = press.ctrlKey || press.metaKey ? 'control' : undefined
  return commands.find((command) => command.modifier === modifier && command.keys?.includes(press.key))
}

/** Commands whose title or group holds every word typed, those first whose title begins with the first word. */
export function searchCommands(text: string): readonly Command[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = (title: string) =>
    words.length === 0 || title.startsWith(words[0]) ? 0 : title.includes(` ${words[0]}`) ? 1 : 2
  return commands
    .map((command) => ({ command, title: command.title.toLowerCase(), group: command.group.toLowerCase() }))
    .filter(({ title, group }) => words.every((word) => title.includes(word) || group.includes(word)))
    .sort((a, b) => rank(a.title) - rank(b.title))
    .map(({ command }) => command)
}
