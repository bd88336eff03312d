/**
 * What a model knows of itself: its recipe, the signals it was made for, how it was trained and how good it was.
 *
 * Everything that is needed to run a model comes from here, never from a panel.
 */
import * as v from 'valibot'
import { drawnToneCount } from '../../core/dataset/joint-streams'
import type { NetworkShape } from '../architectures/define'

const Finite = v.pipe(v.number(), v.finite())
const Positive = v.pipe(v.number(), v.finite(), v.gtValue(0))
const NotNegative = v.pipe(v.number(), v.finite(), v.minValue(0))
const Text = v.pipe(v.string(), v.maxLength(4096))

/** Read and made at the signal's rate, one output a sample: the seed's way. */
const SampleRunning = v.strictObject({
  kind: v.literal('samples'),
  sampleRate: Positive,
  /** The length of the sequences that it was trained on. */
  sequenceLength: v.pipe(v.number(), v.integer(), v.minValue(1))
})

/** Run at ticks: decimated input, analytic output turned on to the samples between two ticks. */
const TickRunning = v.strictObject({
  kind: v.literal('ticks'),
  /** The rate of the signals it was trained on; others are brought to the same ticks. */
  sampleRate: Positive,
  modelRate: Positive
})

/** Behind a joint fit of all wanted tones, whose rate is set by their spacing: it can serve any frequencies. */
const JointRunning = v.strictObject({
  kind: v.literal('joint'),
  /** What the network reads is the front end's own; one that computes something else has another number. */
  frontEnd: v.literal(1),
  /** Ticks of the network in one period of the least spacing between tones. */
  ticksPerSpacing: Positive,
  /** The spacing is narrowed until its period has so many samples: the network was trained on no more noise than that. */
  samplesPerSpacing: Positive
})

/** What is written. Older ones are brought to it when they are read: manifest-versions.ts. */
export const manifestVersion = 2

export const Manifest = v.strictObject({
  formatVersion: v.literal(manifestVersion),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i)),
  title: Text,
  architecture: Text,
  params: v.record(v.string(), v.union([Finite, Text])),
  featureCount: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  outputCount: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(64)),
  /** What stands behind the tone in the outputs: a value for each selector, or sine and cosine of the tone's phase. */
  answers: v.optional(v.array(v.picklist(['frequency', 'phase']))),
  running: v.variant('kind', [SampleRunning, TickRunning, JointRunning]),
  /** What the selectors mean, in the order of the one-hot condition; empty if they can mean anything. */
  frequenciesHz: v.pipe(v.array(Positive), v.maxLength(16)),
  /** The network reads input * inputScale, and its output / targetScale is the tone as it stands in the mix. */
  inputScale: Positive,
  targetScale: Positive,
  /** RMS of the mixes it was trained on: a signal far from it is scaled to it. */
  trainingRms: Positive,
  training: v.strictObject({
    /** The command that makes it again. */
    command: Text,
    /** Least and greatest standard deviation of the white noise that it was trained with; absent if nobody knows. */
    noise: v.optional(v.tuple([NotNegative, NotNegative])),
    seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
    steps: v.pipe(v.number(), v.integer(), v.minValue(0)),
    seconds: Finite,
    kernel: Text,
    createdAt: Text,
    appVersion: Text
  }),
  /** Figures on held-out signals, by name. */
  metrics: v.record(v.string(), v.nullable(Finite)),
  /** One line for people. */
  summary: Text
})
export type Manifest = v.InferOutput<typeof Manifest>
export type Running = Manifest['running']

/** What a network is for. */
export type ModelTask = Pick<Manifest, 'featureCount' | 'outputCount' | 'running'> & {
  readonly frequenciesHz: readonly number[]
}

/** How a network of this manifest meets its task: what `build` is given. */
export function networkShapeOf({ featureCount, outputCount, running, frequenciesHz }: ModelTask): NetworkShape {
  const common = { featureCount, outputCount, selectorCount: frequenciesHz.length || drawnToneCount }
  if (running.kind === 'joint') return common
  const stepRate = running.kind === 'ticks' ? running.modelRate : running.sampleRate
  return { ...common, turns: frequenciesHz.map((frequency) => (2 * Math.PI * frequency) / stepRate) }
}

/** The rate of the signals that a model was made for; 0 if it takes any. */
export function sampleRateOf({ running }: Manifest): number {
  return running.kind === 'joint' ? 0 : running.sampleRate
}
