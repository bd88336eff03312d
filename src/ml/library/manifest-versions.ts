/**
 * Manifests of earlier versions, brought to the present one step by step. Knows nothing of files; what comes out is
 * checked by the schema as if it had been written today.
 */
import { InputError } from '../../core/signal/signal'
import { manifestVersion } from './manifest'

type Raw = Readonly<Record<string, unknown>>

/** From the version of the key to the next one. */
const steps: Readonly<Record<number, (manifest: Raw) => Raw>> = {
  /** The noise of training stood in the text of the command only. */
  1: (manifest) => {
    const { training } = manifest
    if (!isTable(training) || typeof training.command !== 'string') return manifest
    const noise = noiseInCommand(training.command)
    return noise === undefined ? manifest : { ...manifest, training: { ...training, noise } }
  }
}

/** Throws InputError for a version that this program does not know. */
export function upgradeManifest(raw: unknown): unknown {
  if (!isTable(raw)) return raw
  const { formatVersion: version } = raw
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1 || version > manifestVersion) {
    throw new InputError(
      `It has format version ${String(version)}, this program reads versions 1 to ${manifestVersion}: open it with the program that made it.`
    )
  }
  let manifest = raw
  for (let from = version; from < manifestVersion; from += 1)
    manifest = { ...steps[from](manifest), formatVersion: from + 1 }
  return manifest
}

function noiseInCommand(command: string): [number, number] | undefined {
  const found = /--noise ([\d.]+)(?:-([\d.]+))?/.exec(command)
  if (!found) return undefined
  const [low, high] = [Number(found[1]), Number(found[2] ?? found[1])]
  return Number.isFinite(low) && Number.isFinite(high) ? [low, high] : undefined
}

function isTable(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
