/** A model into the folder of the user's own, under an id that no other has. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './make-folder'
import { writeModelFile, type StoredModel } from './model-file'
import { modelFileEnding } from './model-library'

export interface AddedModel {
  readonly model: StoredModel
  readonly path: string
}

/** `takenIds` are those of all models that are listed, shipped ones included. */
export async function addModel(folder: string, model: StoredModel, takenIds: ReadonlySet<string>): Promise<AddedModel> {
  await makeFolder(folder)
  const pathOf = (id: string) => join(folder, `${id}${modelFileEnding}`)
  const id = freeId(model.manifest.id, (id) => takenIds.has(id) || existsSync(pathOf(id)))
  const added = { ...model, manifest: { ...model.manifest, id } }
  await writeModelFile(pathOf(id), added)
  return { model: added, path: pathOf(id) }
}

/** `id` itself, or with the first number behind it that nobody has. */
export function freeId(id: string, isTaken: (id: string) => boolean): string {
  for (let number = 1; ; number += 1) {
    const tried = number === 1 ? id : `${id.slice(0, 58)}-${number}`
    if (!isTaken(tried)) return tried
  }
}

/** A file's name as an id: what an id may not hold becomes a dash. */
export function idFromName(name: string): string {
  const id = name
    .replace(/\.[^.]*$/, '')
    .replace(/[^a-z0-9._-]+/gi, '-')
    .replace(/^[^a-z0-9]+/i, '')
    .slice(0, 64)
  return id === '' ? 'imported' : id
}
