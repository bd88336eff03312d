/**
 * The connection to a queue: it waits where nobody answers or where what it says is refused for a while, tells what it waits for,
 * and gives up only what waiting does not mend. No sentence holds a password.
 */
import { Redis } from 'ioredis'
import { RunnerUnusable } from '../runner'
import type { QueueAddress } from './address'
import { keys } from './protocol'
import { refusalOf, refusalSentence, rightsSentence, tlsSentence, versionSentence, type Refusal } from './refusals'
import { orAborted, pause } from './waiting'

export interface ConnectionOptions {
  /** Told once when nobody answers or what is said is refused, and once when that is over. */
  note(sentence: string): void
  readonly abort: AbortSignal
}

/** A queue that refuses is asked so often whether it still does. */
const probeEveryMilliseconds = 500
/** A queue at its limit refuses and takes by turns: that it takes again is told when it has done so for so long. */
const settledMilliseconds = 2000
/** Who is connected and not answered for so long is told so: a queue that reads its data at its start does not refuse. */
const silentMilliseconds = 5000

export class QueueConnection {
  readonly redis: Redis
  readonly #broken = new AbortController()
  readonly #ended = new AbortController()
  #isReady = false
  #isAnswering = true
  #refusal: Refusal | undefined
  /** The refusal that was told last and not taken back. */
  #told: Refusal | undefined
  #mended: Promise<void> = Promise.resolve()
  #calmSince = -Infinity

  private constructor(
    readonly address: QueueAddress,
    readonly note: (sentence: string) => void
  ) {
    const { host, port, database, username, password, tls } = address
    this.redis = new Redis({
      ...{ host, port, db: database, username, password, ...(tls && { tls: { ...tls, servername: nameOf(host) } }) },
      // Commands wait for the queue instead of failing.
      maxRetriesPerRequest: null,
      retryStrategy: (times) => Math.min(5000, 100 * 2 ** Math.min(times, 10)),
      connectTimeout: 10_000,
      keepAlive: 15_000
    })
    this.redis.on('close', () => this.#tellSilence())
    this.redis.on('ready', () => this.#tellAnswer())
    this.redis.on('error', (error: Error) => {
      // A certificate that was good once may be so again.
      const sentence = rightsSentence(error, address) ?? (this.#isReady ? undefined : tlsSentence(error, address))
      if (sentence !== undefined) this.#break(sentence)
    })
  }

  /** Resolves when the queue answers. Rejects with RunnerUnusable for what waiting does not mend, and with TrialAborted. */
  static async open(address: QueueAddress, { note, abort }: ConnectionOptions): Promise<QueueConnection> {
    const connection = new QueueConnection(address, note)
    const silence = setTimeout(() => connection.#tellSilence(), silentMilliseconds)
    try {
      const ready = new Promise<void>((resolve) => connection.redis.once('ready', resolve))
      await orAborted(orAborted(ready, connection.broken), abort)
      const info = connection.patiently(() => connection.redis.info('server'), abort)
      const sentence = versionSentence(await orAborted(info, abort), address)
      if (sentence !== undefined) throw new RunnerUnusable(sentence)
      return connection
    } catch (error) {
      connection.end()
      throw error
    } finally {
      clearTimeout(silence)
    }
  }

  /** Aborted, with RunnerUnusable as its reason, where the queue says no for good. */
  get broken(): AbortSignal {
    return this.#broken.signal
  }

  /** Throws RunnerUnusable where the queue has said no for good. */
  assertUsable(): void {
    if (this.broken.aborted) throw this.broken.reason as RunnerUnusable
  }

  /** For so long the queue has been there and taken what it was told; infinite where it always has. */
  get calmMilliseconds(): number {
    return this.#refusal === undefined && this.#isAnswering ? performance.now() - this.#calmSince : 0
  }

  /** False where the queue takes no writes at all: a full one still takes those that need no memory. */
  get canTell(): boolean {
    return this.#refusal === undefined || this.#refusal === 'OOM'
  }

  /** One try. What is refused for a while is told; rejects with RunnerUnusable where the queue says no for good. */
  async attempt<T>(call: () => Promise<T>): Promise<T> {
    this.assertUsable()
    try {
      return await orAborted(call(), this.broken)
    } catch (error) {
      const sentence = rightsSentence(error as Error, this.address)
      if (sentence !== undefined) this.#break(sentence)
      this.assertUsable()
      const refusal = refusalOf(error)
      if (refusal !== undefined) this.#refused(refusal)
      throw error
    }
  }

  /** Tries again for as long as it is refused. It is tried once where `abort` was aborted before. */
  async patiently<T>(call: () => Promise<T>, abort: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await this.attempt(call)
      } catch (error) {
        if (refusalOf(error) === undefined || abort.aborted) throw error
        await orAborted(this.#mended, abort)
      }
    }
  }

  /** Commands that still wait for an answer are rejected. */
  end(): void {
    this.#ended.abort()
    this.redis.disconnect()
  }

  #break(sentence: string): void {
    this.#broken.abort(new RunnerUnusable(sentence))
  }

  #tellSilence(): void {
    if (!this.#isAnswering || this.redis.status === 'end' || this.#ended.signal.aborted || this.broken.aborted) return
    this.#isAnswering = false
    this.note(`The queue at ${this.address.shown} does not answer; waiting for it.`)
  }

  #tellAnswer(): void {
    this.#isReady = true
    if (this.#isAnswering) return
    this.#isAnswering = true
    this.#calmSince = performance.now()
    this.note(`The queue at ${this.address.shown} answers again.`)
  }

  #refused(refusal: Refusal): void {
    if (refusal !== this.#told) this.note(refusalSentence(refusal, this.address))
    this.#told = refusal
    const isNew = this.#refusal === undefined
    this.#refusal = refusal
    if (isNew) this.#mended = this.#probe()
  }

  /** One asks for all who wait, and they go on at once. */
  async #probe(): Promise<void> {
    const probe = () => this.redis.set(keys.probe, '1', 'PX', probeEveryMilliseconds)
    while (this.#refusal !== undefined && !this.#ended.signal.aborted && !this.broken.aborted) {
      await pause(probeEveryMilliseconds, this.#ended.signal)
      await this.attempt(probe).then(
        () => (this.#refusal = undefined),
        () => undefined
      )
    }
    this.#calmSince = performance.now()
    void this.#tellMended()
  }

  async #tellMended(): Promise<void> {
    const since = this.#calmSince
    await pause(settledMilliseconds, this.#ended.signal)
    if (this.#calmSince !== since || this.#refusal !== undefined || this.#ended.signal.aborted || this.broken.aborted)
      return
    this.#told = undefined
    this.note(`The queue at ${this.address.shown} takes what it is told again.`)
  }
}

/** For the certificate; an address in numbers is not a name. */
function nameOf(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host
}
