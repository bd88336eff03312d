/**
 * A trained network as a stream: blocks of samples in, a block of output for every selector out, state carried between.
 *
 * All selectors run as one batch all the time, so that a change of selector shows a settled output at once. Blocks may
 * have any length; the same samples give the same output however they are cut. Knows nothing of files or screens.
 */
import { spacingOf } from '../../core/filters/spacing'
import type { Hertz, Samples } from '../../core/units'
import type { TensorFlow } from '../engine/engine'
import type { Kernels } from '../kernels/kernels'
import { isCausal } from '../architectures'
import type { Manifest } from '../library/manifest'
import type { StoredModel } from '../library/model-file'
import { WeightedNetwork } from '../network/weighted-network'
import { BatchRunner } from './batch-runner'
import { JointFilter } from './joint-filter'
import { SampleFilter } from './sample-filter'
import { SequenceFilter } from './sequence-filter'
import { TickFilter } from './tick-filter'

export interface StreamFilter {
  readonly frequenciesHz: readonly Hertz[]
  /** By how many samples the output lags what it estimates. */
  readonly latencySamples: Samples
  /** The network runs once in so many samples; in between its last answer is turned on. */
  readonly hopSamples: Samples
  /** One array a selector, each as long as the block. */
  process(block: Float32Array): Float32Array[]
  /** As at the start: zero state. */
  reset(): void
  dispose(): void
}

export interface StreamFilterOptions {
  readonly sampleRate: Hertz
  /** Which tones the selectors mean: needed by a model that takes any, ignored by the others. */
  readonly frequenciesHz?: readonly Hertz[]
  /** The signal is multiplied by this before, and the output divided by it after, the network. */
  readonly gain?: number
  /** Told what the network reads: [selectors, steps, features]. */
  readonly onInput?: (input: Float32Array, selectorCount: number) => void
}

/** Tones far apart would let a network run more often than anyone can see or hear. */
const mostTicksPerSecond = 800

/** Throws RangeError if the model cannot run at the signal's rate or for the frequencies. */
export function createStreamFilter(
  { tf, kernels }: { tf: TensorFlow; kernels: Kernels },
  { manifest, network, weights }: StoredModel,
  options: StreamFilterOptions
): StreamFilter {
  const { running } = manifest
  const plan = planOf(manifest, options)
  const weighted = new WeightedNetwork(tf, kernels, network, weights)
  const settings = { manifest, gain: options.gain ?? 1, sampleRate: options.sampleRate, ...plan }
  const { onInput } = options
  const runner = () => new BatchRunner(weighted, plan.frequenciesHz.length, onInput)
  switch (running.kind) {
    case 'samples':
      return isCausal(manifest)
        ? new SampleFilter(runner(), settings)
        : new SequenceFilter(weighted, settings, running.sequenceLength, onInput)
    case 'ticks':
      return new TickFilter(runner(), settings)
    case 'joint': {
      const { ticksPerSpacing } = running
      return new JointFilter(runner(), { ...settings, ticksPerSpacing })
    }
  }
}

/** What the selectors mean, and how many samples one step of the network takes. Checked before anything is allocated. */
function planOf(manifest: Manifest, { sampleRate, frequenciesHz = [] }: StreamFilterOptions) {
  const { running, title } = manifest
  if (running.kind === 'samples') return { frequenciesHz: manifest.frequenciesHz, samplesPerTick: 1 }
  if (running.kind === 'ticks') {
    const samplesPerTick = sampleRate / running.modelRate
    if (samplesPerTick >= 1) return { frequenciesHz: manifest.frequenciesHz, samplesPerTick }
    throw new RangeError(`"${title}" needs at least ${running.modelRate} samples a second. Received: ${sampleRate} Hz.`)
  }
  const wantedHz = manifest.frequenciesHz.length > 0 ? manifest.frequenciesHz : frequenciesHz
  if (wantedHz.length === 0)
    throw new RangeError(`"${title}" takes any frequencies and needs at least one. Received: none.`)
  const tooHigh = wantedHz.find((frequency) => frequency >= sampleRate / 2)
  if (tooHigh !== undefined) {
    throw new RangeError(
      `A signal of ${sampleRate} Hz holds tones below ${sampleRate / 2} Hz. Received: ${tooHigh} Hz.`
    )
  }
  const samplesPerSpacing = Math.max(
    running.samplesPerSpacing,
    sampleRate / spacingOf(wantedHz),
    (sampleRate / mostTicksPerSecond) * running.ticksPerSpacing
  )
  return { frequenciesHz: wantedHz, samplesPerTick: samplesPerSpacing / running.ticksPerSpacing }
}
