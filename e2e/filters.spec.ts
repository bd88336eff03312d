/** Tones of any frequency, the guard, the rivals, the duel and the Bode plot, in the built app with the real laboratory. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type Locator, type Page } from '@playwright/test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, drawnFrequency, launch, test, type RunningApp } from './launch'
import { writeWav } from './recordings'

// One window, used as a user would: each test goes on where the one before left it.
test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-filters-'))

const selectorButton = (tone: number) => page.getByRole('button', { name: new RegExp(`^Tone ${tone}:`) })
const modelPanel = () => page.getByRole('region', { name: 'Model' })

test.beforeAll(async () => {
  running = await launch()
  page = running.page
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 800))
})
test.afterAll(() => running.close())

test('the tones of a recording are found, given to the selectors and filtered by the model for any', async () => {
  const path = join(folder, 'four odd tones.wav')
  writeWav(path, [2.3, 4.1, 6.7, 8.9], 8)
  await answerOpenDialog(running.app, path)
  await page.keyboard.press('Control+o')
  await expect(selectorButton(4)).toHaveAccessibleName(/8\.[89]\d Hz/)
  await expect(selectorButton(1)).toContainText('% sure')
  await expect(modelPanel()).toContainText(/any/i)
  for (const [tone, hertz] of [2.3, 4.1, 6.7, 8.9].entries()) {
    await page.keyboard.press(String(tone + 1))
    await expect.poll(() => drawnFrequency(page, tone + 1, 5), { timeout: 15_000 }).toBeGreaterThan(hertz - 0.3)
    await expect.poll(() => drawnFrequency(page, tone + 1, 5), { timeout: 15_000 }).toBeLessThan(hertz + 0.3)
  }
})

test('a frequency that is typed is filtered at once, and what cannot be is refused as it is typed', async () => {
  await selectorButton(2).click()
  await page.keyboard.press('Enter')
  const field = page.getByLabel('Tone 2', { exact: true })
  await field.fill('600')
  await expect(page.getByText(/^Must be 0\.1\d Hz up to below 500 Hz/)).toBeVisible()
  await field.fill('5.4')
  await page.keyboard.press('Enter')
  await expect(selectorButton(2)).toHaveAccessibleName('Tone 2: 5.40 Hz')
  await expect(selectorButton(2)).toContainText('typed')
  await page.getByRole('region', { name: 'Tone selectors' }).getByRole('button', { name: 'Reset' }).click()
  await expect(selectorButton(2)).toHaveAccessibleName(/4\.1\d Hz|4\.0\d Hz/)
})

test('the guard says that a fixed model does not fit, and its cure brings one that does', async () => {
  await modelPanel()
    .getByRole('button', { name: /^Model:/ })
    .click()
  await page
    .getByRole('option', { name: /1, 3, 5/ })
    .first()
    .click()
  const guard = page.getByRole('status', { name: 'Domain guard' })
  await expect(guard).toContainText(/Does not fit this signal|in part/)
  await expect(guard).toContainText(/answers 1, 3, 5, 7 Hz/)
  await expect(guard.getByRole('button', { name: 'Train for these tones' })).toBeEnabled()
  await expectAccessible('aside')
  await guard.getByRole('button', { name: 'Use the universal filter' }).click()
  await expect(guard).toContainText('Fits this signal')
  await expect(selectorButton(4)).toHaveAccessibleName(/8\.[89]\d Hz/)
})

test('a rival runs beside the network, its trace and its figures with it', async () => {
  await page.keyboard.press('g')
  await page.getByRole('dialog').getByRole('button', { name: 'Generate', exact: true }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.getByRole('button', { name: /^Rival:/ }).click()
  await page.getByRole('option', { name: /Kalman/ }).click()
  const figures = page.getByRole('region', { name: 'Figures' })
  await expect
    .poll(async () => Number(await figures.getByLabel('R² after 2 s of the rival').textContent()), { timeout: 20_000 })
    .toBeGreaterThan(0.9)
  await expect(page.getByRole('region', { name: /^Output/ })).toContainText(/thin: Kalman/)
  await expect.poll(() => pixelsOf('rival'), { timeout: 10_000 }).toBeGreaterThan(100)
  await expectAccessible('aside')
  await page.keyboard.press('j')
  await expect(figures.getByLabel('R² after 2 s of the rival')).toBeHidden()
  await expect.poll(() => pixelsOf('rival')).toBeLessThan(20)
})

test('a mark that sees the future is refused live, and runs delayed', async () => {
  await page.getByRole('button', { name: /^Rival:/ }).click()
  await page.getByRole('option', { name: /Zero-phase/ }).click()
  await expect(modelPanel()).toContainText(/cannot run live\. Delayed by \d+ samples/)
  await modelPanel().getByRole('button', { name: 'Run it delayed' }).click()
  await expect(modelPanel()).toContainText(/Latency \d/)
  await expect(page.getByRole('contentinfo')).toContainText(/rival \d/)
  await page.keyboard.press('j')
})

test('a duel runs with its progress, is cancelled, and ends in a verdict with curves and a table', async () => {
  await page.getByRole('radio', { name: 'Compare' }).click()
  await page.getByRole('radio', { name: 'Duel' }).click()
  const form = page.getByRole('form', { name: 'Duel' })
  const overflow = await form.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)
  expect.soft(overflow, 'pixels that the form is wider than its column').toBe(0)
  await form.getByRole('button', { name: 'Run the duel' }).click()
  await expect(form.getByRole('progressbar')).toBeVisible()
  await form.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The duel was cancelled.')).toBeVisible({ timeout: 20_000 })

  await form.getByLabel('Noise levels').fill('0, 20')
  await form.getByLabel('Mixes a level').fill('3')
  for (const name of [/Comb/, /Recursive/, /Kalman/, /Zero-phase/, /Least squares/, /Lock-in/]) {
    await form.getByRole('checkbox', { name }).click()
  }
  await form.getByRole('button', { name: 'Run the duel' }).click()
  // It goes on while its layout is left.
  await page.getByRole('radio', { name: 'Scope' }).click()
  await page.getByRole('radio', { name: 'Compare' }).click()
  const result = page.getByRole('region', { name: 'Result of the duel' })
  await expect(result).toContainText(/network [+−]\d.* dB/i, { timeout: 120_000 })
  await expect(result.getByRole('row')).toHaveCount(4)
  await expect(result.locator('canvas')).toHaveCount(3)
  await result.getByRole('button', { name: 'Copy as Markdown' }).click()
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toContain('# Duel: ')
  await expect(page.getByRole('region', { name: 'Jobs' })).toBeHidden()
  await expectAccessible('.compare')
})

test('a Bode plot is cancelled, then measured, and drawn by both methods over the classical filter', async () => {
  await page.getByRole('radio', { name: 'Bode plot' }).click()
  const form = page.getByRole('form', { name: 'Bode plot' })
  await form.getByRole('button', { name: 'Measure' }).click()
  await form.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByText('The Bode plot was cancelled.')).toBeVisible({ timeout: 20_000 })

  await form.getByRole('button', { name: 'Measure' }).click()
  const result = page.getByRole('region', { name: /^Bode plot of/ })
  await expect(result.locator('canvas')).toHaveCount(3, { timeout: 120_000 })
  const magnitude = result.getByRole('img', { name: 'Magnitude' })
  const drawn = () => magnitude.locator('canvas').evaluate((canvas: HTMLCanvasElement) => canvas.toDataURL())
  expect(await colourCount(magnitude.locator('canvas'), 'accent')).toBeGreaterThan(300)
  expect(await colourCount(magnitude.locator('canvas'), 'tone-2')).toBeGreaterThan(100)
  const stepped = await drawn()
  await result.getByRole('radio', { name: 'Chirp' }).click()
  await expect.poll(drawn).not.toBe(stepped)
  await expect(result.getByRole('table', { name: 'What a linear filter has not' }).getByRole('row')).toHaveCount(5)
  await result.getByRole('button', { name: 'Copy as CSV' }).click()
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toMatch(/^selectorHz,method,/)
  await expectAccessible('.compare')
})

test('no panel hides or breaks anything in the light theme and on a large screen', async () => {
  await page.keyboard.press('t')
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1920, 1080))
  await page.waitForTimeout(500)
  await expectAccessible('.compare')
  await expectAccessible('aside')
})

/** No violation that axe can find in what a selector holds. */
async function expectAccessible(selector: string) {
  const { violations } = await new AxeBuilder({ page }).include(selector).setLegacyMode(true).analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

/** How many pixels of the output lane have the colour of a token. */
function pixelsOf(token: string): Promise<number> {
  return colourCount(page.getByRole('region', { name: /^Output/ }).locator('canvas'), token)
}

function colourCount(canvas: Locator, token: string): Promise<number> {
  return canvas.evaluate((canvas: HTMLCanvasElement, token) => {
    const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim()
    const wanted = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16))
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height)
    let count = 0
    for (let at = 0; at < data.length; at += 4) {
      const distance = wanted.reduce((sum, value, part) => sum + Math.abs(data[at + part] - value), 0)
      if (distance < 60 && data[at + 3] > 150) count += 1
    }
    return count
  }, token)
}
