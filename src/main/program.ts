/** What the page about the program shows of it. */
import { app } from 'electron'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import { devDependencies } from '../../package.json'
import { Licences, type AppInstallation } from '../contract/installation'
import { updateAddress } from './updates'

export const logFolder = () => join(app.getPath('userData'), 'logs')

export function describeProgram(): AppInstallation {
  const major = (version: string) => Number(version.split('.')[0])
  return {
    version: app.getVersion(),
    electronVersion: process.versions.electron,
    chromiumVersion: process.versions.chrome,
    packaged: app.isPackaged,
    oldRuntime: major(process.versions.electron) < major(devDependencies.electron),
    sandboxed: !app.commandLine.hasSwitch('no-sandbox'),
    dataFolder: app.getPath('userData'),
    logFolder: logFolder(),
    crashFolder: app.getPath('crashDumps'),
    updateAddress: updateAddress()
  }
}

/** The list that was made with the package; from the sources there is none, and that is said. */
export function readLicences(): Licences {
  if (!app.isPackaged) {
    return { note: 'The list is made when a package is built; here it is in package-lock.json.', components: [] }
  }
  const text = readFileSync(join(process.resourcesPath, 'licences.json'), 'utf8')
  return v.parse(Licences, JSON.parse(text))
}
