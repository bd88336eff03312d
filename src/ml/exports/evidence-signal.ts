/** A stretch of a recording as the slice of a bundle: with the gain that a stream of this model would have on it. */
import type { SignalInfo } from '../../contract/signals'
import { InputError } from '../../core/signal/signal'
import type { Hertz } from '../../core/units'
import { matchModel } from '../inference/match-model'
import type { StoredModel } from '../library/model-file'
import type { ChannelSource } from '../signals/sample-source'
import { mostBundleSamples } from './bundle-format'
import type { EvidenceSignal } from './bundle'

export interface Slice {
  /** Of the record; the end is not in it. */
  readonly start: number
  readonly end: number
}

/** `wantedHz` is what the selectors mean. Throws InputError for a slice that no bundle holds. */
export function evidenceOf(
  { manifest }: StoredModel,
  { info, channel, wantedHz }: { info: SignalInfo; channel: ChannelSource; wantedHz: readonly Hertz[] },
  { start, end }: Slice
): EvidenceSignal {
  const count = end - start
  if (!(start >= 0 && count >= 1 && end <= channel.sampleCount && count <= mostBundleSamples))
    throw new InputError(
      `Expected 1 to ${mostBundleSamples} samples within the ${channel.sampleCount} of the record. Received: ${start} to ${end}.`
    )
  const { gain } = matchModel(manifest, wantedHz, info, channel)
  return {
    ...{ name: info.name, sampleRate: info.sampleRate, firstSample: start },
    ...{ samples: channel.read(start, count).slice(), frequenciesHz: wantedHz, gain }
  }
}
