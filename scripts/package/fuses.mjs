/**
 * The switches inside the Electron binary, set for good: what an installed program cannot be talked into.
 *
 * An older runtime has fewer of them; each one that it has is set, and those that it lacks are named.
 */
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses'

/** By their names in Electron; in the order of the wire. */
export const wantedFuses = {
  /** ELECTRON_RUN_AS_NODE would make the signed program run anybody's script. */
  RunAsNode: false,
  /** There are no cookies; the keyring would be asked for nothing. */
  EnableCookieEncryption: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  /** Enforced by Electron on macOS and Windows. */
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false
}

/**
 * Set the fuses of a program file; returns those that this runtime does not have.
 * @param {string} program
 * @returns {Promise<string[]>}
 */
export async function setFuses(program) {
  const present = await readFuses(program)
  const names = Object.keys(wantedFuses)
  const settings = Object.fromEntries(
    names.filter((name) => name in present).map((name) => [FuseV1Options[name], wantedFuses[name]])
  )
  await flipFuses(program, { version: FuseVersion.V1, ...settings })
  const now = await readFuses(program)
  const wrong = names.filter((name) => name in now && now[name] !== wantedFuses[name])
  if (wrong.length > 0) throw new Error(`these fuses could not be set: ${wrong.join(', ')}`)
  return names.filter((name) => !(name in present))
}

/**
 * The fuses that a program has, by name.
 * @param {string} program
 * @returns {Promise<Record<string, boolean>>}
 */
export async function readFuses(program) {
  const wire = await getCurrentFuseWire(program)
  return Object.fromEntries(
    Object.keys(wantedFuses)
      .filter((name) => wire[FuseV1Options[name]] !== undefined)
      .map((name) => [name, wire[FuseV1Options[name]] === '1'.charCodeAt(0)])
  )
}
