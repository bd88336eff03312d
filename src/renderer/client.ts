/**
 * The page's two doors: to main by the bridge that preload made, to the laboratory by the port that main hands over.
 * The only file that sees either.
 */
import { app, type AppBridge, type AppContract } from '../contract/app'
import { connect, type Client, type Port } from '../contract/define'
import { lab, type LabContract } from '../contract/lab'

export type AppClient = Client<AppContract>
export type LabClient = Client<LabContract>

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
  window.addEventListener('message', (event) => {
    if (event.source === window && event.data === 'lab-port' && event.ports.length === 1) {
      listener(connect(lab, messagePortAsPort(event.ports[0])))
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
