/**
 * A file that somebody brings, as a model: what it is, is told by its bytes and never by its name.
 *
 * Whatever it holds is hostile until it was checked. Formats that can run code when they are opened are refused by name.
 */
import type { ModelFile } from '../../contract/model-files'
import { InputError } from '../../core/signal/signal'
import { architectureById } from '../architectures'
import { decodeModel, type StoredModel } from '../library/model-file'
import { decodeSafetensors } from '../library/safetensors'
import { openRegular } from '../signals/byte-file'
import { looksLikeBundle, readBundle } from './bundle-format'
import { manifestKey } from './pytorch'
import { looksLikeRun, readRunArchive } from './run-archive'
import { inspectTorch, modelFromTorch, torchManifest, type TorchFacts } from './pytorch-import'

/** What the user says of a file that does not say it itself. */
export type ImportFacts = Partial<TorchFacts> & {
  /** For a file without an id of its own: from its name. */
  readonly fallbackId: string
}

const largestFile = 1024 * 2 ** 20

/** The bytes of a file as a model. Throws InputError with one sentence that names the file. */
export function readImport(path: string, bytes: Uint8Array, facts: ImportFacts): StoredModel {
  return named(path, () => modelFromBytes(bytes, facts))
}

/** The file's name before what was wrong with it. */
export function named<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof InputError || error instanceof RangeError) throw new InputError(`${path}: ${error.message}`)
    throw error
  }
}

export function modelFromBytes(bytes: Uint8Array, facts: ImportFacts): StoredModel {
  if (looksLikeBundle(bytes)) return renamed(readBundle(bytes).model, facts)
  if (looksLikeRun(bytes)) return renamed(readRunArchive(bytes).model, facts)
  refuseForeign(bytes)
  const file = decodeSafetensors(bytes)
  if (file.metadata.format === 'signal-lab-model') {
    return renamed(decodeModel(bytes), facts)
  }
  const own = file.metadata[manifestKey] === undefined ? undefined : torchManifest(file)
  const id = facts.id ?? own?.id ?? facts.fallbackId
  return modelFromTorch(file, { ...facts, id, title: facts.title ?? own?.title ?? id })
}

function refuseForeign(bytes: Uint8Array): void {
  // The length of a safetensors header may look like anything; behind it stands the header.
  const refused = bytes[8] === 0x7b ? undefined : refusals.find(({ starts }) => starts(bytes))
  if (refused) throw new InputError(refused.sentence)
}

function renamed(model: StoredModel, { id, title }: ImportFacts): StoredModel {
  const { manifest } = model
  return { ...model, manifest: { ...manifest, id: id ?? manifest.id, title: title ?? manifest.title } }
}

/** What a file is, and what has to be asked before it can be a model. Throws InputError as readImport does. */
export function inspectBytes(bytes: Uint8Array): ModelFile {
  const known = (kind: ModelFile['kind'], { manifest }: StoredModel): ModelFile => ({
    ...{ kind, title: manifest.title, unknownTones: 0, needsModelRate: false },
    sentence: `${architectureById(manifest.architecture).title}; ${manifest.summary}`
  })
  if (looksLikeBundle(bytes)) return known('evidence', readBundle(bytes).model)
  if (looksLikeRun(bytes)) {
    const { model, run } = readRunArchive(bytes)
    return { ...known('run', model), title: run.record.title }
  }
  refuseForeign(bytes)
  const file = decodeSafetensors(bytes)
  const isOurs = file.metadata.format === 'signal-lab-model' || file.metadata[manifestKey] !== undefined
  if (isOurs) return known('model', modelFromBytes(bytes, { fallbackId: 'x' }))
  return { kind: 'state-dict', title: 'PyTorch state dict', ...inspectTorch(file) }
}

interface Refusal {
  starts(bytes: Uint8Array): boolean
  readonly sentence: string
}

const beginsWith =
  (...head: number[]) =>
  (bytes: Uint8Array) =>
    head.every((byte, index) => bytes[index] === byte)

const holds = (bytes: Uint8Array, text: string) => Buffer.from(bytes.subarray(0, 4096)).includes(text)
const isZip = beginsWith(0x50, 0x4b, 0x03, 0x04)

const pickle =
  'It is a Python pickle (.pt, .pth), which can run any program when it is opened and is not read here. In Python: safetensors.torch.save_file(model.state_dict(), "model.safetensors"), and import that.'

const refusals: readonly Refusal[] = [
  { starts: (bytes) => isZip(bytes) && holds(bytes, 'data.pkl'), sentence: pickle },
  { starts: (bytes) => beginsWith(0x80)(bytes) && bytes[1] <= 5, sentence: pickle },
  {
    starts: beginsWith(0x89, 0x48, 0x44, 0x46),
    sentence:
      'It is an HDF5 file (.h5), which is not read here. In Python: load it, and save its weights as safetensors under the names of torch.nn.LSTM or GRU and Linear.'
  },
  {
    starts: (bytes) => beginsWith(0x08)(bytes) && bytes[1] <= 20 && bytes[2] === 0x12,
    sentence:
      'It looks like an ONNX model, which is written but not read here. Import the state dict (safetensors) it was made from.'
  }
]

/** All bytes of a file that is not too large. Throws InputError naming it. */
export async function readWhole(path: string): Promise<Uint8Array> {
  const file = await openRegular(path, 'a file')
  try {
    const { size } = await file.stat()
    if (size > largestFile) throw new InputError(`${path} has ${size} bytes; at most ${largestFile} are imported.`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}
