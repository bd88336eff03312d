/** Handlers of contract/runs.ts; glue only. */
import { LabError, type EventOf, type Handlers } from '../../contract/define'
import type { runs as contract } from '../../contract/runs'
import type { TrainingContract } from '../../contract/training'
import { addModel } from '../library/add-model'
import { modelInfoOf, readLibrary } from '../library/model-library'
import { summaryOf, type RunStore } from '../library/run-store'
import { markInterrupted, type TrainingQueue } from '../training/training-queue'

export interface RunHandlersContext {
  readonly store: RunStore
  readonly queue: TrainingQueue
  /** All folders of models; the last one is the user's own. */
  readonly modelFolders: readonly string[]
  emit<N extends keyof TrainingContract['events'] & string>(name: N, event: EventOf<TrainingContract, N>): void
}

export function runHandlers({ store, queue, modelFolders, emit }: RunHandlersContext): Handlers<typeof contract> {
  return {
    async listRuns(query) {
      await store.takeInChanges((id) => queue.isBusyWith(id))
      await markInterrupted(store, ['running'])
      return store.list(query)
    },
    readRun: ({ runId }) => store.existing(runId).readRecord(),
    readHistory: ({ runId, points }) => store.history(runId, points),

    async updateRun({ runId, ...change }) {
      await queue.refuseForeign(runId)
      const record = await store.change(runId, change)
      emit('runChanged', summaryOf(record))
      return record
    },

    async deleteRuns({ runIds }) {
      const busy = runIds.find((id) => queue.isBusyWith(id))
      if (busy !== undefined) throw new LabError('busy', `Run "${busy}" is training or waiting: stop it first.`)
      for (const id of runIds) await queue.refuseForeign(id)
      const deleted = await store.remove(runIds)
      emit('runsRemoved', { runIds: deleted })
      return { deleted }
    },

    async undoDeleteRuns({ runIds }) {
      const restored = await store.restore(runIds)
      for (const id of restored) emit('runChanged', summaryOf(await store.existing(id).readRecord()))
      return { restored }
    },

    async saveRunAsModel({ runId, epoch, modelId, title }) {
      const folder = store.existing(runId)
      const model = epoch === undefined ? await folder.readModel() : await folder.readEpoch(epoch)
      const { models } = await readLibrary(modelFolders)
      const named = { ...model, manifest: { ...model.manifest, id: modelId, title } }
      const taken = new Set(models.map(({ manifest }) => manifest.id))
      const added = await addModel(modelFolders[modelFolders.length - 1], named, taken)
      emit('libraryChanged', { modelId: added.model.manifest.id })
      return modelInfoOf(added.model)
    }
  }
}
