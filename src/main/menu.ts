/**
 * The menu, made from the page's table of commands. The page handles the keys itself; the menu shows them and works with
 * the mouse. Knows no command.
 */
import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { MenuGroup } from '../contract/app'

/** Roles that are the system's own, below the commands of the group they belong to. */
const roles: Readonly<Record<string, MenuItemConstructorOptions>> = {
  Signal: { role: 'quit' },
  View: { role: 'togglefullscreen' }
}

export interface MenuActions {
  command(id: string): void
  openRecent(path: string): void
}

export function setMenu(groups: readonly MenuGroup[], recentPaths: readonly string[], actions: MenuActions): void {
  const template = groups.map(({ title, entries }): MenuItemConstructorOptions => {
    const items = entries.map(({ command, label, accelerator }): MenuItemConstructorOptions => {
      return { label, accelerator, registerAccelerator: false, click: () => actions.command(command) }
    })
    if (title === 'Signal') items.push(recentMenu(recentPaths, actions))
    const role = roles[title]
    return { label: title, submenu: role ? [...items, { type: 'separator' }, role] : items }
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** Main knows the paths, so its menu may tell files of one name apart. */
function recentMenu(paths: readonly string[], { openRecent }: MenuActions): MenuItemConstructorOptions {
  return {
    label: 'Open recent',
    enabled: paths.length > 0,
    submenu: paths.map((path) => ({ label: path.replaceAll('&', '&&'), click: () => openRecent(path) }))
  }
}
