/** The user's settings as a file. */
import { Settings, defaultSettings } from '../contract/app'
import type { JsonFileKind } from './json-store'

export const settingsFile: JsonFileKind<typeof Settings> = {
  title: 'settings',
  key: 'settings',
  schema: Settings,
  usual: defaultSettings
}

/** What the system's own parts of the window (dialogs, scroll bars) are to look like. */
export function systemTheme(theme: Settings['theme']): 'system' | 'dark' | 'light' {
  if (theme === 'high-contrast') return 'dark'
  return theme === 'print' ? 'light' : theme
}
