import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { atMostPending, call, connect, LabError, serve, type Contract, type Handlers, type Port } from './define'

const contract = {
  calls: {
    double: call(v.object({ value: v.pipe(v.number(), v.finite()) }), v.number()),
    fail: call(v.undefined(), v.undefined()),
    never: call(v.undefined(), v.undefined())
  },
  events: { counted: v.object({ count: v.number() }) }
} as const satisfies Contract

/** Two ports joined in memory; messages arrive later and are cloned, as between processes. */
function joinedPorts(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const make = (own: number): Port => ({
    post: (message) => {
      const copy = structuredClone(message)
      queueMicrotask(() => listeners[1 - own].forEach((listener) => listener(copy)))
    },
    listen: (onMessage) => void listeners[own].push(onMessage),
    close: () => listeners.forEach((side) => side.splice(0))
  })
  return [make(0), make(1)]
}

function start() {
  const [page, lab] = joinedPorts()
  const handlers: Handlers<typeof contract> = {
    double: ({ value }) => 2 * value,
    fail: () => {
      throw new LabError('not-found', 'There is none.')
    },
    never: () => new Promise(() => {})
  }
  return { page, lab, server: serve(contract, lab, handlers), client: connect(contract, page) }
}

test('a call is answered', async () => {
  const { client } = start()
  expect(await client.double({ value: 21 })).toBe(42)
})

test('calls at once are answered each with its own answer', async () => {
  const { client } = start()
  expect(await Promise.all([1, 2, 3].map((value) => client.double({ value })))).toEqual([2, 4, 6])
})

test('an error crosses with its code and message', async () => {
  const { client } = start()
  await expect(client.fail(undefined)).rejects.toMatchObject({ code: 'not-found', message: 'There is none.' })
})

test('an event reaches its listeners until they stop', async () => {
  const { client, server } = start()
  const heard: number[] = []
  const stop = client.on('counted', ({ count }) => heard.push(count))
  server.emit('counted', { count: 1 })
  await Promise.resolve()
  stop()
  server.emit('counted', { count: 2 })
  await Promise.resolve()
  expect(heard).toEqual([1])
})

describe('a request that does not fit its schema is answered by an error, never by the handler', () => {
  test.each<[string, unknown]>([
    ['a wrong type', { value: '21' }],
    ['a missing key', {}],
    ['NaN', { value: NaN }],
    ['infinity', { value: Infinity }],
    ['a big integer', { value: 21n }],
    ['nothing', undefined],
    ['null', null],
    ['a list', [21]],
    ['a deep tree', nested(500)]
  ])('%s', async (_, payload) => {
    const { client } = start()
    await expect(client.double(payload as never)).rejects.toMatchObject({ code: 'bad-request' })
  })

  test.each(['unknown', '__proto__', 'constructor', 'toString', 'x'.repeat(64)])('the call "%s"', async (name) => {
    const { page } = start()
    const answer = new Promise<unknown>((resolve) => page.listen(resolve))
    page.post({ kind: 'request', id: 0, name, payload: undefined })
    expect(await answer).toMatchObject({ ok: false, error: { code: 'bad-request' } })
  })
})

test('what is no request at all is passed over', async () => {
  const { page, client } = start()
  for (const message of [null, 1, 'x', {}, { kind: 'request' }, { kind: 'request', id: -1, name: 'double' }])
    page.post(message)
  expect(await client.double({ value: 1 })).toBe(2)
})

test('more than 256 waiting calls are refused, and none is lost', async () => {
  const { client } = start()
  for (let index = 0; index < 256; index += 1) void client.never(undefined).catch(() => {})
  await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'busy' })
})

test('at the end everything that waits is rejected with the reason, and so is what comes later', async () => {
  const { client } = start()
  const waiting = client.never(undefined)
  client.end('The laboratory stopped.')
  await expect(waiting).rejects.toMatchObject({ code: 'ended', message: 'The laboratory stopped.' })
  await expect(client.double({ value: 1 })).rejects.toMatchObject({ code: 'ended' })
})

describe('answers that come when they should not', () => {
  /** A client whose other side is written by hand. */
  function byHand() {
    const asked: { id: number }[] = []
    let hear: (message: unknown) => void = () => {}
    const port: Port = {
      post: (message) => void asked.push(message as { id: number }),
      listen: (onMessage) => void (hear = onMessage),
      close: () => {} // What is on its way still arrives.
    }
    const client = connect(contract, port)
    const answer = (id: number, value: number) => hear({ kind: 'response', id, ok: true, value })
    const fail = (id: number) => hear({ kind: 'response', id, ok: false, error: { code: 'internal', message: 'No.' } })
    return { client, asked, answer, fail }
  }

  test('repeated: the first one counts, and no other call gets it', async () => {
    const { client, asked, answer, fail } = byHand()
    const first = client.double({ value: 1 })
    answer(asked[0].id, 2)
    const second = client.double({ value: 2 })
    expect(asked[1].id).not.toBe(asked[0].id)
    answer(asked[0].id, 3)
    fail(asked[0].id)
    answer(asked[1].id, 4)
    expect(await Promise.all([first, second])).toEqual([2, 4])
  })

  test('to nobody, or too late: they are passed over, and the reason of the end stays', async () => {
    const { client, asked, answer, fail } = byHand()
    const waiting = client.double({ value: 1 })
    answer(99, 5)
    fail(99)
    client.end('The laboratory stopped.')
    answer(asked[0].id, 2)
    fail(asked[0].id)
    await expect(waiting).rejects.toMatchObject({ code: 'ended', message: 'The laboratory stopped.' })
  })
})

test('two requests with one id are two calls: each is answered, in its own words', async () => {
  const { page, client } = start()
  const answers: unknown[] = []
  page.listen((message) => answers.push(message))
  for (const value of [1, 2, NaN]) page.post({ kind: 'request', id: 7, name: 'double', payload: { value } })
  await expect.poll(() => answers).toHaveLength(3)
  expect(answers).toEqual(
    expect.arrayContaining([
      { kind: 'response', id: 7, ok: true, value: 2 },
      { kind: 'response', id: 7, ok: true, value: 4 },
      { kind: 'response', id: 7, ok: false, error: expect.objectContaining({ code: 'bad-request' }) }
    ])
  )
  expect(await client.double({ value: 3 })).toBe(6)
})

function nested(depth: number): unknown {
  let tree: unknown = 1
  for (let level = 0; level < depth; level += 1) tree = { value: tree }
  return tree
}

test('beyond 256 calls that wait one more is refused on any transport, until one of them is answered', async () => {
  const releases: (() => void)[] = []
  const handlers = { never: () => new Promise<void>((resolve) => releases.push(resolve)) }
  const handleCall = atMostPending(contract, handlers as unknown as Handlers<typeof contract>)
  const calls = Array.from({ length: 256 }, () => handleCall('never', undefined))
  await expect(handleCall('never', undefined)).rejects.toMatchObject({ code: 'busy' })
  releases[0]()
  await calls[0]
  void handleCall('never', undefined)
  expect(releases).toHaveLength(257)
})
