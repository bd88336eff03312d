/**
 * The page's two doors: to main by the bridge that preload made, to the laboratory by the port that main hands over.
 * The only file that sees either.
 */
import { app, type AppBridge, type AppContract } from '../contract/app'
import { connect, type Client, type Contract, type Port } from '../contract/define'
import { lab, type LabContract } from '../contract/lab'
import { training, type TrainingContract } from '../contract/training'

export type AppClient = Client<AppContract>
export type LabClient = Client<LabContract>
export type TrainingClient = Client<TrainingContract>

declare global {
  interface Window {
    readonly signalLab: AppBridge
  }
}

export function connectApp(bridge: AppBridge = window.signalLab): AppClient {
  return connect(app, bridgeAsPort(bridge))
}

/** Hear of each laboratory that can be spoken to: the first one, and one more after every restart. */
export function onLab(listener: (client: LabClient) => void): void {
  onPort('lab-port', lab, listener)
}

/** The same of the training process, which main starts when it is first asked for. */
export function onTraining(listener: (client: TrainingClient) => void): void {
  onPort('training-port', training, listener)
}

function onPort<C extends Contract>(name: string, contract: C, listener: (client: Client<C>) => void): void {
  window.addEventListener('message', (event) => {
    if (event.source === window && event.data === name && event.ports.length === 1) {
      listener(connect(contract, messagePortAsPort(event.ports[0])))
    }
  })
}

/** Main answers each call by itself; here it looks like a port that carries requests, responses and events. */
function bridgeAsPort(bridge: AppBridge): Port {
  let receive: (message: unknown) => void = () => {}
  bridge.onEvent((name, payload) => receive({ kind: 'event', name, payload }))
  return {
    post(message) {
      const { id, name, payload } = message as { id: number; name: string; payload: unknown }
      bridge.call(name, payload).then(
        (reply) => receive({ kind: 'response', id, ...reply }),
        (error: Error) =>
          receive({ kind: 'response', id, ok: false, error: { code: 'internal', message: error.message } })
      )
    },
    listen: (onMessage) => (receive = onMessage),
    close: () => {}
  }
}

function messagePortAsPort(port: MessagePort): Port {
  return {
    post: (message) => port.postMessage(message),
    listen: (onMessage) => (port.onmessage = (event) => onMessage(event.data)),
    close: () => port.close()
  }
}
