/**
 * What the training laboratory costs the page: the window while a run trains, and the table of ten thousand runs while
 * it is scrolled, sorted, filtered, selected and plotted. Drives the built app and reads Chromium's own trace. Limit: no
 * task over 50 ms of the page's main thread.
 * --json prints the figures alone.
 */
import type { Page } from '@playwright/test'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { madeUpRun } from '../src/renderer/testing/fake-training'
import type { FrameFigures } from './chromium-trace'
import { machine, today } from './report'
import { frameLine, launchApp, root, traced } from './traced-app'

const runCount = 10_000
const trainingMilliseconds = 10_000

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-bench-'))
  try {
    writeRuns(join(folder, 'runs'))
    report(await measure(folder))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly training: FrameFigures
  readonly table: FrameFigures
  /** From the key to the first rows, the process started meanwhile. */
  readonly firstRowsMilliseconds: number
}

async function measure(userData: string): Promise<Figures> {
  const app = await launchApp(userData)
  try {
    const page = await app.firstWindow()
    await page.locator('[data-first-trace]').waitFor({ timeout: 120_000 })
    const started = Date.now()
    await page.keyboard.press('Control+r')
    await page.getByRole('row', { name: `Run ${runCount - 1}` }).waitFor({ timeout: 120_000 })
    const firstRowsMilliseconds = Date.now() - started
    await page.waitForTimeout(3000)
    const table = await traced(app, () => useTable(page))
    await startTraining(page)
    const training = await traced(app, () => page.waitForTimeout(trainingMilliseconds))
    return { training, table, firstRowsMilliseconds }
  } finally {
    await app.close()
  }
}

/** Everything that a table can be made to do, one thing after the other. */
async function useTable(page: Page): Promise<void> {
  const grid = page.getByRole('grid', { name: 'Runs' })
  const box = (await grid.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  for (let notch = 0; notch < 150; notch += 1) {
    await page.mouse.wheel(0, notch < 100 ? 600 : 6000)
    await page.waitForTimeout(16)
  }
  for (const name of [/Best validation loss/, /Units/, /Best validation loss/]) {
    await grid.getByRole('button', { name }).click()
    await page.waitForTimeout(300)
  }
  for (const text of ['run 9', 'run 99', 'run 999', '']) {
    await page.getByLabel('Filter the runs by words').fill(text)
    await page.waitForTimeout(300)
  }
  await grid.focus()
  await page.keyboard.press('Home')
  for (let row = 0; row < 40; row += 1) await page.keyboard.press(row < 8 ? 'Shift+ArrowDown' : 'ArrowDown')
  for (const name of ['Differences', 'Scatter', 'Parallel', 'Curves']) {
    await page.getByRole('radio', { name }).click()
    await page.waitForTimeout(500)
  }
}

/** The usual training for the bundled mix, which takes minutes; its curves are looked at. */
async function startTraining(page: Page): Promise<void> {
  await page.keyboard.press('Control+t')
  await page.getByRole('button', { name: 'Start the training' }).click({ timeout: 60_000 })
  await page.getByRole('status', { name: 'State of the run' }).getByText('trains').waitFor({ timeout: 60_000 })
  await page.waitForTimeout(5000)
}

/** Records without weights: what a table reads. */
function writeRuns(folder: string): void {
  for (let index = 0; index < runCount; index += 1) {
    const run = madeUpRun(index)
    mkdirSync(join(folder, run.id), { recursive: true })
    writeFileSync(join(folder, run.id, 'run.json'), JSON.stringify(run))
  }
}

function report(figures: Figures): void {
  const withinLimit = [figures.training, figures.table].every(({ longTasks }) => longTasks === 0)
  const result = { runCount, withinLimit, ...figures }
  if (process.argv.includes('--json')) return console.log(JSON.stringify(result))
  const file = join(root, 'bench/results/training-window.json')
  writeFileSync(file, `${JSON.stringify({ date: today(), machine: machine(), ...result }, null, 2)}\n`)
  for (const name of ['training', 'table'] as const) console.log(frameLine(name, figures[name]))
  console.log(
    `first rows of ${runCount} runs after ${figures.firstRowsMilliseconds} ms; limit: ${withinLimit ? 'kept' : 'broken'}`
  )
}

void main()
