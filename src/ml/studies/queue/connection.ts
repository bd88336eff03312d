/**
 * The connection to a queue: it waits where nobody answers, tells what it waits for, and gives up only what waiting does not
 * mend. No sentence holds a password.
 */
import { Redis } from 'ioredis'
import { InputError } from '../../../core/signal/signal'
import { TrialAborted } from '../runner'
import type { QueueAddress } from './address'

export interface ConnectionOptions {
  /** Told once when nobody answers, and once when somebody does again. */
  note(sentence: string): void
  readonly abort: AbortSignal
}

/** Resolves when the queue answers. Rejects with InputError for a wrong password or certificate, and with TrialAborted. */
export async function connectQueue(address: QueueAddress, { note, abort }: ConnectionOptions): Promise<Redis> {
  const { host, port, database, username, password, tls, shown } = address
  const redis = new Redis({
    ...{ host, port, db: database, username, password, ...(tls && { tls: { ...tls, servername: nameOf(host) } }) },
    // Commands wait for the queue instead of failing.
    maxRetriesPerRequest: null,
    retryStrategy: (times) => Math.min(5000, 100 * 2 ** Math.min(times, 10)),
    connectTimeout: 10_000,
    keepAlive: 15_000
  })
  let isAnswering = true
  redis.on('close', () => {
    if (!isAnswering || redis.status === 'end' || hasEnded(redis)) return
    isAnswering = false
    note(`The queue at ${shown} does not answer; waiting for it.`)
  })
  redis.on('ready', () => {
    if (!isAnswering) note(`The queue at ${shown} answers again.`)
    isAnswering = true
  })
  const ready = new Promise<void>((resolve, reject) => {
    redis.on('ready', resolve)
    redis.on('error', (error: Error) => {
      const sentence = sentenceOf(error, address)
      if (sentence !== undefined) reject(new InputError(sentence))
    })
    const stop = () => reject(new TrialAborted('Stopped while waiting for the queue.'))
    if (abort.aborted) stop()
    abort.addEventListener('abort', stop, { once: true })
  })
  try {
    await ready
    return redis
  } catch (error) {
    endConnection(redis)
    throw error
  }
}

const ended = new WeakSet<Redis>()
const hasEnded = (redis: Redis) => ended.has(redis)

/** Commands that still wait for an answer are rejected. */
export function endConnection(redis: Redis): void {
  ended.add(redis)
  redis.disconnect()
}

/** What is wrong with an address or its secrets; undefined for what time may mend. */
export function sentenceOf(error: Error & { code?: string }, { shown, password }: QueueAddress): string | undefined {
  const { message, code = '' } = error
  if (/NOAUTH|WRONGPASS|invalid password/i.test(message)) {
    const found = password === undefined ? 'wants a password' : 'refuses the password'
    return `The queue at ${shown} ${found}: set SIGNAL_LAB_QUEUE_PASSWORD.`
  }
  if (/NOPERM/.test(message))
    return `The queue at ${shown} does not let this user do what trials need; it needs ~signal-lab:* with all commands.`
  if (/^(ERR_SSL|EPROTO)/.test(code))
    return `No encrypted connection with the queue at ${shown} (${code}): does it speak TLS, and does it want --queue-cert and --queue-key?`
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
    return `The certificate of the queue at ${shown} is not trusted (${code}): name its authority with --queue-ca FILE.`
  return undefined
}

/** For the certificate; an address in numbers is not a name. */
function nameOf(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host
}
