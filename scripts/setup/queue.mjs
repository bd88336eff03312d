/** A Redis for the slow tests, which start it themselves. */
import { has, installDebian } from './steps.mjs'

/** Debian's redis-tools has the server's program as well, and starts no service. */
export function ensureTestQueue() {
  if (process.platform !== 'linux') return
  const hasServer = ['redis-server', 'valkey-server', 'redis-check-rdb'].some(has)
  const missing = [...(hasServer && has('redis-cli') ? [] : ['redis-tools']), ...(has('openssl') ? [] : ['openssl'])]
  if (missing.length > 0) installDebian(missing, 'the slow tests of several machines start a Redis of their own')
}
