/** What the handlers of all parts of the contract share. */
import { LabError, type EventOf } from '../../contract/define'
import type { LabContract } from '../../contract/lab'
import { InputError } from '../../core/signal/signal'
import type { LoadedEngine } from '../engine/tensorflow'
import type { Jobs } from '../jobs'
import type { LiveLibrary } from '../library/live-library'
import { channelSource, type ChannelSource, type SampleSource } from '../signals/sample-source'
import type { SignalStore } from '../signals/signal-store'

export interface LabContext {
  readonly engine: LoadedEngine
  readonly library: LiveLibrary
  readonly resourcesFolder: string
  /** Where pictures of long recordings are kept and long tables are unpacked; the system's temporary folder if absent. */
  readonly cacheFolder?: string
  /** The user's own models and runs; absent where none are kept. */
  readonly userFolder?: string
  readonly signals: SignalStore
  readonly jobs: Jobs
  /** Path of a file that main has granted, by its ticket, which may be on its way. */
  pathOf(fileId: string): Promise<string | undefined>
  /** The same for a file that the user chose to write to. */
  writePathOf(fileId: string): Promise<string | undefined>
  emit<N extends keyof LabContract['events'] & string>(name: N, event: EventOf<LabContract, N>): void
}

/** Throws LabError if the signal has no such channel. */
export function channelOf(source: SampleSource, channel: number): ChannelSource {
  const { length } = source.channelNames
  if (channel >= length)
    throw new LabError('not-found', `The signal has ${length} channels. Received: channel ${channel + 1}.`)
  return channelSource(source, channel)
}

/** Rejects with LabError for a ticket that main did not hand out. */
export async function grantedPath({ pathOf }: Pick<LabContext, 'pathOf'>, fileId: string): Promise<string> {
  const path = await pathOf(fileId)
  if (path === undefined) throw new LabError('not-found', 'That file was not chosen by the user; choose it again.')
  return path
}

/** The same for a place to write to. */
export async function grantedWritePath(
  { writePathOf }: Pick<LabContext, 'writePathOf'>,
  fileId: string
): Promise<string> {
  const path = await writePathOf(fileId)
  if (path === undefined) throw new LabError('not-found', 'That place was not chosen by the user; choose it again.')
  return path
}

export function nameOf(path: string): string {
  return path.split(/[/\\]/).pop() ?? path
}

/** The page knows files by their names: a path in an error is none of its business. */
export async function withNameForPath<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof InputError) throw new InputError(error.message.split(path).join(nameOf(path)))
    throw error
  }
}

/** The page knows files by their names: a path in an error is none of its business, whatever went wrong. */
export async function namedNotPath<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (error instanceof Error) error.message = error.message.split(path).join(nameOf(path))
    throw error
  }
}
