/** An opened recording into the store: its picture from the cache, and the rest of a long table as a job. */
import { errorToData } from '../../contract/define'
import type { SignalInfo } from '../../contract/signals'
import type { OpenedRecording } from '../signals/open-recording'
import { pyramidCache } from '../signals/pyramid-cache'
import type { PictureOptions } from '../signals/signal-pictures'
import type { SignalDescription } from '../signals/signal-store'
import { describeFileChange, watchFile, type FileVersion } from '../signals/watch-file'
import type { LabContext } from './context'
import { LookThrough } from './look-through'

export function keepRecording(
  context: LabContext,
  { signalId, name, path }: { signalId: string; name: string; path?: string },
  recording: OpenedRecording
): SignalInfo {
  const { signals, jobs, emit, cacheFolder } = context
  const { readRest } = recording
  let isGrowing = readRest !== undefined
  // Resampled, or cut into parts, the record is another one than its rows.
  const isSame = recording.choices.kind !== 'table' || recording.choices.uneven === 'as-is'
  const looking = new LookThrough(context, { signalId, name })
  const pictures: PictureOptions = {
    abort: looking.abort,
    cache:
      path !== undefined && cacheFolder !== undefined && recording.file
        ? pyramidCache(cacheFolder, { ...recording.file, path, reading: JSON.stringify(recording.choices) })
        : undefined,
    isGrowing: () => isGrowing,
    onProgress: (share) => {
      emit('pictureAdvanced', { signalId, share })
      if (!isGrowing) looking.advance(share)
    }
  }
  const described = { ...describe(recording, { signalId, name }), isLoading: isGrowing || undefined }
  let info: SignalInfo
  try {
    info = signals.add(described, recording.source, { pictures })
  } catch (error) {
    recording.source.close()
    throw error
  }
  if (path !== undefined && recording.file?.staysOpen) watch(context, { signalId, name, path }, recording.file)
  if (!readRest) return info

  const read = jobs.run({ jobId: `read-${signalId}`, title: `Reading ${name}` }, ({ abort, advance }) =>
    readRest({ abort, onProgress: advance })
  )
  read.then(
    (whole) => {
      isGrowing = false
      if (!signals.has(signalId)) return
      emit('signalChanged', signals.replace(describe(whole, { signalId, name }), whole.source, { pictures, isSame }))
    },
    (error) => {
      isGrowing = false
      if (!signals.has(signalId)) return
      signals.remove(signalId)
      const { message } = errorToData(error)
      emit('signalFailed', { signalId, message: path === undefined ? message : message.split(path).join(name) })
    }
  )
  return info
}

function watch(
  { signals, emit }: LabContext,
  { signalId, name, path }: { signalId: string; name: string; path: string },
  opened: FileVersion
): void {
  const stop = watchFile(path, opened, (change) =>
    emit('signalFileChanged', { signalId, message: describeFileChange(name, change) })
  )
  signals.onRemoved(signalId, stop)
}

function describe(
  { format, encoding, warnings, choices, partCount }: OpenedRecording,
  { signalId, name }: { signalId: string; name: string }
): SignalDescription {
  return {
    ...{ id: signalId, name, format, encoding, warnings },
    choices: choices as SignalInfo['choices'],
    partCount: partCount > 1 ? partCount : undefined
  }
}
