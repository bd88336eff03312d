/**
 * The plumbing of a typed contract over any port: calls with schemas, events, errors as data.
 *
 * Knows nothing of Electron: a port is three members, so the same code runs over an Electron port, a worker port or
 * two arrays in a test. Data is always copied, never transferred: transfer lists lose messages between processes.
 */
import * as v from 'valibot'

export type Schema = v.GenericSchema

export interface Call<Request extends Schema = Schema, Response extends Schema = Schema> {
  readonly request: Request
  readonly response: Response
}

export function call<Request extends Schema, Response extends Schema>(
  request: Request,
  response: Response
): Call<Request, Response> {
  return { request, response }
}

export interface Contract {
  readonly calls: Readonly<Record<string, Call>>
  readonly events: Readonly<Record<string, Schema>>
}

/** What both ends need of a port. */
export interface Port {
  post(message: unknown): void
  listen(onMessage: (message: unknown) => void): void
  close(): void
}

export const errorCodes = [
  'bad-request',
  'not-found',
  'bad-input',
  'mismatch',
  'file-system',
  'engine',
  'busy',
  'ended',
  'internal'
] as const
export type ErrorCode = (typeof errorCodes)[number]

/** An error that crosses a process border as data. The message is for people: what was expected, what came, what to do. */
export class LabError extends Error {
  override readonly name = 'LabError'
  constructor(
    readonly code: ErrorCode,
    message: string
  ) {
    super(message)
  }
}

type CallName<C extends Contract> = keyof C['calls'] & string
type EventName<C extends Contract> = keyof C['events'] & string
export type RequestOf<C extends Contract, N extends CallName<C>> = v.InferOutput<C['calls'][N]['request']>
/** A request as it is sent: what has a default may be left out. */
export type GivenTo<C extends Contract, N extends CallName<C>> = v.InferInput<C['calls'][N]['request']>
export type ResponseOf<C extends Contract, N extends CallName<C>> = v.InferOutput<C['calls'][N]['response']>
export type EventOf<C extends Contract, N extends EventName<C>> = v.InferOutput<C['events'][N]>

export type Handlers<C extends Contract> = {
  [N in CallName<C>]: (request: RequestOf<C, N>) => ResponseOf<C, N> | Promise<ResponseOf<C, N>>
}

export type Client<C extends Contract> = {
  [N in CallName<C>]: (request: GivenTo<C, N>) => Promise<ResponseOf<C, N>>
} & {
  /** Hear an event; returns the function that stops it. */
  on<N extends EventName<C>>(name: N, listener: (event: EventOf<C, N>) => void): () => void
  /** Reject everything that waits, and everything that comes after. */
  end(reason: string): void
}

export interface Server<C extends Contract> {
  emit<N extends EventName<C>>(name: N, event: EventOf<C, N>): void
}

type Message =
  | { kind: 'request'; id: number; name: string; payload: unknown }
  | { kind: 'response'; id: number; ok: true; value: unknown }
  | { kind: 'response'; id: number; ok: false; error: { code: ErrorCode; message: string } }
  | { kind: 'event'; name: string; payload: unknown }

const requestMessage = v.strictObject({
  kind: v.literal('request'),
  id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  name: v.pipe(v.string(), v.maxLength(64)),
  payload: v.unknown()
})

/** More calls than this waiting at once are refused: a page in a loop must not fill the memory of the other side. */
const maxPending = 256

/** Answer the calls of `contract` that come in on `port`. Every request is checked against its schema first. */
export function serve<C extends Contract>(contract: C, port: Port, handlers: Handlers<C>): Server<C> {
  const handleCall = atMostPending(contract, handlers)
  port.listen(async (message) => {
    const parsed = v.safeParse(requestMessage, message)
    if (!parsed.success) return // Nobody waits for an answer to something that is not a request.
    const { id, name, payload } = parsed.output
    const answer = (reply: Message) => port.post(reply)
    try {
      answer({ kind: 'response', id, ok: true, value: await handleCall(name, payload) })
    } catch (error) {
      answer({ kind: 'response', id, ok: false, error: errorToData(error) })
    }
  })
  return { emit: (name, event) => port.post({ kind: 'event', name, payload: event } satisfies Message) }
}

/** What `handle` does, for as many calls at once as may wait; shared by every transport. One more throws LabError. */
export function atMostPending<C extends Contract>(
  contract: C,
  handlers: Handlers<C>
): (name: string, payload: unknown) => Promise<unknown> {
  let pending = 0
  return async (name, payload) => {
    if (pending >= maxPending) throw new LabError('busy', `More than ${maxPending} calls are waiting; try again.`)
    pending += 1
    try {
      return await handle(contract, handlers, name, payload)
    } finally {
      pending -= 1
    }
  }
}

/** Check one request and run its handler. Throws LabError for anything wrong with it. */
export async function handle<C extends Contract>(
  contract: C,
  handlers: Handlers<C>,
  name: string,
  payload: unknown
): Promise<unknown> {
  if (!Object.hasOwn(contract.calls, name)) {
    throw new LabError('bad-request', `There is no call "${name.slice(0, 64)}".`)
  }
  // The first thing that is wrong is enough: a list with a million wrong entries is looked at once.
  const request = v.safeParse(contract.calls[name].request, payload, { abortEarly: true })
  if (!request.success) throw new LabError('bad-request', `${name}: ${describeIssue(request.issues[0])}`)
  // Awaited here, so that it is never without somebody who hears of its failure: Electron's processes look at once, and
  // end for a promise that is rejected and handled a turn later.
  return await handlers[name as CallName<C>](request.output as RequestOf<C, CallName<C>>)
}

/** The other end: an object with a method for each call. Answers are trusted, requests are what the server checks. */
export function connect<C extends Contract>(contract: C, port: Port): Client<C> {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const listeners = new Map<string, Set<(event: never) => void>>()
  let nextId = 0
  let ended: string | undefined
  port.listen((message) => {
    const received = message as Message
    if (received.kind === 'event') {
      for (const listener of listeners.get(received.name) ?? []) listener(received.payload as never)
    } else if (received.kind === 'response') {
      const caller = waiting.get(received.id)
      waiting.delete(received.id)
      if (received.ok) caller?.resolve(received.value)
      else caller?.reject(new LabError(received.error.code, received.error.message))
    }
  })
  const client: Record<string, unknown> = {
    on(name: string, listener: (event: never) => void) {
      const heard = listeners.get(name) ?? new Set()
      listeners.set(name, heard.add(listener))
      return () => heard.delete(listener)
    },
    end(reason: string) {
      ended = reason
      for (const caller of waiting.values()) caller.reject(new LabError('ended', reason))
      waiting.clear()
      port.close()
    }
  }
  for (const name of Object.keys(contract.calls)) {
    client[name] = (payload: unknown) =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new LabError('ended', ended))
        const id = nextId++
        waiting.set(id, { resolve, reject })
        port.post({ kind: 'request', id, name, payload } satisfies Message)
      })
  }
  return client as Client<C>
}

/** An error as it crosses the border. Unknown errors keep their message: it is the only clue. */
export function errorToData(error: unknown): { code: ErrorCode; message: string } {
  if (error instanceof LabError) return { code: error.code, message: error.message }
  const name = (error as Error | undefined)?.name
  const message = error instanceof Error ? error.message : String(error)
  return { code: name === 'InputError' ? 'bad-input' : 'internal', message }
}

/** What was expected where, and what came: as a sentence of bounded length, however long what came is. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map((item) => String((item as { key?: unknown }).key)).join('.') ?? ''
  return path ? `${shortened(path, 120)}: ${shortened(issue.message, 300)}` : shortened(issue.message, 300)
}

const shortened = (text: string, most: number) => (text.length > most ? `${text.slice(0, most)}…` : text)
