/** The laboratory: the handlers of every part of the contract over one engine, one library and one store of signals. */
import type { Handlers, Server } from '../contract/define'
import type { LabContract } from '../contract/lab'
import type { LabContext } from './handlers/context'
import { exportHandlers } from './handlers/exports'
import { importHandlers } from './handlers/imports'
import { analysisHandlers } from './handlers/analysis'
import { inspectHandlers } from './handlers/inspect'
import { jobHandlers } from './handlers/jobs'
import { liveHandlers } from './handlers/live'
import { measureHandlers } from './handlers/measure'
import { modelFileHandlers } from './handlers/model-files'
import { installationHandlers } from './handlers/installation'
import { modelHandlers } from './handlers/models'
import { signalHandlers } from './handlers/signals'
import { spectrumHandlers } from './handlers/spectrum'
import { streamHandlers } from './handlers/streams'
import { Jobs } from './jobs'
import { SignalStore } from './signals/signal-store'

export interface LabOptions extends Omit<LabContext, 'signals' | 'jobs' | 'emit'> {
  /** Where events go; set once the contract is served. */
  server(): Server<LabContract>
}

export function createLab({ server, ...options }: LabOptions): {
  handlers: Handlers<LabContract>
  dispose(): void
} {
  const context: LabContext = {
    ...options,
    signals: new SignalStore(),
    jobs: new Jobs({ emit: (name, event) => server().emit(name, event) }),
    emit: (name, event) => server().emit(name, event)
  }
  const streams = streamHandlers(context)
  return {
    handlers: {
      ...exportHandlers(context, streams.answerOf),
      ...importHandlers(context),
      ...analysisHandlers(context),
      ...installationHandlers(context),
      ...inspectHandlers(context),
      ...jobHandlers(context),
      ...liveHandlers(context),
      ...modelFileHandlers(context),
      ...modelHandlers(context),
      ...signalHandlers(context),
      ...streams.handlers,
      ...measureHandlers(streams.find),
      ...spectrumHandlers(streams.find)
    },
    dispose() {
      context.jobs.cancelAll()
      streams.dispose()
      context.signals.dispose()
    }
  }
}
