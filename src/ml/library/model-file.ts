/**
 * A model as one file: safetensors with the manifest and a SHA-256 over everything in its metadata.
 *
 * A file is believed only when its hash, its manifest and the network's own parameter list all agree, and all weights
 * are finite; no tensor is made before.
 */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import * as v from 'valibot'
import { jointFeatureCount } from '../../core/filters/joint-front-end'
import { parseParams } from '../../core/params/params'
import { InputError } from '../../core/signal/signal'
import { architectureById } from '../architectures'
import { sizeOf, type Network } from '../architectures/define'
import { Manifest, networkShapeOf } from './manifest'
import { upgradeManifest } from './manifest-versions'
import { decodeSafetensors, encodeSafetensors, type NamedTensor } from './safetensors'
import { safeWrite } from './safe-write'

export interface StoredModel {
  readonly manifest: Manifest
  readonly network: Network
  /** All weights as one vector, in the order of the network's parameters. */
  readonly weights: Float32Array
}

const maxFileBytes = 512 * 2 ** 20

/** The network that a manifest describes. Throws RangeError if it names an unknown architecture or parameter. */
export function networkOf(manifest: Manifest): Network {
  const architecture = architectureById(manifest.architecture)
  return architecture.build(networkShapeOf(manifest), parseParams(architecture.params, manifest.params))
}

export async function writeModelFile(path: string, { manifest, network, weights }: StoredModel): Promise<void> {
  await safeWrite(path, encodeModel(v.parse(Manifest, manifest), network, weights))
}

/** Throws InputError with one sentence if the file is not a whole and healthy model of this program. */
export async function readModelFile(path: string): Promise<StoredModel> {
  const bytes = await readWhole(path)
  try {
    return decodeModel(bytes)
  } catch (error) {
    if (error instanceof InputError || error instanceof RangeError) throw new InputError(`${path}: ${error.message}`)
    throw error
  }
}

export function encodeModel(manifest: Manifest, network: Network, weights: Float32Array): Uint8Array {
  const json = JSON.stringify(manifest)
  const tensors = cutTensors(network, weights)
  const metadata = { format: 'signal-lab-model', manifest: json, sha256: hashOf(json, tensors) }
  return encodeSafetensors({ metadata, tensors })
}

export function decodeModel(bytes: Uint8Array): StoredModel {
  const { metadata, tensors } = decodeSafetensors(bytes)
  if (metadata.format !== 'signal-lab-model' || metadata.manifest === undefined) {
    throw new InputError('It is a safetensors file but not a Signal Lab model: its metadata has no manifest.')
  }
  if (hashOf(metadata.manifest, tensors) !== metadata.sha256) {
    throw new InputError(
      'Its SHA-256 does not fit its content: it was damaged or changed. Use a copy, or train it again.'
    )
  }
  const manifest = parseManifest(metadata.manifest)
  const network = networkOf(manifest)
  return { manifest, network, weights: joinTensors(network, tensors) }
}

/** A manifest of any version from its text. Throws InputError naming the field that is wrong. */
export function parseManifest(json: string): Manifest {
  const raw = upgradeManifest(parseJson(json))
  const running = (raw as { running?: { kind?: unknown } }).running?.kind
  if (running === 'lock-in') {
    throw new InputError(
      'It was trained behind a lock-in bank, which this program no longer has: train it again with "siglab train".'
    )
  }
  const parsed = v.safeParse(Manifest, raw)
  if (parsed.success) {
    checkFrontEnd(parsed.output)
    return parsed.output
  }
  const [issue] = parsed.issues
  throw new InputError(`Its manifest is not valid: ${v.getDotPath(issue) ?? 'manifest'}: ${issue.message}.`)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw new InputError(`Its manifest is not JSON (${(error as Error).message.slice(0, 80)}).`)
  }
}

function checkFrontEnd({ running, featureCount, outputCount }: Manifest): void {
  if (running.kind !== 'joint' || (featureCount === jointFeatureCount && outputCount === 2)) return
  throw new InputError(
    `Behind a joint fit a network reads ${jointFeatureCount} features and answers 2. Received: ${featureCount} and ${outputCount}.`
  )
}

function cutTensors(network: Network, weights: Float32Array): NamedTensor[] {
  let at = 0
  return network.parameters.map(({ name, shape }) => ({
    name,
    shape,
    values: weights.slice(at, (at += sizeOf(shape)))
  }))
}

function joinTensors(network: Network, tensors: readonly NamedTensor[]): Float32Array {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  if (byName.size !== network.parameters.length) {
    throw new InputError(`The network has ${network.parameters.length} tensors. Received: ${byName.size}.`)
  }
  const weights = new Float32Array(network.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0))
  let at = 0
  for (const { name, shape } of network.parameters) {
    const tensor = byName.get(name)
    if (!tensor || tensor.shape.join() !== shape.join()) {
      throw new InputError(
        `Expected a tensor "${name}" of shape [${shape}]. Received: ${tensor ? `[${tensor.shape}]` : 'none'}.`
      )
    }
    if (!tensor.values.every(Number.isFinite))
      throw new InputError(`Tensor "${name}" holds values that are not finite numbers.`)
    weights.set(tensor.values, at)
    at += tensor.values.length
  }
  return weights
}

function hashOf(manifest: string, tensors: readonly NamedTensor[]): string {
  const hash = createHash('sha256').update(manifest)
  // In the order of their names, so that a program that rewrites the file in another order keeps it valid.
  for (const { name, shape, values } of [...tensors].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    hash.update(`\n${name} [${shape}]\n`)
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
  }
  return hash.digest('hex')
}

async function readWhole(path: string): Promise<Uint8Array> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const { size } = await file.stat()
    if (size > maxFileBytes) throw new InputError(`${path} has ${size} bytes; a model has at most ${maxFileBytes}.`)
    return await file.readFile()
  } finally {
    await file?.close()
  }
}
