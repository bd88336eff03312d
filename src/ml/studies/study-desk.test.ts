import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { StudyAdvanced, StudyReport, type StudyChoice } from '../../contract/studies'
import { resultFile } from './child-runner'
import { TrialAborted, type TrialRunner } from './runner'
import { Measuring, type MeasuringEnd } from './measuring'
import { StudyDesk } from './study-desk'
import { StudyPace } from './study-pace'
import type { TrialResult } from './trial-result'
import { eventually } from '../../core/eventually.testing'

let base: string
let desk: StudyDesk
let advanced: StudyAdvanced[]
let ends: MeasuringEnd[]
let trained: number
/** From this one on trials wait before their second epoch. */
let heldFrom: number
let failing: number | undefined

const choice: StudyChoice = { studyId: 'dropout', budget: 'smoke', seeds: 2 }

/** Tells two epochs and writes what a trial writes; R² falls with the dropout. */
const runnerFor = ({ folderOf }: { folderOf(id: string): string }): TrialRunner => ({
  async run({ id, request }, { onEpoch, abort }) {
    trained += 1
    const dropout = Number(request.params.dropout)
    if (dropout === failing) throw new Error('It broke.')
    onEpoch({ epoch: 1, loss: 1, validationLoss: 1, validationR2: 0.1 })
    while (trained >= heldFrom && !abort.aborted) await new Promise((resolve) => setTimeout(resolve, 5))
    if (abort.aborted) throw new TrialAborted('Stopped.')
    onEpoch({ epoch: 2, loss: 1, validationLoss: 1, validationR2: 0.2 })
    const result: TrialResult = {
      ...{ request, epochs: [], r2: 0.5 - dropout / 10 + request.seed / 1000, trainingLoss: 0.1, validationLoss: null },
      ...{ parameterCount: 200321, steps: 2, trainingSeconds: 1, secondsPerEpoch: 0.5, peakMemoryMiB: 100 },
      ...{ microsecondsPerSample: 1, kernel: 'test', isStopped: false }
    }
    await mkdir(folderOf(id), { recursive: true })
    await writeFile(join(folderOf(id), resultFile), JSON.stringify(result))
    return result
  }
})

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-studies-'))
  ;[advanced, ends, trained, heldFrom, failing] = [[], [], 0, Infinity, undefined]
  desk = new StudyDesk({
    ...{ folder: base, measuring: new Measuring({ runnerFor }) },
    onAdvanced: (event) => advanced.push(v.parse(StudyAdvanced, event)),
    onEnded: (_choice, end) => ends.push(end)
  })
})
afterEach(async () => {
  await desk.stop()
  await rm(base, { recursive: true })
})

const untilEnded = (count = 1) => eventually(() => expect(ends).toHaveLength(count))

test('a study tells how far it is, and its report stands beside what was told', async () => {
  const before = v.parse(StudyReport, await desk.read(choice))
  expect(before).toMatchObject({ measuredCount: 0, trialCount: 10, verdict: '' })
  expect(before.rows[0].r2).toEqual({ mean: null, halfWidth: null })
  desk.start(choice)
  await untilEnded()
  expect(ends[0]).toEqual({ outcome: 'finished', message: '' })
  expect(advanced[0]).toMatchObject({ trial: 1, trialCount: 10, row: '0.2', seed: 1, share: 0, secondsLeft: null })
  expect(advanced.at(-1)).toMatchObject({ trial: 10, seed: 2, share: 1 })
  expect(desk.running).toBeUndefined()
  const report = v.parse(StudyReport, await desk.read(choice))
  expect(report).toMatchObject({ measuredCount: 10, failedCount: 0, kernel: 'test', trainingSeconds: 10 })
  expect(report.verdict).toContain('Of the 4 differences')
  const baseline = report.rows.find(({ isBaseline }) => isBaseline)!
  expect(baseline).toMatchObject({ label: '0.2', trialCount: 2, parameterCount: 200321, told: { r2: 0.35 } })
  expect(baseline.r2.mean).toBeCloseTo(0.4815, 6)
  expect(baseline.r2.halfWidth).toBeGreaterThan(0)
  const files = (await readdir(join(base, 'dropout-smoke'))).sort()
  expect(files).toEqual(['dropout.csv', 'dropout.json', 'dropout.md', 'dropout.svg', 'trials'])
  expect(await readFile(join(base, 'dropout-smoke/dropout.md'), 'utf8')).toBe(report.markdown)
})

test('a study that is stopped keeps what has finished, and goes on from there', async () => {
  heldFrom = 4
  desk.start(choice)
  await eventually(() => expect(trained).toBe(4))
  await desk.stop()
  expect(ends).toEqual([{ outcome: 'stopped', message: '' }])
  const { measuredCount, verdict } = await desk.read(choice)
  expect(measuredCount).toBe(3)
  expect(verdict).toBe('')
  ;[heldFrom, trained] = [Infinity, 0]
  desk.start(choice)
  await untilEnded(2)
  expect(trained).toBe(7)
})

test('a trial that fails is told in its row, and the others are measured', async () => {
  failing = 0.3
  desk.start({ ...choice, seeds: 1 })
  await untilEnded()
  expect(ends[0]).toEqual({ outcome: 'failed', message: '1 of 5 trials failed; the rows say why.' })
  const report = await desk.read({ ...choice, seeds: 1 })
  expect(report.rows.find(({ label }) => label === '0.3')?.failures).toEqual(['It broke.'])
  expect(report).toMatchObject({ measuredCount: 4, failedCount: 1 })
  expect(report.verdict).not.toBe('')
})

test('only one study is measured at a time, and only what the tables hold', async () => {
  heldFrom = 1
  desk.start(choice)
  expect(() => desk.start(choice)).toThrow('Another study or search is being measured')
  await desk.stop()
  expect(() => desk.start({ ...choice, studyId: '..' })).toThrow('There is no study ".."')
  await expect(desk.read({ ...choice, budget: 'cheap' })).rejects.toThrow('Expected one of smoke, short, full')
})

test('the time left is told by trials that were trained, not by those that were known', () => {
  const pace = new StudyPace(4)
  pace.begin(0, true)
  pace.begin(10, false)
  expect(pace.at(10)).toEqual({ share: 0.25, secondsLeft: null })
  pace.advance(0.5)
  expect(pace.at(1010)).toEqual({ share: 0.375, secondsLeft: 5 })
  pace.begin(2010, false)
  expect(pace.at(2010)).toEqual({ share: 0.5, secondsLeft: 4 })
})
