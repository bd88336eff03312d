/**
 * Notices that a file which is read where it is looked at is no longer the one that was opened. Asks the system by name
 * once a second, because another file may stand under the name by now. Knows nothing of signals.
 */
import { stat } from 'node:fs/promises'

export interface FileVersion {
  readonly size: number
  readonly changedMilliseconds: number
}

export type FileChange = 'gone' | 'shorter' | 'changed'

/** Calls `onChange` once, at the first difference, and then stops. Returns how to stop earlier. */
export function watchFile(
  path: string,
  opened: FileVersion,
  onChange: (change: FileChange) => void,
  everyMilliseconds = 1000
): () => void {
  let isAsking = false
  const timer = setInterval(() => {
    if (isAsking) return
    isAsking = true
    void changeOf(path, opened).then((change) => {
      isAsking = false
      if (change === undefined || hasStopped) return
      stop()
      onChange(change)
    })
  }, everyMilliseconds)
  timer.unref()
  let hasStopped = false
  const stop = () => {
    hasStopped = true
    clearInterval(timer)
  }
  return stop
}

async function changeOf(path: string, opened: FileVersion): Promise<FileChange | undefined> {
  try {
    const { size, mtimeMs } = await stat(path)
    if (size < opened.size) return 'shorter'
    return size === opened.size && mtimeMs === opened.changedMilliseconds ? undefined : 'changed'
  } catch (error) {
    // A network that is away for a moment is no change.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'gone' : undefined
  }
}

/** One sentence for people: what happened, what it means for what is on the screen, what to do. */
export function describeFileChange(name: string, change: FileChange): string {
  switch (change) {
    case 'gone':
      return `${name} was moved or deleted while it is open. What is on the screen is still read from it; save it under a name before you close it.`
    case 'shorter':
      return `${name} was cut while it is open: what it no longer holds is shown as a gap. Open it again.`
    case 'changed':
      return `${name} was changed by another program while it is open: what is looked at now may be its new content. Open it again.`
  }
}
