/** A search for a network in the built app: tried, stopped, resumed, and one of its trials put into the form. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch, test } from './launch'

test('a search is started, stopped, resumed, and one of what it tried becomes the next training', async () => {
  const { page, userData, close } = await launch()
  const state = page.getByRole('status', { name: 'State of the search' })
  await page.keyboard.press('F5')
  await page.getByRole('radio', { name: 'Search', exact: true }).click()
  await expect(state).toHaveText('0 of 20 trials are done', { timeout: 20_000 })
  await page.getByRole('radio', { name: 'Smoke', exact: true }).click()
  await page.getByRole('button', { name: 'Kinds of network' }).click()
  await page.getByRole('checkbox', { name: 'TCN' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('textbox', { name: 'Trials', exact: true }).fill('3')
  await page.keyboard.press('Enter')
  await expect(state).toHaveText('0 of 3 trials are done')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(state).toHaveText(/^Trial 1 of 3: kind /)
  const rows = page.getByRole('table', { name: 'Trials of the search' }).getByRole('row')
  await expect(rows).toHaveCount(2, { timeout: 30_000 })
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(state).toHaveText(/^[12] of 3 trials are done$/, { timeout: 10_000 })
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(state).toHaveText('3 of 3 trials are done', { timeout: 60_000 })
  await expect(rows).toHaveCount(4)
  await expect(page.getByRole('status', { name: 'Result of the search' })).toContainText('Best by validation: trial')
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().include('.train').analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  const files = readdirSync(join(userData, 'studies/searches'))
  expect(files.filter((name) => name.startsWith('tpe-streams-smoke-1.'))).toHaveLength(4)

  await page.screenshot({ path: test.info().outputPath('search.png') })
  await page
    .getByRole('button', { name: /^Train like trial/ })
    .first()
    .click()
  await expect(page.getByRole('form', { name: 'New training' })).toBeVisible()
  await close()
})
