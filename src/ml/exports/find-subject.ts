/** What an export is asked for by a name: a model of the library, a model file, a training folder, or a run by its id. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { InputError } from '../../core/signal/signal'
import { findModel, type ModelLibrary } from '../library/model-library'
import type { ExportSubject } from './define'
import { readRunFolder } from './read-run'

/** Throws InputError naming what there is. */
export async function findSubject(
  library: ModelLibrary,
  name: string,
  runsFolder: string | undefined,
  allowed: 'ids' | 'ids-and-paths' = 'ids-and-paths'
): Promise<ExportSubject> {
  const isModel = library.models.some(({ manifest }) => manifest.id === name)
  const folder = isModel ? undefined : folderOf(name, runsFolder, allowed)
  if (folder === undefined && !isModel && allowed === 'ids')
    throw new InputError(`There is no model and no run "${name}".`)
  if (folder === undefined) return { model: await findModel(library, name) }
  const run = await readRunFolder(folder)
  if (run && !existsSync(join(folder, 'model.safetensors')))
    throw new InputError(
      `The run "${run.record.title}" has no model yet: it is ${run.record.status}. Let it come to an end, or stop it.`
    )
  return { model: await findModel(library, folder), run }
}

function folderOf(name: string, runsFolder: string | undefined, allowed: 'ids' | 'ids-and-paths'): string | undefined {
  const isId = /^[a-z0-9][a-z0-9._-]{0,63}$/i.test(name)
  const candidates = [
    ...(allowed === 'ids' ? [] : [name]),
    ...(runsFolder !== undefined && isId ? [join(runsFolder, name)] : [])
  ]
  return candidates.find((path) => existsSync(path) && statSync(path).isDirectory())
}
