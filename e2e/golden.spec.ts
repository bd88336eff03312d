/**
 * Eight states of the window against pictures that were looked at, under `e2e/golden`. Everything stands: the filter is
 * paused, the view holds two seconds of the bundled mix, and numbers of the machine's speed and of how far
 * the filter came are hidden. `--update-snapshots` takes the pictures anew; look at each before it is kept.
 *
 * The pictures show the letters of Linux; other systems draw other ones.
 */
import { expect, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, launch, test, type RunningApp } from './launch'
import { writeBroken } from './recordings'

test.describe.configure({ mode: 'serial' })
test.skip(process.platform !== 'linux', 'the pictures were taken on Linux')

let running: RunningApp
let page: Page
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-golden-'))

/** What is another number at every run. */
const moving = [
  'footer span',
  'section[aria-label="Figures"] dd',
  'section[aria-label="Figures"] > p',
  'section[aria-label="Measurements"] td',
  'section[aria-label="Measurements"] .where',
  'section[aria-label="Tone selectors"] .value',
  'section[aria-label="Tone selectors"] .level'
]

test.beforeAll(async () => {
  running = await launch()
  page = running.page
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  await page.keyboard.press('Home')
  await expect(page.getByLabel('Place', { exact: true })).toContainText('0.0 s')
  await page.keyboard.press('f')
  const axis = page.getByRole('slider', { name: 'Time axis' })
  // A step of the zoom goes about the middle of what is drawn: each is waited for.
  for (const width of ['10.0 s', '5.00 s', '2.00 s']) {
    await expect(axis).toHaveAttribute('aria-valuetext', new RegExp(`, ${width} wide`))
    await page.waitForTimeout(500)
    if (width !== '2.00 s') await page.keyboard.press('ArrowUp')
  }
  await axis.focus()
  for (let tenth = 0; tenth < 10; tenth += 1) await page.keyboard.press('ArrowLeft')
  await expect(axis).toHaveAttribute('aria-valuetext', /^from 2\.000 seconds/)
  await axis.evaluate((element: HTMLElement) => element.blur())
})
test.afterAll(async () => {
  await running.close()
  rmSync(folder, { recursive: true, force: true })
})

async function runCommand(words: string): Promise<void> {
  await page.keyboard.press('Control+K')
  await page.keyboard.type(words)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeHidden()
}

async function useTheme(theme: 'dark' | 'light'): Promise<void> {
  const shown = () => page.evaluate(() => document.documentElement.dataset.theme)
  // From high contrast there may be two steps.
  for (let step = 0; step < 2 && (await shown()) !== theme; step += 1) {
    await runCommand('Dark or light theme')
    await page.waitForTimeout(200)
  }
  expect(await shown()).toBe(theme)
}

async function expectGolden(name: string): Promise<void> {
  // Until what is seen has been filtered, measured and drawn.
  await page.waitForTimeout(1500)
  await page
    .locator(moving.join(', '))
    .evaluateAll((all: HTMLElement[]) => all.forEach((element) => (element.style.visibility = 'hidden')))
  await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixelRatio: 0.02 })
}

test('the scope in the dark theme', async () => {
  await useTheme('dark')
  await expectGolden('scope-dark')
})

test('the scope in the light theme', async () => {
  await useTheme('light')
  await expectGolden('scope-light')
})

test('the scope in high contrast', async () => {
  await runCommand('Theme of high contrast')
  await expectGolden('scope-high-contrast')
})

test('the layout of the spectrum', async () => {
  await useTheme('dark')
  await page.keyboard.press('F3')
  await expectGolden('layout-spectrum')
})

test('the layout that compares', async () => {
  await page.keyboard.press('F4')
  await expectGolden('layout-compare')
  await page.keyboard.press('F2')
})

test('the dialog that generates a mix', async () => {
  await page.keyboard.press('g')
  const dialog = page.getByRole('dialog', { name: 'Generate a mix' })
  await expect(dialog).toBeVisible()
  await expectGolden('dialog-generate')
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})

test('the palette', async () => {
  await page.keyboard.press('Control+K')
  await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible()
  await expectGolden('palette')
  await page.keyboard.press('Escape')
})

test('the banner of an error', async () => {
  const path = join(folder, 'broken.wav')
  writeBroken(path)
  await answerOpenDialog(running.app, path)
  await page.keyboard.press('Control+o')
  await expect(page.getByRole('alert')).toContainText('broken.wav could not be opened')
  await expectGolden('banner-error')
})
