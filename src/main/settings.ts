/** The user's settings as a file. */
import { Settings, defaultSettings } from '../contract/app'
import type { JsonFileKind } from './json-store'

export const settingsFile: JsonFileKind<typeof Settings> = {
  title: 'settings',
  key: 'settings',
  schema: Settings,
  usual: defaultSettings
}
