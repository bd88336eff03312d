import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { SearchAdvanced, SearchReport, type SearchChoice } from '../../contract/searches'
import { resultFile } from './child-runner'
import { Measuring, type MeasuringEnd } from './measuring'
import { TrialAborted, type TrialRunner } from './runner'
import { SearchDesk } from './search-desk'
import type { TrialResult } from './trial-result'
import { eventually } from '../../core/eventually.testing'

let base: string
let desk: SearchDesk
let measuring: Measuring
let advanced: SearchAdvanced[]
let ends: MeasuringEnd[]
let trained: string[]
/** From this one on trials wait. */
let heldFrom: number
let failing: number | undefined

const choice: SearchChoice = {
  ...{ methodId: 'random', task: 'streams', architectures: ['lstm', 'gru'], budget: 'smoke', trials: 6, seed: 7 }
}

/** R² grows with the units, and so does the time per sample. */
const runnerFor = ({ folderOf }: { folderOf(id: string): string }): TrialRunner => ({
  async run({ id, request }, { onEpoch, abort }) {
    trained.push(id)
    while (trained.length >= heldFrom && !abort.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
    if (abort.aborted) throw new TrialAborted('Stopped.')
    if (trained.length === failing) throw new Error('It broke.')
    const units = Number(request.params.units)
    const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1, validationLoss: 1, validationR2: units / 1000 }))
    epochs.forEach(onEpoch)
    const result: TrialResult = {
      ...{ request, epochs, r2: units / 1000, trainingLoss: 0.1, validationLoss: null, parameterCount: 10 * units },
      ...{ steps: 2, trainingSeconds: 1, secondsPerEpoch: 0.5, peakMemoryMiB: 100, microsecondsPerSample: units },
      ...{ kernel: 'test', isStopped: false }
    }
    await mkdir(folderOf(id), { recursive: true })
    await writeFile(join(folderOf(id), resultFile), JSON.stringify(result))
    return result
  }
})

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-searches-'))
  ;[advanced, ends, trained, heldFrom, failing] = [[], [], [], Infinity, undefined]
  measuring = new Measuring({ runnerFor })
  desk = new SearchDesk({
    ...{ folder: base, measuring },
    onAdvanced: (event) => advanced.push(v.parse(SearchAdvanced, event)),
    onEnded: (_choice, end) => ends.push(end)
  })
})
afterEach(async () => {
  await measuring.stop()
  await rm(base, { recursive: true })
})

const untilEnded = (count = 1) => eventually(() => expect(ends).toHaveLength(count))
const read = async (of: SearchChoice = choice) => v.parse(SearchReport, await desk.read(of))

test('a search tells how far it is and ends in a report with its front', async () => {
  expect(await read()).toMatchObject({ measured: [], sentence: '' })
  desk.start(choice)
  await untilEnded()
  expect(ends).toEqual([{ outcome: 'finished', message: '' }])
  expect(advanced.at(-1)).toMatchObject({ trial: 6, share: 1, point: { kind: expect.stringMatching(/lstm|gru/) } })
  expect(desk.running).toBeUndefined()
  const { measured, sentence, markdown } = await read()
  expect(measured.map(({ trial }) => trial)).toEqual([1, 2, 3, 4, 5, 6])
  const best = measured.find(({ isBest }) => isBest)!
  expect(best.r2).toBe(Math.max(...measured.map(({ r2 }) => r2!)))
  expect(best.request).toMatchObject({ kind: 'streams', params: { units: best.point.units } })
  // Who is better here is slower: none beats another, unless both have the same size.
  expect(measured.filter(({ isOnFront }) => isOnFront).length).toBe(new Set(measured.map(({ r2 }) => r2)).size)
  expect(sentence).toContain(`Best by validation: trial ${best.trial}`)
  const files = (await readdir(base)).sort()
  expect(files).toEqual(
    ['md', 'csv', 'json', 'svg']
      .map((e) => `random-streams-smoke-7.${e}`)
      .sort()
      .concat('trials')
  )
  expect(await readFile(join(base, 'random-streams-smoke-7.md'), 'utf8')).toBe(markdown)
})

test('a search that is stopped keeps what has finished, goes on from there, and grows by more trials', async () => {
  heldFrom = 3
  desk.start(choice)
  await eventually(() => expect(trained).toHaveLength(3))
  await desk.stop()
  expect(ends).toEqual([{ outcome: 'stopped', message: '' }])
  const before = await read()
  expect(before.measured).toHaveLength(2)
  ;[heldFrom, trained] = [Infinity, []]
  desk.start(choice)
  await untilEnded(2)
  expect(trained).toHaveLength(4)
  const { measured } = await read()
  expect(measured.slice(0, 2).map(({ point }) => point)).toEqual(before.measured.map(({ point }) => point))
  trained = []
  desk.start({ ...choice, trials: 8 })
  await untilEnded(3)
  expect(trained).toHaveLength(2)
})

test('a trial that fails is told in its row, and the others are tried', async () => {
  failing = 2
  desk.start(choice)
  await untilEnded()
  expect(ends[0]).toEqual({ outcome: 'failed', message: '1 of 6 trials failed; the rows say why.' })
  const { measured } = await read()
  expect(measured.map(({ failure }) => failure)).toEqual(['', 'It broke.', '', '', '', ''])
  expect(measured[1]).toMatchObject({ r2: null, request: null, isOnFront: false })
})

test('only one is measured at a time, and only what the tables hold', async () => {
  heldFrom = 1
  desk.start(choice)
  expect(() => desk.start(choice)).toThrow('Another study or search is being measured')
  await desk.stop()
  expect(() => desk.start({ ...choice, methodId: '..' })).toThrow('Expected one of grid, random, asha, tpe')
  await expect(desk.read({ ...choice, architectures: ['bilstm'] })).rejects.toThrow('cannot be searched')
  await expect(desk.read({ ...choice, budget: 'cheap' })).rejects.toThrow('Expected one of smoke, short, full')
})
