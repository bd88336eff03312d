/** Handlers of contract/installation.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { installation } from '../../contract/installation'
import { describeInstallation } from '../engine/describe-installation'
import type { LabContext } from './context'

export function installationHandlers({ engine, library }: LabContext): Handlers<typeof installation> {
  return { describeInstallation: () => describeInstallation(engine, library) }
}
