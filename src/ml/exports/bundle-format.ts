/**
 * An evidence bundle (.siglab): a zip with a slice of a signal, a model, what the model answered, and everything that
 * decided that answer. This file says what stands in it and reads it; nothing in it is believed before it was checked.
 */
import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { InputError } from '../../core/signal/signal'
import { decodeModel, type StoredModel } from '../library/model-file'
import { decodeSafetensors } from '../library/safetensors'
import { unpackZip, type ArchivedFile } from '../library/zip'

/** Names within the zip. */
export const bundleNames = {
  description: 'bundle.json',
  model: 'model.safetensors',
  signals: 'signals.safetensors',
  run: 'run.json',
  history: 'history.jsonl',
  card: 'card.html'
} as const

export const bundleEnding = '.siglab'

const Finite = v.pipe(v.number(), v.finite())
const Positive = v.pipe(v.number(), v.finite(), v.gtValue(0))
const Text = v.pipe(v.string(), v.maxLength(4096))
const Whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))

/** What computed an answer. */
export const Environment = v.strictObject({
  appVersion: Text,
  kernel: Text,
  tensorflowVersion: Text,
  device: Text,
  platform: Text,
  nodeVersion: Text
})
export type Environment = v.InferOutput<typeof Environment>

export const BundleDescription = v.strictObject({
  format: v.literal('signal-lab-evidence'),
  formatVersion: v.literal(1),
  /** ISO 8601. */
  createdAt: Text,
  title: Text,
  signal: v.strictObject({
    /** Where the slice is from: a file's name, or the recipe of a generated mix. */
    name: Text,
    sampleRate: Positive,
    /** Place of its first sample in the record that it was cut from. */
    firstSample: Whole,
    /** What made a generated mix; null for a recording. */
    recipe: v.nullable(v.strictObject({ noise: Finite, durationSeconds: Positive, seed: Whole }))
  }),
  /** What the selectors meant, and by what the signal was multiplied on its way into the network. */
  frequenciesHz: v.pipe(v.array(Positive), v.minLength(1), v.maxLength(16)),
  gain: Positive,
  seeds: v.record(v.string(), Whole),
  /** Figures of each selector's answer against its clean tone, in the order of the frequencies; empty if none is known. */
  metrics: v.pipe(v.array(v.strictObject({ r2: Finite, siSdrDb: Finite })), v.maxLength(16)),
  environment: Environment,
  /** Largest difference that still counts as reproduced, in parts of the largest expected value. */
  tolerance: v.pipe(Positive, v.maxValue(1e-3)),
  /** Every other file in the bundle. */
  files: v.pipe(
    v.array(v.strictObject({ name: Text, bytes: Whole, sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) })),
    v.maxLength(64)
  )
})
export type BundleDescription = v.InferOutput<typeof BundleDescription>

export interface Bundle {
  readonly description: BundleDescription
  readonly model: StoredModel
  readonly signal: Float32Array // [samples]
  /** What the model answered, one array a selector. */
  readonly expected: readonly Float32Array[]
  /** The clean tones, where they are known. */
  readonly truth: readonly Float32Array[]
}

/** A bundle is a slice; filtering one again takes a moment. */
export const mostBundleSamples = 2 ** 22

const limits = { files: 64, bytes: 512 * 2 ** 20 }

/** Throws InputError with one sentence for anything that does not hold. */
export function readBundle(bytes: Uint8Array): Bundle {
  const files = new Map(unpackZip(bytes, limits).map((file) => [file.name, file]))
  const description = readDescription(files)
  checkFiles(description, files)
  const model = decodeModel(fileOf(files, bundleNames.model).bytes)
  const { signal, expected, truth } = readSignals(fileOf(files, bundleNames.signals).bytes, description)
  return { description, model, signal, expected, truth }
}

/** The first bytes of a zip whose first entry is a bundle's description. */
export function looksLikeBundle(bytes: Uint8Array): boolean {
  const name = Buffer.from(bundleNames.description)
  return bytes[0] === 0x50 && bytes[1] === 0x4b && Buffer.from(bytes.subarray(30, 30 + name.length)).equals(name)
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function readDescription(files: ReadonlyMap<string, ArchivedFile>): BundleDescription {
  const { bytes } = fileOf(files, bundleNames.description)
  let raw: unknown
  try {
    raw = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new InputError(`Its ${bundleNames.description} is not JSON (${(error as Error).message.slice(0, 80)}).`)
  }
  const version = (raw as { formatVersion?: unknown } | null)?.formatVersion
  if (version !== 1)
    throw new InputError(
      `It is a bundle of version ${String(version).slice(0, 20)}; this program reads version 1: open it with the program that made it.`
    )
  const parsed = v.safeParse(BundleDescription, raw)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new InputError(`Its ${bundleNames.description} is not valid: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}.`)
}

function checkFiles({ files: listed }: BundleDescription, files: ReadonlyMap<string, ArchivedFile>): void {
  for (const { name, bytes, sha256 } of listed) {
    const file = fileOf(files, name)
    if (file.bytes.length !== bytes || hashOf(file.bytes) !== sha256)
      throw new InputError(`Its ${name} does not fit the SHA-256 in its description: it was damaged or changed.`)
  }
  const known = new Set([bundleNames.description as string, ...listed.map(({ name }) => name)])
  const extra = [...files.keys()].find((name) => !known.has(name))
  if (extra !== undefined) throw new InputError(`It holds "${extra}", which its description does not list.`)
}

function readSignals(bytes: Uint8Array, { frequenciesHz }: BundleDescription) {
  const { tensors } = decodeSafetensors(bytes)
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  const signal = byName.get('signal')
  if (!signal || signal.shape.length !== 1 || signal.values.length === 0)
    throw new InputError('Expected a tensor "signal" of one dimension in it. Received: none.')
  const sampleCount = signal.values.length
  if (sampleCount > mostBundleSamples)
    throw new InputError(`Expected at most ${mostBundleSamples} samples of signal. Received: ${sampleCount}.`)
  const rowsOf = (name: string): Float32Array[] => {
    const tensor = byName.get(name)
    if (!tensor) return []
    if (tensor.shape.join() !== [frequenciesHz.length, sampleCount].join())
      throw new InputError(
        `Expected a tensor "${name}" of shape [${frequenciesHz.length},${sampleCount}]. Received: [${tensor.shape}].`
      )
    return frequenciesHz.map((_, row) => tensor.values.subarray(row * sampleCount, (row + 1) * sampleCount))
  }
  const expected = rowsOf('expected')
  if (expected.length === 0) throw new InputError('Expected a tensor "expected" in it. Received: none.')
  return { signal: signal.values, expected, truth: rowsOf('truth') }
}

function fileOf(files: ReadonlyMap<string, ArchivedFile>, name: string): ArchivedFile {
  const file = files.get(name)
  if (!file) throw new InputError(`It has no "${name.slice(0, 80)}".`)
  return file
}
