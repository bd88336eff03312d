/** Where the command line finds what is shipped, and what the user trained. */
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readLibrary, type ModelLibrary } from '../ml/library/model-library'

/** Beside the build, in a clone and in an installed program alike. */
export function resourcesFolder(): string {
  const given = process.env.SIGNAL_LAB_RESOURCES
  if (given) return given
  const candidates = [join(__dirname, '../../resources'), join(__dirname, '../../../resources')]
  return candidates.find((folder) => existsSync(join(folder, 'models'))) ?? candidates[0]
}

/** The user's own models, in the folder that the app uses as well. */
export function userModelsFolder(): string {
  return join(userFolder(), 'models')
}

/** The trainings of the app, one folder each. */
export function userRunsFolder(): string {
  return join(userFolder(), 'runs')
}

/** Settings, models, runs: what is the user's own. */
export function userFolder(): string {
  const { SIGNAL_LAB_USER_DATA, XDG_CONFIG_HOME } = process.env
  return SIGNAL_LAB_USER_DATA ?? join(XDG_CONFIG_HOME ?? join(homedir(), '.config'), 'Signal Lab')
}

export function openLibrary(): Promise<ModelLibrary> {
  return readLibrary([join(resourcesFolder(), 'models'), userModelsFolder()])
}
