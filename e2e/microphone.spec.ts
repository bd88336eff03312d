/** The microphone as a live source, with Chromium's fake device: a beep every second. */
import { expect } from '@playwright/test'
import type { ElectronApplication, Page } from '@playwright/test'
import { launch, test, type RunningApp } from './launch'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page
test.beforeAll(async () => {
  running = await launch({ args: ['--use-fake-device-for-media-stream'] })
  page = running.page
})
test.afterAll(() => running.close())

/** What the question for the microphone will be answered with; counts how often it is asked. */
async function answerQuestion(app: ElectronApplication, response: 0 | 1): Promise<void> {
  await app.evaluate(({ dialog }, response) => {
    const asked = globalThis as { questions?: string[] }
    asked.questions = []
    dialog.showMessageBox = (async (_window: unknown, { message }: { message: string }) => {
      asked.questions!.push(message)
      return { response, checkboxChecked: false }
    }) as never
  }, response)
}
const questions = (app: ElectronApplication) =>
  app.evaluate(() => (globalThis as { questions?: string[] }).questions ?? [])
const micButton = () => page.getByRole('banner').getByRole('button', { name: 'Mic', exact: true })
const listen = () =>
  page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ audio: true }).then(
      (stream) => (stream.getTracks().forEach((track) => track.stop()), 'heard'),
      (error: Error) => error.name
    )
  )

test('the page cannot listen before the user was asked, nor after a no', async () => {
  await answerQuestion(running.app, 1)
  expect(await listen()).toBe('NotAllowedError')
  await micButton().click()
  await expect(micButton()).toBeEnabled()
  expect(await questions(running.app)).toEqual(['Let Signal Lab hear the microphone?'])
  expect(await listen()).toBe('NotAllowedError')
})

test('after a yes the sound is the open signal, and the filter follows it', async () => {
  await answerQuestion(running.app, 0)
  await micButton().click()
  const recording = page.getByRole('group', { name: /^Recording from/ })
  await expect(recording).toBeVisible({ timeout: 15_000 })
  await expect(page.getByRole('contentinfo')).toContainText('120 s')
  const place = async () => Number.parseFloat((await page.getByLabel('Place', { exact: true }).textContent()) ?? '')
  const before = await place()
  await expect.poll(place, { timeout: 15_000 }).toBeGreaterThan(before + 1)
  await expect(recording.getByLabel('Level')).toHaveJSProperty('tagName', 'METER')
  await expect
    .poll(() => recording.getByLabel('Level').evaluate((meter: HTMLMeterElement) => meter.value))
    .toBeGreaterThan(0)
})

test('a yes for sound is none for pictures', async () => {
  const outcome = await page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => 'seen',
      (error: Error) => error.name
    )
  )
  expect(outcome).toBe('NotAllowedError')
})

test('the stop keeps what was heard as a signal', async () => {
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(micButton()).toBeVisible()
  const source = page.getByRole('banner').getByRole('button').first()
  await expect(source).toContainText(/20\d\d-\d\d-\d\d/)
  await source.click()
  const details = page.getByRole('dialog', { name: 'About this signal' })
  await expect(details).toContainText('Recorded, 32-bit float')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible()
})

test('a recording that is left for another signal is held, and comes back', async () => {
  await micButton().click()
  await expect(page.getByRole('group', { name: /^Recording from/ })).toBeVisible({ timeout: 15_000 })
  await page.waitForTimeout(700)
  await page.keyboard.press('Control+k')
  await page.keyboard.type('bundled mix')
  await page.keyboard.press('Enter')
  const held = page.getByRole('status').filter({ hasText: 'ended when another signal was opened' })
  await expect(held).toBeVisible()
  await held.getByRole('button', { name: 'Open the recording' }).click()
  await expect(held).toBeHidden()
  await expect(page.getByRole('banner').getByRole('button').first()).toContainText(/20\d\d-\d\d-\d\d/)
})
