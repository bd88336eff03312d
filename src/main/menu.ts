/** The menu, made from one table. The page handles the keys itself; the menu shows them and works with the mouse. */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { EventOf } from '../contract/define'
import type { AppContract } from '../contract/app'

type MenuCommand = EventOf<AppContract, 'menuCommand'>['command']
type Entry = { label: string; command: MenuCommand; keys: string } | { role: 'quit' | 'togglefullscreen' }

const menus: { label: string; entries: Entry[] }[] = [
  { label: 'File', entries: [{ label: 'Open…', command: 'open', keys: 'CmdOrCtrl+O' }, { role: 'quit' }] },
  {
    label: 'View',
    entries: [{ label: 'Switch theme', command: 'toggle-theme', keys: 'T' }, { role: 'togglefullscreen' }]
  },
  { label: 'Signal', entries: [{ label: 'Run or pause', command: 'play-pause', keys: 'Space' }] },
  { label: 'Help', entries: [{ label: 'Keys', command: 'help', keys: '?' }] }
]

export function setMenu(onCommand: (command: MenuCommand) => void): void {
  const item = (entry: Entry): MenuItemConstructorOptions =>
    'role' in entry
      ? { role: entry.role }
      : {
          label: entry.label,
          accelerator: entry.keys,
          registerAccelerator: false,
          click: () => onCommand(entry.command)
        }
  const template = menus.map(({ label, entries }) => ({ label, submenu: entries.map(item) }))
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}
