/** The laboratory: the handlers of every part of the contract over one engine, one library and one store of signals. */
import type { Handlers, Server } from '../contract/define'
import type { LabContract } from '../contract/lab'
import type { LabContext } from './handlers/context'
import { modelHandlers } from './handlers/models'
import { signalHandlers } from './handlers/signals'
import { streamHandlers } from './handlers/streams'
import { SignalStore } from './signals/signal-store'

export interface LabOptions extends Omit<LabContext, 'signals' | 'emit'> {
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
    emit: (name, event) => server().emit(name, event)
  }
  const streams = streamHandlers(context)
  return {
    handlers: { ...modelHandlers(context), ...signalHandlers(context), ...streams.handlers },
    dispose: streams.dispose
  }
}
