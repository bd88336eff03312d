/** Where the numbers of a training come from, and what it means for its last bits to go on somewhere else. */
import * as v from 'valibot'
import { version } from '../../../package.json'
import { Text } from '../../contract/values'
import type { LoadedEngine } from '../engine/tensorflow'

export const Environment = v.object({
  kernel: Text,
  tensorflowVersion: Text,
  device: Text,
  /** TF_ENABLE_ONEDNN_OPTS, which changes results. */
  oneDnn: Text,
  platform: Text,
  appVersion: Text
})
export type Environment = v.InferOutput<typeof Environment>

/** Of this process. */
export function environmentOf({ info, kernels }: LoadedEngine): Environment {
  return {
    ...{ kernel: kernels.name, tensorflowVersion: info.tensorflowVersion, device: info.device },
    oneDnn: process.env.TF_ENABLE_ONEDNN_OPTS ?? '',
    platform: `${process.platform} ${process.arch}`,
    appVersion: version
  }
}

const environmentNames: Readonly<Record<keyof Environment, string>> = {
  ...{ kernel: 'kernels', tensorflowVersion: 'TensorFlow', device: 'device', oneDnn: 'oneDNN setting' },
  ...{ platform: 'platform', appVersion: 'version of the program' }
}

/** A sentence if the numbers from here on may differ in their last bits. */
export function differencesTo(before: Environment, now: Environment): string[] {
  const names = Object.keys(environmentNames) as (keyof Environment)[]
  const changed = names.filter((name) => before[name] !== now[name])
  if (changed.length === 0) return []
  const told = changed.map((name) => `${environmentNames[name]} ${before[name] || 'none'}, now ${now[name] || 'none'}`)
  return [`From here on it may differ in the last bits from a run without a break: ${told.join('; ')}.`]
}
