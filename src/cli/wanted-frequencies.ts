/** What the selectors of a model mean on a recording. */
import type { SignalInfo } from '../contract/lab'
import { InputError } from '../core/signal/signal'
import type { Manifest } from '../ml/library/manifest'
import { universalModelId } from '../ml/library/model-library'
import { UsageError } from './command'
import { parseFrequencies } from './flags'

/** The model's own frequencies, or those asked for, or the tones found, lowest first. Throws UsageError or InputError. */
export function wantedFrequencies(manifest: Manifest, asked: string | undefined, info: SignalInfo): readonly number[] {
  const own = manifest.frequenciesHz
  if (own.length > 0) {
    const same = asked === undefined || parseFrequencies('frequencies', asked).join() === own.join()
    if (same) return own
    throw new UsageError(
      `--frequencies: "${manifest.id}" answers ${own.join(',')} Hz only; a model that takes any is "${universalModelId}". Received: ${asked}`
    )
  }
  if (asked !== undefined) return parseFrequencies('frequencies', asked)
  if (info.foundFrequenciesHz.length > 0) return [...info.foundFrequenciesHz].sort((a, b) => a - b)
  throw new InputError(`No clear tone was found in ${info.name}; name the wanted ones with --frequencies.`)
}
