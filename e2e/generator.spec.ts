/** The generator: presets, sliders, the picture that follows, and the mix that comes out. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { launch, test, type RunningApp } from './launch'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
test.beforeAll(async () => {
  running = await launch()
})
test.afterAll(() => running.close())

const dialogOf = ({ page }: RunningApp) => page.getByRole('dialog', { name: 'Generate a mix' })

test('a preset sets every number, and the picture shows its mix', async () => {
  const { page } = running
  await page.keyboard.press('g')
  const dialog = dialogOf(running)
  const picture = dialog.getByRole('img', { name: /beginning of the mix/ })
  const before = await picture.innerHTML()
  await dialog.getByRole('button', { name: /^Preset/ }).click()
  await page.getByRole('option', { name: /Mains hum/ }).click()
  await expect(dialog.getByLabel('Frequency of tone 4', { exact: true })).toHaveValue('250')
  await expect(dialog.getByLabel('Sample rate', { exact: true })).toHaveValue('2000')
  expect(await picture.innerHTML()).not.toBe(before)
})

test('numbers are dragged, typed, stepped and brought back by a double click', async () => {
  const dialog = dialogOf(running)
  const noise = dialog.getByLabel('White', { exact: true })
  await noise.fill('0.25')
  await noise.press('ArrowUp')
  await expect(noise).toHaveValue('0.26')
  await dialog.getByLabel('White, slider').fill('0.5')
  await expect(noise).toHaveValue('0.5')
  await noise.dblclick()
  await expect(noise).toHaveValue('0.3')
  await noise.fill('-1')
  await expect(dialog.getByRole('alert')).toHaveText('Must be 0 to 2.')
  await expect(dialog.getByRole('button', { name: 'Generate' })).toBeDisabled()
  await noise.fill('0.05')
})

test('has nothing that a screen reader would stumble over', async () => {
  const { page } = running
  await dialogOf(running)
    .getByRole('button', { name: /^Modulation of tone 1/ })
    .click()
  const found = await new AxeBuilder({ page }).setLegacyMode().include('dialog').analyze()
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
})

test('the mix is opened with its clean tones as truth', async () => {
  const { page } = running
  await dialogOf(running).getByRole('button', { name: 'Generate', exact: true }).click()
  await expect(dialogOf(running)).toBeHidden()
  const source = page.getByRole('banner').getByRole('button').first()
  await expect(source).toContainText('Mix of 50 Hz, 100 Hz, 150 Hz, 250 Hz')
  await source.click()
  await expect(page.getByRole('dialog', { name: 'About this signal' })).toContainText('Tones mixed')
  await expect(page.getByRole('region', { name: 'Figures' }).getByLabel('R² after 2 s')).toHaveText(/\d/)
})
