/** What the handlers of all parts of the contract share. */
import { LabError, type EventOf } from '../../contract/define'
import type { LabContract } from '../../contract/lab'
import type { LoadedEngine } from '../engine/tensorflow'
import type { Jobs } from '../jobs'
import type { ModelLibrary } from '../library/model-library'
import { channelSource, type ChannelSource, type SampleSource } from '../signals/sample-source'
import type { SignalStore } from '../signals/signal-store'

export interface LabContext {
  readonly engine: LoadedEngine
  readonly library: ModelLibrary
  readonly resourcesFolder: string
  readonly signals: SignalStore
  readonly jobs: Jobs
  /** Path of a file that main has granted, by its ticket. */
  pathOf(fileId: string): string | undefined
  emit<N extends keyof LabContract['events'] & string>(name: N, event: EventOf<LabContract, N>): void
}

/** Throws LabError if the signal has no such channel. */
export function channelOf(source: SampleSource, channel: number): ChannelSource {
  const { length } = source.channelNames
  if (channel >= length)
    throw new LabError('not-found', `The signal has ${length} channels. Received: channel ${channel + 1}.`)
  return channelSource(source, channel)
}
