/**
 * The models on this machine: those shipped with the program, and those trained by the user, one file each.
 *
 * A file that cannot be read is listed as a problem and hides no other.
 */
import { existsSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelInfo } from '../../contract/lab'
import { InputError } from '../../core/signal/signal'
import { isCausal } from '../architectures'
import { parameterCountOf } from '../architectures/define'
import { sampleRateOf } from './manifest'
import { readModelFile, type StoredModel } from './model-file'

export const modelFileEnding = '.safetensors'
/** What is used when nobody says otherwise. */
export const defaultModelId = 'stream-1357'

/** The shipped model that takes any frequencies. */
export const universalModelId = 'universal'

export interface ModelLibrary {
  /** Grows while the program runs: what is imported or trained is added. */
  readonly models: readonly StoredModel[]
  /** One sentence for each file that is not a model. */
  readonly problems: readonly string[]
}

/** Read all models of the folders given; a missing folder is empty. The first of two models with one id counts. */
export async function readLibrary(folders: readonly string[]): Promise<ModelLibrary> {
  const models = new Map<string, StoredModel>()
  const problems: string[] = []
  for (const folder of folders.filter(existsSync)) {
    const names = await readdir(folder).catch((error: Error) => {
      problems.push(`The models in ${folder} cannot be listed: ${error.message}.`)
      return []
    })
    for (const name of names.filter((name) => name.endsWith(modelFileEnding)).sort()) {
      try {
        const model = await readModelFile(join(folder, name))
        if (!models.has(model.manifest.id)) models.set(model.manifest.id, model)
      } catch (error) {
        problems.push((error as Error).message)
      }
    }
  }
  return { models: [...models.values()], problems }
}

/** A model by its id, or by the path of its file or of the folder that training wrote. Throws InputError naming the ids. */
export async function findModel(library: ModelLibrary, idOrPath: string): Promise<StoredModel> {
  const known = library.models.find(({ manifest }) => manifest.id === idOrPath)
  if (known) return known
  if (existsSync(idOrPath)) {
    const path = statSync(idOrPath).isDirectory() ? join(idOrPath, `model${modelFileEnding}`) : idOrPath
    if (!existsSync(path))
      throw new InputError(
        `The folder ${idOrPath} holds no model${modelFileEnding}; expected one written by "siglab train".`
      )
    return readModelFile(path)
  }
  const ids = library.models.map(({ manifest }) => manifest.id).join(', ')
  throw new InputError(
    `There is no model "${idOrPath}". Expected one of ${ids}, or the path of a model file or folder.`
  )
}

export function modelInfoOf({ manifest, network }: StoredModel): ModelInfo {
  return {
    id: manifest.id,
    title: manifest.title,
    architecture: manifest.architecture,
    selects: manifest.frequenciesHz.length === 0 ? 'any' : 'fixed',
    frequenciesHz: [...manifest.frequenciesHz],
    sampleRate: sampleRateOf(manifest),
    modelRate: manifest.running.kind === 'ticks' ? manifest.running.modelRate : 0,
    parameterCount: parameterCountOf(network),
    causal: isCausal(manifest),
    isDefault: manifest.id === defaultModelId,
    summary: manifest.summary
  }
}
