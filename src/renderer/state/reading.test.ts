import { expect, it } from 'vitest'
import { Reading } from './reading.svelte'

const turn = () => new Promise((resolve) => setTimeout(resolve, 5))

/** A reading whose answers come when the test says so, in the order in which they were asked for. */
function setup() {
  const asked: { answer(value: string): void; fail(error: Error): void }[] = []
  const read = () => new Promise<string>((answer, fail) => asked.push({ answer, fail }))
  return { reading: new Reading(read, { leastMilliseconds: 1, mostShare: 1 }), asked }
}

it('keeps out what was asked for before it was cleared, an answer or a failure', async () => {
  const { reading, asked } = setup()
  for (const end of [() => asked[0].answer('of the signal before'), () => asked[1].fail(new Error('It broke.'))]) {
    reading.request()
    await turn()
    reading.clear()
    end()
    await turn()
    expect([reading.value, reading.problem]).toEqual([undefined, null])
  }
})

it('takes what was asked for after it was cleared, while an answer of before is on its way', async () => {
  const { reading, asked } = setup()
  reading.request()
  await turn()
  reading.clear()
  reading.request()
  asked[0].answer('old')
  await turn()
  asked[1].answer('new')
  await turn()
  expect(reading.value).toBe('new')
})
