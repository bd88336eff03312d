/** Two ends of a port in memory, for tests; messages arrive later, as between processes. */
import type { Port } from '../contract/define'

export function portPair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const make = (own: number): Port => ({
    post: (message) => setImmediate(() => listeners[1 - own].forEach((listener) => listener(message))),
    listen: (onMessage) => void listeners[own].push(onMessage),
    close: () => {}
  })
  return [make(0), make(1)]
}
