/** Does a model fit a signal? Decides the input gain, finds the truths, and asks the domain guard. Pure. */
import type { DomainReport } from '../../contract/analysis'
import type { SignalInfo } from '../../contract/lab'
import { estimateNoise } from '../../core/signal/find-tones'
import type { Hertz } from '../../core/units'
import { isCausal } from '../architectures'
import type { Manifest } from '../library/manifest'
import type { ChannelSource } from '../signals/sample-source'
import { checkDomain, isSameTone, type Alternatives } from './domain-guard'

export interface Match {
  /** The signal is multiplied by this on its way into the network. */
  readonly gain: number
  /** For each selector the index of the signal's clean tone of that frequency, or -1. */
  readonly truthIndex: readonly number[]
  /** What the domain guard has to say. */
  readonly report: DomainReport
  /** Its sentences. */
  readonly warnings: readonly string[]
}

/** Levels within this factor of the training level are left as they are. */
const levelTolerance = 2

/** `wantedHz` is what the selectors mean: the model's own frequencies, or those chosen for a model that takes any. */
export function matchModel(
  manifest: Manifest,
  wantedHz: readonly Hertz[],
  info: SignalInfo,
  samples: ChannelSource,
  alternatives: Alternatives = {}
): Match {
  const rms = rmsOf(samples)
  const gain = gainFor(manifest, rms)
  const report = checkDomain(
    { manifest, wantedHz, gain, causal: isCausal(manifest) },
    {
      ...{ sampleRate: info.sampleRate, sampleCount: info.sampleCount, rms },
      tonesHz: info.truthFrequenciesHz ?? info.foundFrequenciesHz,
      noise: estimateNoise(samples.read(0, pieceLength))
    },
    alternatives
  )
  const truths = info.truthFrequenciesHz ?? []
  const truthIndex = wantedHz.map((frequency) => truths.findIndex((other) => isSameTone(frequency, other)))
  return { gain, truthIndex, report, warnings: report.findings.map(({ sentence }) => sentence) }
}

/** What a cure could turn to among the models of a library. */
export function alternativesIn(models: readonly { readonly manifest: Manifest }[]): Alternatives {
  const isFixed = ({ manifest }: { readonly manifest: Manifest }) => manifest.frequenciesHz.length > 0
  const trained = models.find((model) => isFixed(model) && model.manifest.running.kind !== 'samples')
  return {
    universalId: models.find((model) => !isFixed(model))?.manifest.id,
    trainingSeconds: trained?.manifest.training.seconds
  }
}

function gainFor(manifest: Manifest, rms: number): number {
  if (rms === 0) return 1
  const ratio = manifest.trainingRms / rms
  return ratio <= levelTolerance && ratio >= 1 / levelTolerance ? 1 : ratio
}

function rmsOf(samples: ChannelSource): number {
  let power = 0
  let count = 0
  for (const piece of pieces(samples)) {
    for (const sample of piece) {
      if (!Number.isFinite(sample)) continue
      power += sample * sample
      count += 1
    }
  }
  return Math.sqrt(power / Math.max(1, count))
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
