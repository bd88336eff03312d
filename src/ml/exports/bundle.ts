/** An evidence bundle, written: the model is run on the slice once more, and what it answers is what others must get. */
import { version } from '../../../package.json'
import { siSdrDb } from '../../core/metrics/si-sdr'
import { r2 } from '../../core/metrics/r2'
import { generateMix } from '../../core/signal/synth'
import { InputError } from '../../core/signal/signal'
import type { Hertz, Samples } from '../../core/units'
import type { LoadedEngine } from '../engine/tensorflow'
import { filterSignal } from '../inference/filter-signal'
import { createStreamFilter } from '../inference/stream-filter'
import { sampleRateOf } from '../library/manifest'
import { encodeModel } from '../library/model-file'
import { encodeSafetensors } from '../library/safetensors'
import { packZip, type ArchivedFile } from '../library/zip'
import { arraySource } from '../signals/sample-source'
import {
  bundleEnding,
  bundleNames,
  hashOf,
  mostBundleSamples,
  type BundleDescription,
  type Environment
} from './bundle-format'
import { nameFor, type ExportKind, type ExportSubject } from './define'
import { historyText } from './run-archive'

/** The slice that a bundle proves something about. */
export interface EvidenceSignal {
  readonly name: string
  readonly sampleRate: Hertz
  readonly firstSample: Samples
  readonly samples: Float32Array
  readonly frequenciesHz: readonly Hertz[]
  readonly gain: number
  /** The clean tones, one a frequency, where they are known. */
  readonly truth?: readonly Float32Array[]
  readonly recipe?: BundleDescription['signal']['recipe']
}

/** Measured between kernels and processors: below 1e-6. A wrong gate is off by a tenth and more. */
const tolerance = 1e-5

export default {
  id: 'bundle',
  title: 'Evidence bundle',
  hint: 'One .siglab file with signal, model, answer, seeds and environment; "siglab verify" checks on another computer that it comes out the same.',
  ending: bundleEnding,
  isFolder: false,
  blockedBy({ signal }) {
    const count = signal?.samples.length ?? 1
    return count > 0 && count <= mostBundleSamples
      ? undefined
      : `A bundle holds 1 to ${mostBundleSamples} samples of signal. Received: ${count}; select a part of it.`
  },
  async filesOf(subject, context) {
    const { model, run } = subject
    const signal = subject.signal ?? generatedSignal(subject)
    const engine = context.engine()
    const expected = await answerOf(engine, subject, signal)
    const { frequenciesHz, truth, gain, recipe = null } = signal
    const files: ArchivedFile[] = [
      { name: bundleNames.model, bytes: encodeModel(model.manifest, model.network, model.weights) },
      { name: bundleNames.signals, bytes: encodeSignals(signal, expected) },
      ...(run
        ? [
            { name: bundleNames.run, bytes: textBytes(`${JSON.stringify(run.record, null, 2)}\n`) },
            { name: bundleNames.history, bytes: textBytes(historyText(run)) }
          ]
        : [])
    ]
    const description: BundleDescription = {
      format: 'signal-lab-evidence',
      formatVersion: 1,
      createdAt: new Date().toISOString(),
      title: model.manifest.title,
      signal: { name: signal.name, sampleRate: signal.sampleRate, firstSample: signal.firstSample, recipe },
      ...{ frequenciesHz: [...frequenciesHz], gain },
      seeds: { training: model.manifest.training.seed, ...(recipe ? { signal: recipe.seed } : {}) },
      metrics: (truth ?? []).map((tone, index) => figuresOf(tone, expected[index])),
      ...{ environment: environmentOf(engine), tolerance },
      files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length, sha256: hashOf(bytes) }))
    }
    const head = textBytes(`${JSON.stringify(description, null, 2)}\n`)
    return [
      {
        name: nameFor(subject, this.ending),
        bytes: packZip([{ name: bundleNames.description, bytes: head }, ...files])
      }
    ]
  }
} satisfies ExportKind

/** What the model answers to the slice from a cold start. Throws InputError where it cannot run on it. */
export async function answerOf(
  { tf, kernels }: Pick<LoadedEngine, 'tf' | 'kernels'>,
  { model }: Pick<ExportSubject, 'model'>,
  {
    sampleRate,
    frequenciesHz,
    gain,
    samples
  }: Pick<EvidenceSignal, 'sampleRate' | 'frequenciesHz' | 'gain' | 'samples'>
): Promise<Float32Array[]> {
  try {
    const filter = createStreamFilter({ tf, kernels }, model, { sampleRate, frequenciesHz, gain })
    try {
      const { outputs } = await filterSignal(filter, arraySource(samples))
      return outputs
    } finally {
      filter.dispose()
    }
  } catch (error) {
    if (error instanceof RangeError) throw new InputError(error.message)
    throw error
  }
}

/** Figures that are numbers: silence against silence has none. */
export function figuresOf(target: Float32Array, estimate: Float32Array): { r2: number; siSdrDb: number } {
  const orLeast = (value: number) => (Number.isFinite(value) ? value : -1e9)
  return { r2: orLeast(r2(target, estimate)), siSdrDb: orLeast(siSdrDb(target, estimate)) }
}

export function environmentOf({ info }: Pick<LoadedEngine, 'info'>): Environment {
  return {
    appVersion: version,
    kernel: info.kernel,
    tensorflowVersion: info.tensorflowVersion,
    device: info.device,
    platform: `${process.platform} ${process.arch}`,
    nodeVersion: process.version
  }
}

/** Without a signal of the user's: a fresh mix of the model's tones, with the noise that it was trained with. */
export function generatedSignal({ model }: Pick<ExportSubject, 'model'>): EvidenceSignal {
  const { manifest } = model
  const frequenciesHz = manifest.frequenciesHz.length > 0 ? manifest.frequenciesHz : [1, 3, 5, 7]
  const [low, high] = manifest.training.noise ?? [0.3, 0.3]
  const recipe = {
    noise: (low + high) / 2,
    durationSeconds: 10 / Math.min(...frequenciesHz),
    seed: (manifest.training.seed + 7_777_777) % 2 ** 32
  }
  const sampleRate = sampleRateOf(manifest) || 1000
  const { mix, tones } = generateMix({ ...recipe, frequenciesHz, sampleRate, phase: 'random' })
  const name = `Generated mix of ${frequenciesHz.join(', ')} Hz with seed ${recipe.seed}`
  return { name, sampleRate, firstSample: 0, samples: mix, frequenciesHz, gain: 1, truth: tones, recipe }
}

function textBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function encodeSignals({ samples, truth }: EvidenceSignal, expected: readonly Float32Array[]): Uint8Array {
  const rows = (name: string, list: readonly Float32Array[]) => {
    const values = new Float32Array(list.length * samples.length)
    list.forEach((row, index) => values.set(row, index * samples.length))
    return { name, shape: [list.length, samples.length], values }
  }
  const tensors = [{ name: 'signal', shape: [samples.length], values: samples }, rows('expected', expected)]
  if (truth) tensors.push(rows('truth', truth))
  return encodeSafetensors({ metadata: { format: 'signal-lab-signals' }, tensors })
}
