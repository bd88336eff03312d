/** Tones of any frequency, the guard, the rivals, the duel and the Bode plot, in the built app with the real laboratory. */
import { expect, test, type Page } from '@playwright/test'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, drawnFrequency, launch, type RunningApp } from './launch'
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
  await page.screenshot({ path: '/tmp/d-ui-tones.png' })
})

test('a frequency that is typed is filtered at once, and what cannot be is refused as it is typed', async () => {
  await selectorButton(2).click()
  await page.keyboard.press('Enter')
  const field = page.getByLabel('Tone 2', { exact: true })
  await field.fill('600')
  await expect(page.getByText(/^Must be 0\.1\d Hz up to below 500 Hz/)).toBeVisible()
  await page.screenshot({ path: '/tmp/d-ui-typing.png' })
  await field.fill('5.4')
  await page.keyboard.press('Enter')
  await expect(selectorButton(2)).toHaveAccessibleName('Tone 2: 5.40 Hz')
  await expect(selectorButton(2)).toContainText('typed')
  await page.getByRole('button', { name: 'Reset', exact: true }).click()
  await expect(selectorButton(2)).toHaveAccessibleName(/4\.1\d Hz|4\.0\d Hz/)
})
