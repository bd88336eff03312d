/**
 * The app for long: it filters live while the selector changes every second and trainings start and are stopped, and
 * it opens and closes recordings, and it filters on in a window that nobody sees. Memory stays, and so do tensors,
 * files, threads and listeners; no block is missed.
 *
 * SIGNAL_LAB_SOAK scales it: 1 is six minutes, 50 trainings and 500 files, and five minutes of a hidden window; 12 an
 * hour, and one more.
 */
import { expect, type Page } from '@playwright/test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Random } from '../src/core/random'
import { launch, root, test } from './launch'
import { writeWav } from './recordings'
import { vitalsOf, type Vitals } from './vitals'

// What grows or misses in one of two goes grows or misses.
test.describe.configure({ retries: 0 })

const scale = Number(process.env.SIGNAL_LAB_SOAK ?? 1)
const trainingCount = Math.max(6, Math.round(50 * scale))
const secondsPerTraining = 3.6
const fileCount = Math.max(20, Math.round(500 * scale))
const hiddenSeconds = Math.max(30, 300 * scale)
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-soak-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

const missedOf = async (page: Page) =>
  parseInt((await page.getByTitle('Blocks that were not ready in time since the start').textContent())!, 10)

/** Memory of every process at most 5 % above what it had after the warm-up; nothing that is counted grew. */
function expectFlat(before: Vitals, after: Vitals): void {
  for (const [kind, kilobytes] of Object.entries(before.memory)) {
    expect(after.memory[kind], `memory of ${kind}, kilobytes`).toBeLessThanOrEqual(1.05 * kilobytes)
  }
  const counts = ({ listeners, tensors, processes, documents }: Vitals) => ({
    listeners,
    tensors,
    processes,
    documents
  })
  expect(counts(after)).toEqual(counts(before))
  // Chromium opens and closes some by itself.
  for (const [kind, files] of Object.entries(before.files)) {
    expect(after.files[kind], `open files of ${kind}`).toBeLessThanOrEqual(files + 3)
    expect(after.threads[kind], `threads of ${kind}`).toBeLessThanOrEqual(before.threads[kind] + 3)
  }
  expect(after.nodes, 'nodes of the page').toBeLessThanOrEqual(1.02 * before.nodes)
}

test('streaming with a new selector every second, beside trainings that are stopped', async () => {
  test.setTimeout((1.5 * trainingCount * secondsPerTraining + 300) * 1000)
  const running = await launch()
  const { page } = running
  const random = new Random(3)
  await describeSmallTraining(page)
  await page.keyboard.press('Escape')
  const stopSelecting = selectEverySecond(page)
  const turn = async (count: number) => {
    const started = Date.now()
    for (let number = 0; number < count; number += 1) {
      await trainAndStop(page, 1 + random.integer(40), number % 3 === 0)
      await page.waitForTimeout(Math.max(0, started + (number + 1) * 1000 * secondsPerTraining - Date.now()))
    }
    return (Date.now() - started) / 1000
  }
  await turn(Math.min(60, 15 + Math.round(trainingCount / 4)))
  // What is made when the figures are first asked for.
  await vitalsOf(running, 1)
  const [missed, before] = [await missedOf(page), await vitalsOf(running)]
  const seconds = await turn(trainingCount)
  const after = await vitalsOf(running)
  await stopSelecting()
  const figures = { seconds, trainings: trainingCount, missed: (await missedOf(page)) - missed, before, after }
  console.log(`    ${JSON.stringify(figures)}`)
  expect(figures.missed).toBe(0)
  expectFlat(before, after)
  record('streaming', figures)
  await running.close()
})

/** Ends when the returned function is called. */
function selectEverySecond(page: Page): () => Promise<void> {
  let isOver = false
  const over = (async () => {
    for (let second = 0; !isOver; second += 1) {
      await page.keyboard.press(String(1 + (second % 4)))
      await page.waitForTimeout(1000)
    }
  })()
  return () => ((isOver = true), over)
}

/** Small steps without end: what is stopped in the middle. */
async function describeSmallTraining(page: Page): Promise<void> {
  await page.keyboard.press('Control+t')
  await page.getByRole('radio', { name: 'Streams', exact: true }).click()
  for (const [label, value] of [
    ['Steps', 100_000],
    ['Steps an epoch', 20],
    ['Batch', 8],
    ['Layers', 1],
    ['Units', 8]
  ] as const) {
    await page.getByRole('textbox', { name: label, exact: true }).fill(String(value))
  }
  await page.getByRole('radio', { name: 'Streams', exact: true }).focus()
}

/** Start what the form says, let it make some steps, perhaps go on from a checkpoint, and throw it away. */
async function trainAndStop(page: Page, steps: number, pauses: boolean): Promise<void> {
  await page.keyboard.press('Control+t')
  await page.getByRole('button', { name: 'Start the training' }).click()
  const run = page.getByRole('region', { name: 'Run', exact: true })
  const made = async () => Number(/([\d,]+) \/ 100,000/.exec(await run.innerText())?.[1].replace(/,/g, '') ?? 0)
  await expect.poll(made, { timeout: 30_000 }).toBeGreaterThanOrEqual(steps)
  if (pauses) {
    const state = page.getByRole('status', { name: 'State of the run' })
    await run.getByRole('button', { name: 'Pause' }).click()
    await expect(state).toHaveText('paused')
    await run.getByRole('button', { name: 'Resume' }).click()
    await expect(state).toHaveText('trains')
  }
  await run.getByRole('button', { name: 'Cancel' }).click()
  await expect(run).toHaveCount(0)
  await page.keyboard.press('Escape')
  await page.getByRole('radio', { name: 'Scope', exact: true }).click()
}

test('opening and closing recordings', async () => {
  test.setTimeout((fileCount * 2 + 300) * 1000)
  const paths = [1, 2, 3, 4, 5].map((tone) => {
    const path = join(folder, `tone-${tone}.wav`)
    writeWav(path, [tone, tone + 4], 20)
    return path
  })
  const running = await launch()
  const { app, page } = running
  const source = page.getByRole('banner').getByRole('button').first()
  const open = async (number: number) => {
    const path = paths[number % paths.length]
    // As a second start hands it over.
    await app.evaluate(({ app }, file) => void app.emit('second-instance', {}, [], '', { files: [file] }), path)
    await expect(source).toContainText(`tone-${1 + (number % paths.length)}.wav`)
  }
  const openAll = async (count: number) => {
    for (let number = 0; number < count; number += 1) await open(number)
  }
  // Both moments have the same file on the screen.
  await openAll(Math.min(60, fileCount))
  await vitalsOf(running, 1)
  const before = await vitalsOf(running)
  await openAll(fileCount)
  const figures = { files: fileCount, before, after: await vitalsOf(running) }
  console.log(`    ${JSON.stringify(figures)}`)
  expectFlat(before, figures.after)
  record('files', figures)
  await running.close()
})

test('a hidden window filters on, and shows where it is at once when it is seen again', async () => {
  test.setTimeout((hiddenSeconds + 300) * 1000)
  const running = await launch()
  const { app, page } = running
  const see = async (isSeen: boolean) => {
    await app.evaluate(({ BrowserWindow }, isSeen) => {
      const [window] = BrowserWindow.getAllWindows()
      if (isSeen) window.show()
      else window.hide()
    }, isSeen)
    // The driver tells the page that it is always seen; that nothing is drawn shows that it is not.
    await expect.poll(async () => (await framesASecond(page)) > 15).toBe(isSeen)
  }
  /** Seconds into the recording, which is ten seconds long and begins again. */
  const position = async () => parseFloat(await page.getByLabel('Place', { exact: true }).innerText())
  const looksOf = async (milliseconds: number) => {
    const looks: { at: number; position: number }[] = []
    for (const started = performance.now(); performance.now() - started < milliseconds;) {
      looks.push({ at: performance.now() / 1000, position: await position() })
      await page.waitForTimeout(50)
    }
    return looks
  }
  await see(false)
  await page.waitForTimeout(10_000)
  await vitalsOf(running, 1)
  const [missed, before] = [await missedOf(page), await vitalsOf(running)]
  await page.waitForTimeout(hiddenSeconds * 1000)
  const after = await vitalsOf(running)
  await see(true)
  const looks = await looksOf(3000)
  const figures = { seconds: hiddenSeconds, missed: (await missedOf(page)) - missed, before, after }
  console.log(`    ${JSON.stringify(figures)}`)
  expect(figures.missed).toBe(0)
  expectFlat(before, after)
  // What was sent meanwhile is not played again faster: time on the screen runs as time does, from the first look on.
  for (const { at, position } of looks) {
    const passed = (position - looks[0].position + 10) % 10
    expect(Math.abs(((passed - (at - looks[0].at) + 15) % 10) - 5)).toBeLessThan(0.5)
  }
  record('hidden', figures)
  await running.close()
})

/** Pictures that the page may draw. */
const framesASecond = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        let count = 0
        let next = requestAnimationFrame(function draw() {
          count += 1
          next = requestAnimationFrame(draw)
        })
        setTimeout(() => {
          cancelAnimationFrame(next)
          resolve(count)
        }, 1000)
      })
  )

function record(name: string, figures: object): void {
  if (!process.env.SIGNAL_LAB_RECORD) return
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(
    join(root, `bench/results/soak-${name}-${date}.json`),
    `${JSON.stringify({ date, ...figures }, null, 2)}\n`
  )
}
