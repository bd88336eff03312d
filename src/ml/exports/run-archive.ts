/**
 * A run as one zip: its record, its history and its result. Without checkpoints and without the weights of single epochs:
 * it can be looked at, compared and exported elsewhere, and not be resumed.
 */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunRecord } from '../../contract/runs'
import { InputError } from '../../core/signal/signal'
import { freeId } from '../library/add-model'
import { decodeModel, encodeModel } from '../library/model-file'
import { makeFolder } from '../library/make-folder'
import { safeWrite, syncFolder } from '../library/safe-write'
import { packZip, unpackZip } from '../library/zip'
import type { ExportedRun, ExportKind, ExportSubject } from './define'
import { parseRun } from './read-run'

const names = { record: 'run.json', history: 'history.jsonl', model: 'model.safetensors' } as const

export default {
  id: 'run',
  title: 'The run',
  hint: 'Record, history and result of a training in one zip; "siglab import" puts it among the runs of another computer.',
  ending: '.run.zip',
  isFolder: false,
  blockedBy: ({ run, model }) =>
    run
      ? undefined
      : `"${model.manifest.title}" is a model alone. Export the run that it came from: siglab export RUN.`,
  filesOf({ model, run }) {
    const { record } = run!
    const bytes = packZip([
      { name: names.record, bytes: text(recordText({ ...record, keptEpochs: [] })) },
      { name: names.history, bytes: text(historyText(run!)) },
      { name: names.model, bytes: encodeModel(model.manifest, model.network, model.weights) }
    ])
    return [{ name: `${record.id}${this.ending}`, bytes }]
  }
} satisfies ExportKind

const limits = { files: 3, bytes: 768 * 2 ** 20 }

/** Whether a zip begins as a run does. */
export function looksLikeRun(bytes: Uint8Array): boolean {
  const name = Buffer.from(names.record)
  return bytes[0] === 0x50 && bytes[1] === 0x4b && Buffer.from(bytes.subarray(30, 30 + name.length)).equals(name)
}

/** Throws InputError with one sentence for anything that does not hold. */
export function readRunArchive(bytes: Uint8Array): Required<Pick<ExportSubject, 'model' | 'run'>> {
  const files = new Map(unpackZip(bytes, limits).map((file) => [file.name, file.bytes]))
  const of = (name: string) => {
    const found = files.get(name)
    if (!found) throw new InputError(`It is no run: it has no "${name}".`)
    return found
  }
  const decode = (name: string) => new TextDecoder().decode(of(name))
  const run = parseRun(decode(names.record), decode(names.history))
  return { run, model: decodeModel(of(names.model)) }
}

/** Among the runs of a folder, under an id that no other has; complete or not at all. */
export async function addRun(
  runsFolder: string,
  { run, model }: Required<Pick<ExportSubject, 'model' | 'run'>>
): Promise<{ record: RunRecord; path: string }> {
  await makeFolder(runsFolder)
  const id = freeId(run.record.id, (id) => existsSync(join(runsFolder, id)))
  // Nothing of it can be resumed: there are no checkpoints.
  const status = run.record.status === 'finished' ? 'finished' : 'stopped'
  const record: RunRecord = { ...run.record, id, status, keptEpochs: [] }
  const made = join(runsFolder, `.import-${randomBytes(6).toString('hex')}`)
  try {
    await makeFolder(join(made, 'checkpoints'))
    await makeFolder(join(made, 'epochs'))
    await safeWrite(join(made, names.record), recordText(record))
    await safeWrite(join(made, names.history), historyText(run))
    await safeWrite(join(made, names.model), encodeModel(model.manifest, model.network, model.weights))
    await rename(made, join(runsFolder, id))
    await syncFolder(runsFolder)
  } catch (error) {
    await rm(made, { recursive: true, force: true })
    throw error
  }
  return { record, path: join(runsFolder, id) }
}

function recordText(record: RunRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`
}

export function historyText({ history }: ExportedRun): string {
  return history.map((point) => `${JSON.stringify(point)}\n`).join('')
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}
