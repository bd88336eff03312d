/**
 * What an export is asked for by a name: a model of the library, a model file, a training folder, or a run by its id,
 * also as "run:ID" and, with the weights after an epoch, "run:ID@EPOCH".
 */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/signal/signal'
import { findModel, type ModelLibrary } from '../library/model-library'
import { RunFolder } from '../library/run-folder'
import type { ExportSubject } from './define'
import { readRunFolder } from './read-run'

export interface SubjectPlaces {
  readonly library: ModelLibrary
  /** Where runs stand by their ids; absent where none are kept. */
  readonly runsFolder?: string
  /** Whether a name may be a path as well. */
  readonly paths: boolean
}

const runName = /^(?:run:)?([a-z0-9][a-z0-9._-]{0,63})(?:@(\d{1,7}))?$/i

/** Throws InputError naming what there is. */
export async function findSubject(places: SubjectPlaces, name: string): Promise<ExportSubject> {
  const { library, paths } = places
  if (library.models.some(({ manifest }) => manifest.id === name)) return { model: await findModel(library, name) }
  const found = folderOf(places, name)
  if (!found && !paths) throw new InputError(`There is no model and no run "${name}".`)
  if (!found) return { model: await findModel(library, name) }
  const run = await readRunFolder(found.path)
  const folder = new RunFolder(found.path)
  if (!run) return { model: await findModel(library, found.path) }
  const model = found.epoch === undefined ? await folder.readModel() : await folder.readEpoch(found.epoch)
  return { model, run }
}

function folderOf(
  { runsFolder, paths }: SubjectPlaces,
  name: string
): { readonly path: string; readonly epoch?: number } | undefined {
  const isFolder = (path: string) => existsSync(path) && statSync(path).isDirectory()
  if (paths && isFolder(name)) return { path: name }
  const [, id, epoch] = runName.exec(name) ?? []
  if (id === undefined || runsFolder === undefined) return undefined
  const path = join(runsFolder, id)
  return isFolder(path) ? { path, epoch: epoch === undefined ? undefined : Number(epoch) } : undefined
}
