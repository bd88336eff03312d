/**
 * What an export is: one file beside this one says what it makes of a model, or why it cannot. Knows nothing of folders,
 * dialogs or command lines.
 */
import type { HistoryPoint, RunRecord } from '../../contract/runs'
import { InputError } from '../../core/signal/signal'
import { architectureById } from '../architectures'
import type { Layer } from '../architectures/layers'
import type { LoadedEngine } from '../engine/tensorflow'
import type { StoredModel } from '../library/model-file'
import type { EvidenceSignal } from './bundle'

/** What is exported. */
export interface ExportSubject {
  readonly model: StoredModel
  /** The training that it came from, where that was kept. */
  readonly run?: ExportedRun
  /** What an evidence bundle is about; a fresh mix of the model's tones if absent. */
  readonly signal?: EvidenceSignal
}

export interface ExportedRun {
  readonly record: RunRecord
  readonly history: readonly HistoryPoint[]
}

export interface ExportedFile {
  /** Without a folder in it. */
  readonly name: string
  readonly bytes: Uint8Array
}

export interface ExportContext {
  /** Loaded when it is asked for: most exports compute nothing. */
  engine(): LoadedEngine
}

export interface ExportKind {
  readonly id: string
  readonly title: string
  /** What opens it and what is in it, in one sentence. */
  readonly hint: string
  /** Of the one file, or of the first one where there are several. */
  readonly ending: string
  /** Several files, written into a folder or a zip. */
  readonly isFolder: boolean
  /** Why this one cannot be exported so, as a sentence with what to do instead; undefined if it can. */
  blockedBy(subject: ExportSubject): string | undefined
  /** Only called where nothing blocks. */
  filesOf(subject: ExportSubject, context: ExportContext): readonly ExportedFile[] | Promise<readonly ExportedFile[]>
}

/** A name for a file: the model's id, which has no folder in it. */
export function nameFor({ model }: ExportSubject, ending: string): string {
  return `${model.manifest.id}${ending}`
}

/** The network's chain of layers. Throws InputError where it tells none: blockedBy says so before. */
export function layersOf({ model }: ExportSubject): readonly Layer[] {
  const { layers } = model.network
  if (!layers) throw new InputError(noChain(model, 'This format'))
  return layers
}

/** The sentence for a network that `format` cannot express, if it cannot; `refuse` looks at each layer. */
export function blockedByLayers(
  { model }: ExportSubject,
  format: string,
  refuse: (layer: Layer) => string | undefined
): string | undefined {
  const { layers } = model.network
  if (!layers) return noChain(model, format)
  for (const layer of layers) {
    const reason = refuse(layer)
    if (reason !== undefined) return `"${model.manifest.title}" cannot be written for ${format}: ${reason}`
  }
  return undefined
}

/** Normalisation inside the recurrence is nowhere but here. */
export function refuseNormalised(layer: Layer): string | undefined {
  const isNormalised = (layer.kind === 'lstm' || layer.kind === 'gru') && layer.normalised
  return isNormalised
    ? 'its recurrent layers have layer normalisation inside, which that program does not have. Train it with layerNorm off, or keep it as a Signal Lab model.'
    : undefined
}

function noChain({ manifest }: StoredModel, format: string): string {
  const { title } = architectureById(manifest.architecture)
  return `"${manifest.title}" is of the family ${title}, which is no chain of layers that ${format} knows. Keep it as a Signal Lab model, or export an evidence bundle.`
}
