/** Messages that no page of ours sends: each is answered by an error, and none reaches a handler. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { Random } from '../core/random'
import { app } from './app'
import { handle, LabError, serve, type Contract, type Handlers, type Port } from './define'
import { lab } from './lab'
import { training } from './training'
import { spoiled } from './testing/fuzz'

const rounds = 1000
const contracts: Readonly<Record<string, Contract>> = { app, lab, training }

describe.each(Object.entries(contracts))('the calls of %s', (_, contract) => {
  test.each(Object.keys(contract.calls))(`%s answers ${rounds} malformed payloads by errors`, async (name) => {
    const random = new Random(11)
    const { request } = contract.calls[name]
    const reached: unknown[] = []
    const handlers = { [name]: (payload: unknown) => void reached.push(payload) } as Handlers<Contract>
    for (let round = 0; round < rounds; round += 1) {
      const payload = spoiled(request, random)
      const error = await handle(contract, handlers, name, payload).then(
        () => undefined,
        (reason: unknown) => reason
      )
      if (error !== undefined) {
        expect(error).toBeInstanceOf(LabError)
        const { code, message } = error as LabError
        expect(code).toBe('bad-request')
        // A sentence, not the payload sent back.
        expect(message.length).toBeLessThan(2000)
      }
    }
    // What came through is what the schema allows: spoiling may hit upon something valid.
    for (const payload of reached) expect(v.is(request, payload)).toBe(true)
    expect(reached.length).toBeLessThan(rounds / 2 + (request.type === 'undefined' ? rounds : 0))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

/** Both ends in one place: what is posted to the server comes back in `answers`. */
function serverOf(contract: Contract, handlers: Handlers<Contract>) {
  let receive: (message: unknown) => void = () => {}
  const answers: { id: number; ok: boolean; error?: { code: string } }[] = []
  const port: Port = {
    post: (message) => void answers.push(message as (typeof answers)[number]),
    listen: (onMessage) => (receive = onMessage),
    close: () => {}
  }
  serve(contract, port, handlers)
  return { answers, send: (message: unknown) => receive(message) }
}

const waiting: Contract = {
  calls: { wait: { request: v.undefined(), response: v.undefined() } },
  events: {}
}

/** Without what is garbage already. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  return process.memoryUsage().heapUsed
}

test('a flood of 100,000 messages is answered "busy" beyond those that wait, in bounded memory', async () => {
  const releases: (() => void)[] = []
  const { answers, send } = serverOf(waiting, {
    wait: () => new Promise<void>((resolve) => releases.push(resolve))
  } as Handlers<Contract>)
  let busy = 0
  const before = heapInUse()
  for (let id = 0; id < 100_000; id += 1) {
    send(id % 3 === 0 ? { kind: 'nonsense', id } : { kind: 'request', id, name: 'wait', payload: undefined })
    if (answers.length > 0) busy += answers.splice(0).filter(({ error }) => error?.code === 'busy').length
  }
  await new Promise((resolve) => setTimeout(resolve, 0))
  busy += answers.splice(0).filter(({ error }) => error?.code === 'busy').length
  expect(releases).toHaveLength(256)
  expect(busy).toBe(66_666 - 256)
  expect(heapInUse() - before).toBeLessThan(4 * 2 ** 20)
  for (const release of releases) release()
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(256)
  send({ kind: 'request', id: 1, name: 'wait', payload: undefined })
  expect(releases).toHaveLength(257)
})
