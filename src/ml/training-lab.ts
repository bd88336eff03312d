/** The training process: runs on disk, one queue, one study or search at a time, and the handlers of the training contract over both. */
import { join } from 'node:path'
import { LabError, type Handlers, type Server } from '../contract/define'
import type { TrainingActivity } from '../contract/app'
import type { TrainingContract } from '../contract/training'
import type { LoadedEngine } from './engine/tensorflow'
import type { GpuLibrary } from './gpu-library/gpu-library'
import { gpuLibraryHandlers } from './handlers/gpu-library'
import { jobHandlers } from './handlers/jobs'
import { runHandlers } from './handlers/runs'
import { searchHandlers } from './handlers/searches'
import { studyHandlers } from './handlers/studies'
import { trainingHandlers } from './handlers/training'
import { Jobs } from './jobs'
import { RunStore, summaryOf } from './library/run-store'
import { Measuring, type MeasuringOptions } from './studies/measuring'
import { SearchDesk } from './studies/search-desk'
import { StudyDesk } from './studies/study-desk'
import { studyById, type StudyId } from './studies/tables'
import { markInterrupted, TrainingQueue } from './training/training-queue'

export interface TrainingLabOptions {
  loadEngine(): LoadedEngine
  readonly runsFolder: string
  readonly studiesFolder: string
  /** How a trial of a study is run. */
  readonly runnerFor: MeasuringOptions['runnerFor']
  /** All folders of models; the last one is the user's own. */
  readonly modelFolders: readonly string[]
  readonly gpuLibrary: GpuLibrary
  /** Whether this process was started on that library. */
  readonly isOnGpuLibrary: boolean
  /** Where events go; undefined while nobody listens. */
  server(): Server<TrainingContract> | undefined
  /** For the one who hosts this process: what trains and how far it is. */
  onActivity(activity: TrainingActivity): void
}

export interface TrainingLab {
  readonly handlers: Handlers<TrainingContract>
  /** Pauses what trains; resolves when all is written down. */
  close(): Promise<void>
}

export async function openTrainingLab(options: TrainingLabOptions): Promise<TrainingLab> {
  const store = await RunStore.open(options.runsFolder)
  await markInterrupted(store)
  await store.saveIndex()
  let engine: LoadedEngine | undefined
  const load = () => (engine ??= options.loadEngine())
  const emit: Server<TrainingContract>['emit'] = (name, event) => options.server()?.emit(name, event)
  const jobs = new Jobs({ emit })
  const titles = new Map<string, string>()
  const queue = new TrainingQueue({
    store,
    engine: load,
    hooks: {
      onAdvanced(event) {
        emit('trainingAdvanced', event)
        const { runId, point, stepCount } = event
        options.onActivity({
          ...{ kind: 'training', runId, title: titles.get(runId) ?? runId, share: point.step / stepCount }
        })
      },
      onEpoch: (event) => emit('epochEnded', event),
      onRecord(record) {
        titles.set(record.id, record.title)
        emit('runChanged', summaryOf(record))
      }
    },
    onEnded({ id: runId, title, status, message }) {
      options.onActivity({ kind: 'ended', runId, title, status, message })
      void store.saveIndex().catch((error: Error) => process.stderr.write(`${error.message}\n`))
    }
  })
  const measuring = new Measuring({ runnerFor: options.runnerFor })
  const studyDesk = new StudyDesk({
    ...{ measuring, folder: options.studiesFolder },
    onAdvanced(advanced) {
      emit('studyAdvanced', advanced)
      const { studyId, share } = advanced
      options.onActivity({ kind: 'training', runId: studyId, title: studyTitle(studyId), share })
    },
    onEnded(choice, { outcome, message }) {
      emit('studyEnded', { ...choice, outcome, message })
      const { studyId: runId } = choice
      options.onActivity({ kind: 'ended', runId, title: studyTitle(runId), status: outcome, message })
    }
  })
  const searchDesk = new SearchDesk({
    ...{ measuring, folder: join(options.studiesFolder, 'searches') },
    onAdvanced(advanced) {
      emit('searchAdvanced', advanced)
      options.onActivity({ kind: 'training', runId: 'search', title: searchTitle, share: advanced.share })
    },
    onEnded(choice, { outcome, message }) {
      emit('searchEnded', { ...choice, outcome, message })
      options.onActivity({ kind: 'ended', runId: 'search', title: searchTitle, status: outcome, message })
    }
  })
  const isMeasuring = () => measuring.isBusy
  const refuseWhileTraining = () => {
    if (queue.currentId !== undefined)
      throw new LabError('busy', 'A run is training: pause or stop it first, or the times would be those of both.')
  }
  const { modelFolders, gpuLibrary, isOnGpuLibrary } = options
  return {
    handlers: {
      ...trainingHandlers({ queue, engine: load, loaded: () => engine, gpuLibrary, isOnGpuLibrary, isMeasuring }),
      ...gpuLibraryHandlers({ gpuLibrary, jobs }),
      ...jobHandlers({ jobs }),
      ...runHandlers({ store, queue, modelFolders, emit }),
      ...studyHandlers({ desk: studyDesk, refuseWhileTraining }),
      ...searchHandlers({ desk: searchDesk, refuseWhileTraining })
    },
    async close() {
      jobs.cancelAll()
      await Promise.all([measuring.stop(), queue.close()])
      await store.saveIndex()
    }
  }
}

const searchTitle = 'Search for a network'
const studyTitle = (id: string) => `Study: ${studyById(id as StudyId).title}`
