/** The first minute and everyday use, in the built app with the real laboratory. */
import { expect, type Page } from '@playwright/test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, drawnFrequency, launch, test, type RunningApp } from './launch'
import { writeBroken, writeCsv, writeWav } from './recordings'

// One window, used as a user would: each test goes on where the one before left it.
test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-recordings-'))

const selectorButton = (tone: number) => page.getByRole('button', { name: new RegExp(`^Tone ${tone}:`) })
const figure = (name: string) => page.getByRole('region', { name: 'Figures' }).getByLabel(name)
const place = async () => Number.parseFloat((await page.getByLabel('Place', { exact: true }).textContent()) ?? '')
const source = () => page.getByRole('banner').getByRole('button').first()

test.beforeAll(async () => {
  running = await launch()
  page = running.page
})
test.afterAll(() => running.close())

test('starts on the bundled mix, running and filtered', async () => {
  await expect(source()).toContainText(/1, 3, 5/)
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(page.getByRole('region', { name: 'Transport' })).toContainText('to choose a tone')
  await expect(page.getByRole('contentinfo')).toContainText(/real time/)
  await expect(page.getByRole('contentinfo')).toContainText(/TensorFlow \d/)
  const before = await place()
  await expect.poll(place).toBeGreaterThan(before)
})

test('each selector answers its tone once settled', async () => {
  for (const tone of [1, 2, 3, 4]) {
    await page.keyboard.press(String(tone))
    await expect
      .poll(async () => Number(await figure('R² after 2 s').textContent()), { timeout: 15_000 })
      .toBeGreaterThan(0.9)
  }
})

test('the pause holds the place and the arrows move it', async () => {
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await page.keyboard.press('Home')
  await expect.poll(place).toBe(0)
  await page.waitForTimeout(300)
  expect(await place()).toBe(0)
  for (let press = 0; press < 6; press += 1) await page.keyboard.press('ArrowRight')
  await expect.poll(place).toBe(7.5)
})

test('the curve on the screen has the frequency of the chosen selector, by key and by mouse', async () => {
  const wanted = [1, 3, 5, 7]
  for (const how of ['key', 'mouse'] as const) {
    for (const tone of [4, 2, 3, 1]) {
      if (how === 'key') await page.keyboard.press(String(tone))
      else await selectorButton(tone).click()
      await expect(selectorButton(tone)).toHaveAttribute('aria-pressed', 'true')
      await expect(page.getByRole('region', { name: 'Tone selectors' }).locator('[aria-pressed=true]')).toHaveCount(1)
      await expect.poll(() => drawnFrequency(page, tone, 5), { timeout: 3000 }).toBeCloseTo(wanted[tone - 1], 0)
      expect(Math.abs((await drawnFrequency(page, tone, 5)) - wanted[tone - 1])).toBeLessThanOrEqual(0.2)
    }
  }
})

test('the overview goes to where it is clicked', async () => {
  const strip = page.getByRole('slider', { name: 'Place in the recording' })
  const box = (await strip.boundingBox())!
  await strip.click({ position: { x: box.width * 0.3, y: box.height / 2 } })
  await expect.poll(place).toBeCloseTo(3, 0)
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect.poll(place).toBeGreaterThan(3.2)
})

test('the time base steps 1-2-5 by its keys and its list', async () => {
  await page.keyboard.press('[')
  await expect(page.getByRole('button', { name: 'Time base: 2 s' })).toBeVisible()
  await page.keyboard.press(']')
  await page.getByRole('button', { name: 'Time base: 5 s' }).click()
  await page.getByRole('option', { name: '1 s', exact: true }).click()
  await expect(page.getByRole('button', { name: 'Time base: 1 s' })).toBeVisible()
})

test('the theme switches and is remembered in the settings', async () => {
  const theme = () => page.locator('html').getAttribute('data-theme')
  expect(await theme()).toBe('dark')
  await page.getByRole('button', { name: 'Light theme' }).click()
  await expect.poll(theme).toBe('light')
  await page.keyboard.press('t')
  await expect.poll(theme).toBe('dark')
})

test('the help sheet lists the keys and Escape closes it', async () => {
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keys' })
  await expect(sheet).toContainText('Run or pause')
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
})

test('opens a WAV and finds its tones', async () => {
  const path = join(folder, 'four tones.wav')
  writeWav(path, [2, 4, 6, 9])
  await answerOpenDialog(running.app, path)
  await page.getByRole('button', { name: 'Open…' }).click()
  await expect(source()).toContainText('four tones.wav')
  await expect(selectorButton(1)).toHaveAccessibleName(/2\.0\d Hz|1\.9\d Hz/)
  await expect(figure('R² after 2 s')).toHaveText('—')
  await expect(page.getByRole('region', { name: 'Figures' })).toContainText('not known for this signal')
})

test('opens a CSV', async () => {
  const path = join(folder, 'tones.csv')
  writeCsv(path, [1, 3, 5, 7])
  await answerOpenDialog(running.app, path)
  await page.keyboard.press('Control+o')
  await expect(source()).toContainText('tones.csv')
  await expect(page.getByRole('contentinfo')).toContainText('1000 Hz, 6.00 s')
})

test('says why a broken file cannot be read and goes on with the signal before', async () => {
  const path = join(folder, 'broken.wav')
  writeBroken(path)
  await answerOpenDialog(running.app, path)
  await page.keyboard.press('Control+o')
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('broken.wav could not be opened')
  await expect(alert.getByRole('button', { name: 'Open another…' })).toBeVisible()
  await expect(source()).toContainText('tones.csv')
  const before = await place()
  await expect.poll(place).not.toBe(before)
  await page.keyboard.press('Escape')
  await expect(alert).toBeHidden()
})

test('opens a recording that is dropped on the window', async () => {
  const path = join(folder, 'dropped.wav')
  writeWav(path, [1, 3, 5, 7])
  const driver = await page.context().newCDPSession(page)
  const data = { items: [], files: [path], dragOperationsMask: 1 }
  for (const type of ['dragEnter', 'dragOver'] as const) {
    await driver.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data })
  }
  await expect(page.getByText('Drop the recording here')).toBeVisible()
  await driver.send('Input.dispatchDragEvent', { type: 'drop', x: 400, y: 300, data })
  await expect(source()).toContainText('dropped.wav')
  await expect(page.getByText('Drop the recording here')).toBeHidden()
})

test('generates a mix, refusing what cannot be as it is typed', async () => {
  await page.keyboard.press('g')
  const dialog = page.getByRole('dialog', { name: 'Generate a mix' })
  const frequency = (tone: number) => dialog.getByLabel(`Frequency of tone ${tone}`, { exact: true })
  await frequency(2).fill('600')
  await expect(dialog).toContainText('Must be 0.01 to 500 Hz.')
  await expect(dialog.getByRole('button', { name: 'Generate' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Remove tone 4' }).click()
  for (const [index, hertz] of ['2', '4', '8'].entries()) await frequency(index + 1).fill(hertz)
  await dialog.getByRole('button', { name: 'Generate' }).click()
  await expect(dialog).toBeHidden()
  await expect(source()).toContainText('Mix of 2')
  await expect(selectorButton(3)).toHaveAccessibleName(/8\.00 Hz/)
  await expect(selectorButton(4)).toHaveAccessibleName('Tone 4: none')
})
