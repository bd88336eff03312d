/** A reference table is measured in the built app: each trial a process of its own, stopped, and resumed to its verdict. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch, test } from './launch'

test('a study is started, stopped with its trial, resumed, and ends in a table with a verdict', async () => {
  const { app, page, userData, close } = await launch()
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 800))
  const state = page.getByRole('status', { name: 'State of the study' })
  const expectAccessible = async () => {
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().include('.train').analyze()
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  }
  await page.keyboard.press('F5')
  await page.getByRole('radio', { name: 'Studies', exact: true }).click()
  await expect(state).toHaveText('0 of 12 trials are measured', { timeout: 20_000 })
  await expectAccessible()
  await page.getByRole('button', { name: /^Study: / }).click()
  await page.getByRole('option', { name: /^Dropout/ }).click()
  await page.getByRole('radio', { name: 'Smoke', exact: true }).click()
  await page.getByRole('textbox', { name: 'Seeds', exact: true }).fill('1')
  await page.keyboard.press('Enter')
  await expect(state).toHaveText('0 of 5 trials are measured')
  await page.getByRole('button', { name: 'Start', exact: true }).click()
  await expect(state).toHaveText(/^Trial 1 of 5: 0\.2, seed 1/)
  const baseline = page.getByRole('table', { name: 'Dropout' }).getByRole('row', { name: /^0\.2/ })
  await expect(baseline).toContainText('1 / 1', { timeout: 20_000 })
  await expect(baseline).toContainText(/0\.\d{3}\s*told 0\.35/)
  await expectAccessible()

  await expect.poll(() => trialProcesses(userData)).toBeGreaterThan(0)
  await page.getByRole('button', { name: 'Stop', exact: true }).click()
  await expect(state).toHaveText(/^[1-4] of 5 trials are measured$/, { timeout: 10_000 })
  await expect.poll(() => trialProcesses(userData)).toBe(0)
  const folder = join(userData, 'studies/dropout-smoke')
  expect(readdirSync(folder)).toEqual(['trials'])

  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(state).toHaveText('5 of 5 trials are measured', { timeout: 30_000 })
  await expect(page.getByRole('status', { name: 'Verdict' })).toContainText('Of the 4 differences')
  expect(readdirSync(folder).sort()).toEqual(['dropout.csv', 'dropout.json', 'dropout.md', 'dropout.svg', 'trials'])
  await expectAccessible()
  await close()
})

/** Processes whose command line names a trial of this user's folder. */
function trialProcesses(userData: string): number {
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n')
  return lines.filter((line) => line.includes(join(userData, 'studies'))).length
}
