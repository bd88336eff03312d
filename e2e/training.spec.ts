/** A filter is trained, paused, killed, resumed and used in the built app; runs are compared, deleted and brought back. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { launch, root, test, type RunningApp } from './launch'

// One window, used as a user would: each test goes on where the one before left it.
test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page

const state = () => page.getByRole('status', { name: 'State of the run' })
const run = () => page.getByRole('region', { name: 'Run', exact: true })
const view = (name: string) =>
  page.getByRole('radiogroup', { name: 'Part of the training laboratory' }).getByRole('radio', { name })
const trainingProcess = () =>
  running.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Signal Lab training')?.pid ?? 0)
const grid = () => page.getByRole('grid', { name: 'Runs' })

test.beforeAll(async () => {
  running = await launch()
  page = running.page
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 800))
})
test.afterAll(() => running.close())

/** A small network on streams: seconds, not minutes. */
async function fillIn({ units, steps, name }: { units: number; steps: number; name: string }) {
  await page.getByRole('radio', { name: 'Streams', exact: true }).click()
  for (const [label, value] of [
    ['Steps', steps],
    ['Steps an epoch', 40],
    ['Batch', 8],
    ['Layers', 1],
    ['Units', units]
  ] as const) {
    await page.getByRole('textbox', { name: label, exact: true }).fill(String(value))
  }
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name)
}

/** Steps that the shown run has made. */
async function stepsMade(): Promise<number> {
  const text = await run()
    .getByText(/^[\d,]+ \/ [\d,]+$/)
    .first()
    .textContent()
  return Number(text!.split('/')[0].replace(/\D/g, ''))
}

test('the form says before the start what a training would be, and refuses what cannot be as it is typed', async () => {
  await page.keyboard.press('F5')
  const before = page.getByRole('region', { name: 'Before the start' })
  await expect(before).toContainText(/Parameters\s*[\d,]+/, { timeout: 20_000 })
  // Where there is no card, the CUDA build cannot be installed, and says why.
  if ((await page.getByText('This computer shows no NVIDIA card.').count()) > 0) {
    for (const name of [/^Install the CUDA build/, 'Compare CPU and GPU']) {
      await expect(page.getByRole('button', { name })).toBeDisabled()
      await expect(page.getByRole('button', { name })).toHaveAttribute('title', /no NVIDIA card/)
    }
  }
  await fillIn({ units: 8, steps: 2000, name: 'first try' })
  await page.getByRole('textbox', { name: 'Units', exact: true }).fill('0')
  await expect(page.getByRole('button', { name: 'Start the training' })).toBeDisabled()
  await expect(page.getByRole('alert').filter({ hasText: /^Must be 1 to/ })).toBeVisible()
  await page.getByRole('textbox', { name: 'Units', exact: true }).fill('8')
  await expect(before).toContainText(/Time\s*\d/, { timeout: 30_000 })
  await expectAccessible()
})

test('a training is paused, resumed, killed, resumed, comes to its end, and filters the open signal', async () => {
  await page.getByRole('button', { name: 'Start the training' }).click()
  await expect(state()).toHaveText('trains', { timeout: 15_000 })
  await expect.poll(stepsMade, { timeout: 15_000 }).toBeGreaterThan(60)
  await expectAccessible()

  // Any kept epoch is put on the scope while it trains.
  const epochs = page.getByRole('slider', { name: 'Epoch on the scope' })
  await epochs.focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowRight')
  await expect(epochs).toHaveAttribute('aria-valuetext', /^epoch \d/)
  await expect(page.getByRole('button', { name: /^Model: first try, epoch \d/ })).toBeVisible()

  await page.keyboard.press('Escape')
  await run().getByRole('button', { name: 'Pause' }).click()
  await expect(state()).toHaveText('paused', { timeout: 15_000 })
  const paused = await stepsMade()
  await page.waitForTimeout(500)
  expect(await stepsMade()).toBe(paused)
  await run().getByRole('button', { name: 'Resume' }).click()
  await expect(state()).toHaveText('trains')
  await expect.poll(stepsMade, { timeout: 15_000 }).toBeGreaterThan(paused)

  process.kill(await trainingProcess(), 'SIGKILL')
  await expect(state()).toHaveText('interrupted', { timeout: 15_000 })
  await run().getByRole('button', { name: 'Resume' }).click()
  await expect(state()).toHaveText('trains', { timeout: 20_000 })
  await expect(state()).toHaveText('finished', { timeout: 60_000 })

  await run().getByRole('button', { name: 'Use' }).click()
  await expect(page.getByRole('button', { name: 'Model: first try' })).toBeVisible()
  await page.getByRole('radio', { name: 'Scope', exact: true }).click()
  const figure = page.getByRole('region', { name: 'Figures' }).getByLabel('R² after 2 s', { exact: true })
  await expect.poll(async () => Number(await figure.textContent()), { timeout: 15_000 }).toBeGreaterThan(0)
})

test('runs stand side by side, are selected by keys, deleted, and brought back', async () => {
  await page.keyboard.press('Control+t')
  await fillIn({ units: 4, steps: 80, name: 'smaller' })
  await page.getByRole('button', { name: 'Start the training' }).click()
  await expect(state()).toHaveText('finished', { timeout: 30_000 })
  await page.keyboard.press('Control+r')
  await expect(grid()).toHaveAttribute('aria-rowcount', '3')
  await grid().focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByText('2 runs, 2 selected')).toBeVisible()
  await expect(page.getByRole('img', { name: 'Validation loss' }).locator('canvas')).toBeVisible()
  await page.getByRole('radio', { name: 'Differences' }).click()
  const differences = page.getByRole('table', { name: 'Differences' })
  await expect(differences.getByRole('row', { name: /^Units/ })).toContainText('4')
  await expect(differences.getByRole('row', { name: /^Learning rate/ })).toBeHidden()
  await expectAccessible()
  for (const name of ['Scatter', 'Parallel']) {
    await page.getByRole('radio', { name }).click()
    await expectAccessible()
  }

  await grid().focus()
  await page.keyboard.press('Home')
  await page.getByRole('button', { name: 'Export…', exact: true }).last().click()
  await expect(page.getByRole('dialog')).toContainText('smaller')
  await page.keyboard.press('Escape')
  await grid().focus()
  await page.keyboard.press('Delete')
  await expect(page.getByText('One run was deleted.')).toBeVisible()
  await expect(grid()).toHaveAttribute('aria-rowcount', '2')
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(grid()).toHaveAttribute('aria-rowcount', '3')
})

test('a run that siglab trains in a terminal is in the table, is let be while it trains, and can be used after', async () => {
  const out = join(running.userData, 'runs', 'elsewhere')
  const small = '--frequencies 10,30 --set units=4,layers=1 --batch-size 8 --ticks 16 --steps-per-epoch 20'
  const asked = ['train', ...small.split(' '), '--steps', '1000000', '--title', 'from a terminal', '--out', out]
  const terminal = spawn(process.execPath, [join(root, 'out', 'main', 'siglab.js'), ...asked])
  const ended = once(terminal, 'exit')
  const row = grid().getByRole('row', { name: /from a terminal/ })
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new Event('focus')))
  try {
    await expect
      .poll(async () => (await comeBack(), row.filter({ hasText: 'trains' }).count()), { timeout: 30_000 })
      .toBe(1)
    await row.click()
    await page.keyboard.press('Delete')
    await expect(page.getByText(/is being trained by process \d+, as by siglab train/)).toBeVisible()
    terminal.kill('SIGINT')
    await ended
  } finally {
    terminal.kill('SIGKILL')
  }
  await comeBack()
  await expect(row).toContainText('stopped')
  await page.getByRole('button', { name: 'Use', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Model: from a terminal' })).toBeVisible()
})

test('the microscope shows what the running network holds', async () => {
  await view('Inside').click()
  await expect(page.getByText(/lstm1\/.*: orange above zero, blue below/)).toBeVisible({ timeout: 15_000 })
  await expect(page.getByLabel('Input saliency over time')).toBeVisible()
  await expectAccessible()
})

async function expectAccessible(): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include('.train').analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}
