/** Does a model fit a signal? Decides the input gain, and says in sentences what does not fit. Pure. */
import type { SignalInfo } from '../../contract/lab'
import type { Hertz } from '../../core/units'
import type { Manifest } from '../library/manifest'
import type { ChannelSource } from '../signals/sample-source'

export interface Match {
  /** The signal is multiplied by this on its way into the network. */
  readonly gain: number
  /** For each selector the index of the signal's clean tone of that frequency, or -1. */
  readonly truthIndex: readonly number[]
  readonly warnings: readonly string[]
}

/** Levels within this factor of the training level are left as they are. */
const levelTolerance = 2

/** `wantedHz` is what the selectors mean: the model's own frequencies, or those chosen for a model that takes any. */
export function matchModel(
  manifest: Manifest,
  wantedHz: readonly Hertz[],
  info: SignalInfo,
  samples: ChannelSource
): Match {
  const warnings: string[] = []
  const { gain, warning } = matchLevel(manifest, samples)
  if (warning) warnings.push(warning)
  if (manifest.running.kind === 'samples' && info.sampleRate !== manifest.running.sampleRate) {
    warnings.push(
      `${manifest.title} was trained at ${manifest.running.sampleRate} samples a second; this signal has ${format(info.sampleRate)}.`
    )
  }
  const known = info.truthFrequenciesHz ?? info.foundFrequenciesHz
  const missing = wantedHz.filter((frequency) => !known.some((other) => isSame(frequency, other)))
  if (missing.length > 0 && manifest.running.kind !== 'lock-in') {
    const found = known.length > 0 ? `has tones at ${known.map(format).join(', ')} Hz` : 'has no clear tones'
    warnings.push(`${manifest.title} answers ${wantedHz.map(format).join(', ')} Hz; this signal ${found}.`)
  }
  const truths = info.truthFrequenciesHz ?? []
  const truthIndex = wantedHz.map((frequency) => truths.findIndex((other) => isSame(frequency, other)))
  return { gain, truthIndex, warnings }
}

function matchLevel(manifest: Manifest, samples: ChannelSource): { gain: number; warning?: string } {
  let power = 0
  let count = 0
  for (const piece of pieces(samples)) {
    for (const sample of piece) {
      if (!Number.isFinite(sample)) continue
      power += sample * sample
      count += 1
    }
  }
  const rms = Math.sqrt(power / Math.max(1, count))
  if (rms === 0) return { gain: 1, warning: 'The signal is silent.' }
  const ratio = manifest.trainingRms / rms
  if (ratio <= levelTolerance && ratio >= 1 / levelTolerance) return { gain: 1 }
  return {
    gain: ratio,
    warning: `The signal is scaled by ${format(ratio)} for the network, whose training level it is far from.`
  }
}

/** The whole of a channel, or evenly spread pieces of a long one. */
function* pieces(samples: ChannelSource): Iterable<Float32Array> {
  const count = Math.min(mostPieces, Math.ceil(samples.sampleCount / pieceLength))
  for (let n = 0; n < count; n += 1) {
    const start =
      count < mostPieces ? n * pieceLength : Math.floor((n * (samples.sampleCount - pieceLength)) / (count - 1))
    yield samples.read(start, pieceLength)
  }
}

const pieceLength = 2 ** 16
const mostPieces = 64

/** Equal to a part in ten thousand, or as close as a found peak can be. */
function isSame(frequency: number, other: number): boolean {
  return Math.abs(frequency - other) <= Math.max(1e-4 * frequency, 0.06)
}

function format(value: number): string {
  return String(Number(value.toPrecision(4)))
}
