/** Handlers of contract/model-files.ts; glue only. */
import { basename, join } from 'node:path'
import { LabError, type Handlers } from '../../contract/define'
import type { modelFiles as contract } from '../../contract/model-files'
import { readBundle } from '../exports/bundle-format'
import { evidenceOf } from '../exports/evidence-signal'
import { findSubject } from '../exports/find-subject'
import { exportKindById, exportKinds } from '../exports'
import { inspectBytes, modelFromBytes, readWhole } from '../exports/read-import'
import { addRun, readRunArchive } from '../exports/run-archive'
import { verifyBundle } from '../exports/verify-bundle'
import { writeExport } from '../exports/write-export'
import { addModel, idFromName } from '../library/add-model'
import { modelInfoOf } from '../library/model-library'
import { channelOf, grantedPath, grantedWritePath, namedNotPath, withNameForPath, type LabContext } from './context'

export function modelFileHandlers(context: LabContext): Handlers<typeof contract> {
  const { engine, library, jobs, signals, userFolder } = context
  /** By the id of a model or a run alone: a path is none of the page's business. */
  const subjectOf = (id: string) => findSubject({ library, runsFolder: library.runsFolder, paths: false }, id)
  return {
    async listExports({ subjectId }) {
      const subject = await subjectOf(subjectId)
      return exportKinds.map(({ id, title, hint, ending, blockedBy }) => ({
        ...{ id, title, hint, ending },
        blockedBy: blockedBy(subject) ?? null
      }))
    },

    async exportModel({ jobId, fileId, subjectId, exportId, signal }) {
      const path = await grantedWritePath(context, fileId)
      const name = basename(path)
      const subject = await subjectOf(subjectId)
      const kind = exportKindById(exportId)
      if (kind.isFolder && !/\.zip$/i.test(name))
        throw new LabError('bad-request', `${kind.title} are several files; expected a name that ends in .zip.`)
      const evidence = signal === null || kind.id !== 'bundle' ? undefined : sliceOf(signal, subject.model)
      const [{ bytes }] = await jobs.run(
        { jobId, title: `Writing ${name}` },
        () =>
          namedNotPath(path, () => writeExport(path, kind, { ...subject, signal: evidence }, { engine: () => engine })),
        (files) => `written: ${files[0].bytes.toLocaleString('en-US')} bytes`
      )
      return { name, bytes }
    },

    async inspectModelFile({ fileId }) {
      const path = await grantedPath(context, fileId)
      return withNameForPath(path, async () => inspectBytes(await readWhole(path)))
    },

    async importModel({ fileId, facts }) {
      if (userFolder === undefined) throw new LabError('file-system', 'There is no folder for models of your own.')
      const path = await grantedPath(context, fileId)
      const read = await withNameForPath(path, async () =>
        modelFromBytes(await readWhole(path), { ...facts, fallbackId: idFromName(basename(path)) })
      )
      const taken = new Set(library.models.map(({ manifest }) => manifest.id))
      const { model } = await addModel(join(userFolder, 'models'), read, taken)
      library.add(model)
      return modelInfoOf(model)
    },

    async importRun({ fileId }) {
      const { runsFolder } = library
      if (runsFolder === undefined) throw new LabError('file-system', 'There is no folder for runs of your own.')
      const path = await grantedPath(context, fileId)
      const read = await withNameForPath(path, async () => readRunArchive(await readWhole(path)))
      const { record } = await addRun(runsFolder, read)
      return { runId: record.id, title: record.title }
    },

    async verifyEvidence({ jobId, fileId }) {
      const path = await grantedPath(context, fileId)
      const bundle = await withNameForPath(path, async () => readBundle(await readWhole(path)))
      const { description, signal } = bundle
      const verdict = await jobs.run({ jobId, title: `Checking ${basename(path)}` }, () => verifyBundle(engine, bundle))
      return {
        ...{ title: description.title, isReproduced: verdict.isReproduced, sentence: verdict.sentence },
        ...{ signalName: description.signal.name, sampleRate: description.signal.sampleRate },
        ...{ sampleCount: signal.length, createdAt: description.createdAt, notes: [...verdict.notes] },
        selectors: verdict.selectors.map(({ frequencyHz, largestDifference, r2 }) => ({
          ...{ frequencyHz, largestDifference },
          r2: r2?.found ?? null
        }))
      }
    }
  }

  function sliceOf(
    { signalId, channel, frequenciesHz, start, end }: NonNullable<ExportRequest['signal']>,
    model: Parameters<typeof evidenceOf>[0]
  ) {
    const { info, source } = signals.get(signalId)
    const wantedHz = model.manifest.frequenciesHz.length > 0 ? model.manifest.frequenciesHz : frequenciesHz
    return evidenceOf(model, { info, channel: channelOf(source, channel), wantedHz }, { start, end })
  }
}

type ExportRequest = Parameters<Handlers<typeof contract>['exportModel']>[0]
