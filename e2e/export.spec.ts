/** Samples and pictures to files: written, read back, compared. */
import AxeBuilder from '@axe-core/playwright'
import { expect, type ElectronApplication } from '@playwright/test'
import { existsSync, mkdtempSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, test, type RunningApp } from './launch'

test.describe.configure({ mode: 'serial' })

let running: RunningApp
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-export-'))
test.beforeAll(async () => {
  running = await launch()
})
test.afterAll(() => running.close())

async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (async () => ({ canceled: false, filePath })) as never
  }, path)
}

const dialogOf = ({ page }: RunningApp) => page.getByRole('dialog', { name: 'Export' })

/** Open the dialog, choose a format, write to `name`, and give what the row says. */
async function exportAs(format: string, name: string, choose: () => Promise<void> = async () => {}): Promise<string> {
  const { app, page } = running
  await answerSaveDialog(app, join(folder, name))
  await page.keyboard.press('Control+e')
  const dialog = dialogOf(running)
  await dialog.getByRole('radio', { name: format }).click()
  await choose()
  await dialog.getByRole('button', { name: 'Export…' }).click()
  await expect(dialog).toBeHidden()
  const jobs = page.getByRole('region', { name: 'Jobs' })
  await expect(jobs).toContainText(name, { timeout: 30_000 })
  await expect(jobs.getByRole('status')).toBeVisible({ timeout: 30_000 })
  const said = (await jobs.getByRole('status').textContent())!.trim()
  await jobs.getByRole('button', { name: /^Dismiss/ }).click()
  return said
}

test('the dialog has nothing that a screen reader would stumble over', async () => {
  const { page } = running
  await page.keyboard.press('Control+e')
  await expect(dialogOf(running)).toBeVisible()
  const found = await new AxeBuilder({ page }).setLegacyMode().include('dialog').analyze()
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
  await page.keyboard.press('Escape')
})

test('mix, output, residual and truth as WAV come back bit for bit', async () => {
  const said = await exportAs('WAV', 'four.wav', async () => {
    for (const name of ['Residual', 'Truth'])
      await dialogOf(running)
        .getByRole('checkbox', { name: new RegExp(`^${name}`) })
        .check()
  })
  expect(said).toBe('round trip: 10,000 samples, largest difference 0')
  const bytes = readFileSync(join(folder, 'four.wav'))
  expect(bytes.subarray(0, 4).toString()).toBe('RIFF')
  expect(bytes.readUInt16LE(22)).toBe(4)
})

test('a table has a time column, units in its heading, and comes back bit for bit', async () => {
  expect(await exportAs('CSV', 'four.csv')).toBe('round trip: 10,000 samples, largest difference 0')
  const [rate, , heading, first] = readFileSync(join(folder, 'four.csv'), 'utf8').split('\n')
  expect(rate).toBe('# sample_rate=1000')
  expect(heading).toMatch(/^time \(s\),channel 1,output 1 Hz,residual 1 Hz,truth 1 Hz$/)
  expect(first.split(',')).toHaveLength(5)
})

test('the picture of the view is drawn as SVG and as PNG', async () => {
  expect(await exportAs('SVG drawing', 'view.svg')).toMatch(/^written and read back: [\d,]+ bytes, equal$/)
  expect(readFileSync(join(folder, 'view.svg'), 'utf8')).toContain('Output: tone 1, 1.00 Hz')
  expect(await exportAs('PNG picture', 'view.png')).toMatch(/equal$/)
  expect(readFileSync(join(folder, 'view.png')).subarray(1, 4).toString()).toBe('PNG')
})

test('what a killed export left half written goes with the next one into the same folder', async () => {
  const left = join(folder, '.recording.wav.1234.0123456789ab.tmp')
  const others = join(folder, '.recording.wav.tmp')
  for (const path of [left, others]) {
    writeFileSync(path, '')
    utimesSync(path, 1e9, 1e9)
  }
  await exportAs('WAV', 'after.wav')
  await expect.poll(() => existsSync(left)).toBe(false)
  expect(existsSync(others)).toBe(true)
})
