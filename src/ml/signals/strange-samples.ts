/** What is said of samples that are NaN, infinite or beyond 32-bit floats. */
import type { StrangeRule } from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import { holdsStrange } from './mended-source'
import type { StoredSamples } from './stored-samples'

/** Samples of all channels that are looked through; of a longer recording its beginning. */
const longestLook = 2 ** 23
const pieceLength = 2 ** 16

/** Of floats the beginning is looked through. Throws InputError for what is found there, where it is to be refused. */
export function strangeWarnings(stored: StoredSamples, rule: StrangeRule): string[] {
  const { coding, channelCount } = stored.layout
  if (!holdsStrange(coding)) return []
  const length = Math.min(stored.sampleCount, Math.ceil(longestLook / channelCount))
  let strange = 0
  let outside = 0
  let first = { sample: Infinity, channel: 0 }
  let largest = 0
  for (let channel = 0; channel < channelCount; channel += 1) {
    for (let start = 0; start < length; start += pieceLength) {
      const samples = stored.readExact(channel, start, Math.min(pieceLength, length - start))
      for (let n = 0; n < samples.length; n += 1) {
        const sample = samples[n]
        const size = Math.abs(sample)
        if (size < Infinity) {
          if (size > largest) largest = size
          const kept = Math.fround(sample)
          if (!Number.isFinite(kept) || (kept === 0 && sample !== 0)) outside += 1
          continue
        }
        strange += 1
        if (start + n < first.sample) first = { sample: start + n, channel }
      }
    }
  }
  const where = length < stored.sampleCount ? ` among the first ${length} samples` : ''
  const done = {
    keep: 'kept',
    zero: 'set to zero',
    hold: 'replaced by the value before',
    interpolate: 'filled'
  }
  const warnings: string[] = []
  if (strange > 0) {
    const place = `sample ${first.sample + 1} of channel ${first.channel + 1}`
    const found = `${strange} values${where} are not finite numbers, the first one is ${place}`
    if (rule === 'refuse') throw new InputError(`${found}. Choose to keep, zero, hold or interpolate such samples.`)
    warnings.push(`${found}; they were ${done[rule]}.`)
  }
  if (outside > 0) {
    warnings.push(`${outside} values${where} lie outside the range of 32-bit floats and become infinite or zero.`)
  } else if (largest >= 1e30) {
    warnings.push(`The values reach ${Number(largest.toPrecision(3))}; full scale is 1.`)
  }
  return warnings
}
