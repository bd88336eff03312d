/** Handlers of contract/exports.ts; glue only. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { LabError, type Handlers } from '../../contract/define'
import type { exporting as contract, ExportRequest } from '../../contract/exports'
import { safeWrite } from '../library/safe-write'
import { exportedParts, type ExportAnswer } from '../signals/exported-parts'
import { writeSignal, type WriteFormat } from '../signals/write-recording'
import { grantedWritePath, namedNotPath, type LabContext } from './context'

/** `answerOf` makes a filter of its own, as a stream's: the one on the screen goes on meanwhile. */
export function exportHandlers(
  context: LabContext,
  answerOf: (streamId: string) => ExportAnswer
): Handlers<typeof contract> {
  const { signals, jobs } = context
  const pathFor = (fileId: string) => grantedWritePath(context, fileId)
  return {
    async exportSignal({ jobId, fileId, signalId, parts, streamId, range, format }) {
      const path = await pathFor(fileId)
      const name = basename(path)
      const { source } = signals.get(signalId)
      const answer = streamId === null ? undefined : answerOf(streamId)
      const release = signals.hold(signalId)
      try {
        const part = insideOf(range, source.sampleCount)
        const signal = exportedParts({ source, parts, range: part, answer })
        const trip = await jobs.run(
          { jobId, title: `Writing ${name}` },
          ({ abort, advance }) =>
            namedNotPath(path, () => writeSignal(path, signal, styled(format), { abort, onProgress: advance })),
          ({ sentence }) => sentence
        )
        const { sampleCount, channelCount, bytes, largestDifference, clipped, lost } = trip
        return { name, sampleCount, channelCount, bytes, largestDifference, clipped, lost }
      } finally {
        release()
        answer?.filter.dispose()
      }
    },

    async writePicture({ fileId, kind, bytes }) {
      const path = await pathFor(fileId)
      if (!looksLike(kind, bytes))
        throw new LabError('bad-request', `Those bytes are no ${kind.toUpperCase()} picture.`)
      await namedNotPath(path, () => safeWrite(path, bytes))
      const read = await readFile(path)
      if (!read.equals(bytes))
        throw new LabError('file-system', `${basename(path)} was read back and differs; write it again.`)
      return { name: basename(path), bytes: read.length }
    }
  }
}

/** A decimal comma brings semicolons between the columns. */
function styled(format: ExportRequest['format']): WriteFormat {
  return format.kind === 'csv' && format.decimal === ',' ? { ...format, delimiter: ';' } : format
}

function insideOf(range: ExportRequest['range'], sampleCount: number): { start: number; end: number } {
  const { start, end } = range ?? { start: 0, end: sampleCount }
  if (start >= end || end > sampleCount)
    throw new LabError('bad-request', `The record has ${sampleCount} samples. Received: ${start} to ${end}.`)
  return { start, end }
}

function looksLike(kind: 'png' | 'svg', bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 8)).toString('latin1')
  return kind === 'png' ? head === '\x89PNG\r\n\x1a\n' : head.startsWith('<svg') || head.startsWith('<?xml')
}
