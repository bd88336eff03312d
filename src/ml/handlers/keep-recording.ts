/** An opened recording into the store: its picture from the cache, and the rest of a long table as a job. */
import { errorToData } from '../../contract/define'
import type { SignalInfo } from '../../contract/signals'
import { CancelledError } from '../jobs'
import type { OpenedRecording } from '../signals/open-recording'
import { pyramidCache } from '../signals/pyramid-cache'
import type { PictureOptions } from '../signals/signal-pictures'
import type { SignalDescription } from '../signals/signal-store'
import { describeFileChange, watchFile, type FileVersion } from '../signals/watch-file'
import type { LabContext } from './context'

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
  const looking = new Looking(context, { signalId, name })
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

/** A record is looked through in silence for so long; then it gets a row among the jobs. */
const silentMilliseconds = 700

/** Looking through a long record for its picture, as a job that can be cancelled: what was not seen stays a sparse look. */
class Looking {
  readonly #stop = new AbortController()
  #started: number | undefined
  #advance: ((share: number) => void) | undefined

  constructor(
    readonly context: LabContext,
    readonly of: { readonly signalId: string; readonly name: string }
  ) {}

  get abort(): AbortSignal {
    return this.#stop.signal
  }

  advance(share: number): void {
    const now = performance.now()
    this.#started ??= now
    if (this.#advance) this.#advance(share)
    else if (share < 1 && now - this.#started > silentMilliseconds) this.#begin()
  }

  #begin(): void {
    const { jobs, signals } = this.context
    const { signalId, name } = this.of
    this.#advance = () => {}
    const { pictures } = signals.get(signalId)
    const job = jobs.run({ jobId: lookingJob(signalId), title: `Looking through ${name}` }, async (running) => {
      this.#advance = running.advance
      running.abort.addEventListener('abort', () => this.#stop.abort())
      await pictures.finished
      if (running.abort.aborted) throw new CancelledError()
    })
    // Its row says what went wrong.
    job.catch(() => undefined)
  }
}

export function lookingJob(signalId: string): string {
  return `look-${signalId}`
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
