/** The models that a running laboratory can use: those of its folders, read anew when asked, and those of runs. */
import { join } from 'node:path'
import { LabError } from '../../contract/define'
import { InputError } from '../../core/signal/signal'
import type { StoredModel } from './model-file'
import { readLibrary, type ModelLibrary } from './model-library'
import { RunFolder } from './run-folder'

/** "run:ID" is the result of a run, "run:ID@EPOCH" its weights after an epoch. */
const runModelId = /^run:([a-z0-9][a-z0-9._-]{0,63})(?:@(\d{1,7}))?$/i

export class LiveLibrary implements ModelLibrary {
  #library: ModelLibrary = { models: [], problems: [] }

  private constructor(
    readonly folders: readonly string[],
    readonly runsFolder: string | undefined
  ) {}

  static async open(folders: readonly string[], runsFolder?: string): Promise<LiveLibrary> {
    const library = new LiveLibrary(folders, runsFolder)
    await library.refresh()
    return library
  }

  get models(): readonly StoredModel[] {
    return this.#library.models
  }

  get problems(): readonly string[] {
    return this.#library.problems
  }

  /** One that was just written into a folder. */
  add(model: StoredModel): void {
    this.#library = { ...this.#library, models: [...this.models, model] }
  }

  async refresh(): Promise<void> {
    this.#library = await readLibrary(this.folders)
  }

  /** Throws LabError with a sentence if there is no such model, or if its file is damaged. */
  async find(id: string): Promise<StoredModel> {
    const known = this.models.find(({ manifest }) => manifest.id === id)
    if (known) return known
    const [, runId, epoch] = runModelId.exec(id) ?? []
    if (runId === undefined || this.runsFolder === undefined)
      throw new LabError('not-found', `There is no model "${id}".`)
    const folder = new RunFolder(join(this.runsFolder, runId))
    try {
      return epoch === undefined ? await folder.readModel() : await folder.readEpoch(Number(epoch))
    } catch (error) {
      if (error instanceof InputError) throw new LabError('not-found', error.message)
      throw error
    }
  }
}
