/** The page about the program, in the real app. */
import AxeBuilder from '@axe-core/playwright'
import { expect } from '@playwright/test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { launch, test } from './launch'

test('tells what the program runs on, copies it, and needs no mouse', async () => {
  const running = await launch()
  const { app, page } = running
  await page.keyboard.press('Control+k')
  await page.keyboard.type('about')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'About Signal Lab' })
  await expect(dialog.getByText(/^TensorFlow 2\.\d+\.\d+ on the CPU, computes$/)).toBeVisible()
  await expect(dialog.getByText(/^Kernels: native/)).toBeVisible()
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).include('dialog').analyze()
  expect(violations).toEqual([])
  if (process.env.SIGNAL_LAB_SHOW) await page.screenshot({ path: process.env.SIGNAL_LAB_SHOW })
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const copied = await app.evaluate(({ clipboard }) => clipboard.readText())
  expect(copied).toContain('Updates: not looked for')
  expect(copied).toContain(running.userData)
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  const log = join(running.userData, 'logs/main.log')
  expect(existsSync(log)).toBe(true)
  expect(readFileSync(log, 'utf8')).toMatch(/note started: Signal Lab \d+\.\d+\.\d+, Electron/)
  await running.close()
})
