/** A model out of the window as evidence, checked and brought back in. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type ElectronApplication } from '@playwright/test'
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerOpenDialog, launch, test, type RunningApp } from './launch'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-models-'))
test.beforeAll(async () => {
  running = await launch()
})
test.afterAll(() => running.close())

async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as never
  }, path)
}

/** What an open dialog has that a screen reader would stumble over. */
async function violations(): Promise<unknown[]> {
  const found = await new AxeBuilder({ page: running.page }).setLegacyMode().include('dialog').analyze()
  return found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])
}

test('the model that runs is written as evidence about the open signal', async () => {
  const { app, page } = running
  await answerSaveDialog(app, join(folder, 'proof.siglab'))
  await page.getByRole('button', { name: 'Export model…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Export model' })
  await expect(dialog.getByRole('radio', { name: /^ONNX/ })).toBeEnabled()
  await expect(dialog.getByRole('radio', { name: /^TensorBoard/ })).toBeDisabled()
  expect(await violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Export…' }).click()
  await expect(dialog).toBeHidden()
  const jobs = page.getByRole('region', { name: 'Jobs' })
  await expect(jobs).toContainText(/proof\.siglab[\s\S]*written: [\d,]+ bytes/, { timeout: 30_000 })
  await jobs.getByRole('button', { name: /^Dismiss/ }).click()
  expect(readFileSync(join(folder, 'proof.siglab')).subarray(0, 2).toString()).toBe('PK')
})

test('it is reproduced when it is opened, and its model runs when it is added', async () => {
  const { app, page, userData } = running
  await answerOpenDialog(app, join(folder, 'proof.siglab'))
  await page.getByRole('button', { name: 'Import model…' }).click()
  const dialog = page.getByRole('dialog', { name: 'proof.siglab' })
  await expect(dialog).toContainText('Reproduced within 1e-5', { timeout: 30_000 })
  expect(await violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Add to my models' }).click()
  await expect(dialog).toBeHidden()
  expect(readdirSync(join(userData, 'models'))).toEqual(['stream-1357-2.safetensors'])
})

test('ONNX is written from the command palette', async () => {
  const { app, page } = running
  await answerSaveDialog(app, join(folder, 'model.onnx'))
  await page.keyboard.press('Control+k')
  await page.keyboard.type('export the model')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Export model' })
  await dialog.getByRole('radio', { name: /^ONNX/ }).check()
  await dialog.getByRole('button', { name: 'Export…' }).click()
  await expect(page.getByRole('region', { name: 'Jobs' })).toContainText('written', { timeout: 30_000 })
  expect(readFileSync(join(folder, 'model.onnx')).includes('Signal Lab')).toBe(true)
})

test('a file that was damaged is refused with the reason', async () => {
  const { app, page } = running
  const bytes = readFileSync(join(folder, 'proof.siglab'))
  bytes[Math.floor(bytes.length / 2)] ^= 1
  writeFileSync(join(folder, 'damaged.siglab'), bytes)
  await answerOpenDialog(app, join(folder, 'damaged.siglab'))
  await page.getByRole('button', { name: 'Import model…' }).click()
  const dialog = page.getByRole('dialog', { name: 'damaged.siglab' })
  await expect(dialog.getByRole('status').first()).toContainText(/not read|damaged/)
  await expect(dialog.getByRole('button', { name: 'Add to my models' })).toBeHidden()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
})
