/** The measuring views in the real app: measurements, spectrum, spectrogram, cross-talk, and what they can be used for. */
import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page } from '@playwright/test'
import { launch, test, type RunningApp } from './launch'

// One window, used as a user would: each test goes on where the one before left it.
test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page

const measurements = () => page.getByRole('region', { name: 'Measurements' })
const measured = (name: string) => {
  const title = page.getByRole('rowheader', { name, exact: true })
  return measurements().getByRole('row').filter({ has: title }).getByRole('cell').first()
}
const numberOf = async (name: string) =>
  Number.parseFloat(((await measured(name).textContent()) ?? '').replace('−', '-'))
const layout = (key: string) => page.keyboard.press(key)
const picture = (name: string) => page.screenshot({ path: `${process.env.SIGLAB_SHOTS ?? 'test-results'}/${name}.png` })

test.beforeAll(async () => {
  running = await launch()
  page = running.page
  await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].setContentSize(1280, 800))
})
test.afterAll(() => running.close())

test('measures the chosen tone of the demo mix, settled and still', async () => {
  await page.keyboard.press('3')
  // The screen of five seconds must have left the first two, in which the filter settles.
  const place = async () => Number.parseFloat((await page.getByLabel('Place', { exact: true }).textContent()) ?? '')
  await expect.poll(place, { timeout: 20_000 }).toBeGreaterThan(7.5)
  await page.keyboard.press('Space')
  await expect.poll(() => numberOf('Frequency')).toBeCloseTo(5, 1)
  expect(await numberOf('RMS')).toBeCloseTo((await numberOf('Tone amplitude')) / Math.SQRT2, 1)
  expect(Math.abs(await numberOf('Phase error'))).toBeLessThan(8)
  expect(Math.abs(await numberOf('Amplitude error'))).toBeLessThan(12)
  expect(await numberOf('SNR')).toBeGreaterThan(12)
  await picture('measurements')
})

test('pins another kind and copies the list as CSV', async () => {
  await measurements().getByRole('button', { name: 'Choose…' }).click()
  await measurements().getByRole('checkbox', { name: 'Duty' }).check()
  await measurements().getByRole('checkbox', { name: 'SNR' }).uncheck()
  await picture('measurement-kinds')
  await measurements().getByRole('button', { name: 'Done' }).click()
  await expect(measured('Duty')).toHaveText(/^(4\d|5\d)(\.\d)? %$/)
  await expect(measured('SNR')).toBeHidden()
  await measurements().getByRole('button', { name: 'CSV' }).click()
  await expect(measurements().getByRole('status')).toHaveText('Copied as CSV.')
  const text = await running.app.evaluate(({ clipboard }) => clipboard.readText())
  const lines = text.split('\n').map((line) => line.split(','))
  expect(lines[0]).toEqual(['measurement', 'value', 'unit', 'mean', 'deviation', 'frames'])
  const frequency = lines.find(([name]) => name === 'Frequency')!
  expect(Number(frequency[1])).toBeCloseTo(5, 1)
  expect(frequency[2]).toBe('Hz')
  expect(lines.map(([name]) => name)).toContain('Duty')
})

test('measures the cycle, and says what it measured', async () => {
  await measurements().getByRole('radio', { name: 'Cycle' }).click()
  await expect(measurements()).toContainText(/(19|20|21)\d (ms|samples)/)
  await measurements().getByRole('radio', { name: 'Screen' }).click()
  await expect(measurements()).toContainText('5,000 samples')
})

test('shows the spectrum with its peaks and the spectrogram with numbers under the pointer', async () => {
  await layout('F3')
  const spectrum = page.getByRole('region', { name: 'Spectrum', exact: true })
  await expect(spectrum).toContainText(/1 × 4\.10 s/)
  await spectrum.getByRole('button', { name: 'Tones' }).click()
  await expect(spectrum).toContainText(/Peaks of the mix: .*7\.0\d Hz/)
  await expect(spectrum.getByRole('slider')).toHaveCount(4)
  const plot = (await spectrum.locator('.plot').boundingBox())!
  const seven = (await spectrum.getByRole('slider', { name: 'Frequency of tone 4' }).boundingBox())!
  await page.mouse.move(seven.x + seven.width / 2, plot.y + plot.height / 2)
  await expect(page.getByTestId('spectrum-readout')).toContainText(/(6\.9\d|7\.0\d) Hz.*mix −1\d\.\d dB/)
  await picture('spectrum')

  const spectrogram = page.getByRole('region', { name: 'Spectrogram' })
  const box = (await spectrogram.locator('.plot').boundingBox())!
  const readout = page.getByTestId('spectrogram-readout')
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(readout).toContainText(/^\s*\d+\.\d+ s\s+\d+\.\d+ Hz\s+−\d+\.\d dB\s*$/)
  await picture('spectrogram')
})

test('dragging a marker in the spectrum tunes its selector', async () => {
  const handle = page.getByRole('slider', { name: 'Frequency of tone 4' })
  const before = Number(await handle.getAttribute('aria-valuenow'))
  const { x, y, width, height } = (await handle.boundingBox())!
  await page.mouse.move(x + width / 2, y + height / 2)
  await page.mouse.down()
  await page.mouse.move(x + width / 2 + 60, y + height / 2, { steps: 6 })
  await picture('spectrum-drag')
  await page.mouse.up()
  await expect.poll(async () => Number(await handle.getAttribute('aria-valuenow'))).toBeGreaterThan(before + 0.3)
  const wanted = Number(await handle.getAttribute('aria-valuenow'))
  await expect(page.getByRole('region', { name: 'Tone selectors' })).toContainText(wanted.toPrecision(3))
  // By the keyboard it goes on.
  await handle.focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(async () => Number(await handle.getAttribute('aria-valuenow'))).toBeGreaterThan(wanted)
})

test('the cross-talk matrix shows sixteen numbers', async () => {
  await layout('F4')
  const matrix = page.getByRole('region', { name: 'Cross-talk' })
  await expect(matrix.getByRole('cell')).toHaveCount(17)
  for (const cell of (await matrix.locator('tbody').getByRole('cell').allTextContents()).slice(0, 16)) {
    expect(cell).toMatch(/^(<\s)?−?\d+\.\d$|^—$/)
  }
  await picture('compare')
})

test.describe('has no accessibility violations', () => {
  const regions = { F2: 'Measurements', F3: 'Spectrum', F4: 'Cross-talk' } as const
  for (const theme of ['dark', 'light'] as const) {
    for (const [key, region] of Object.entries(regions)) {
      test(`${region}, ${theme}`, async () => {
        if ((await page.locator('html').getAttribute('data-theme')) !== theme) await page.keyboard.press('t')
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
        await layout(key)
        await expect(page.getByRole('region', { name: region, exact: true })).toBeVisible()
        await picture(`${region}-${theme}`)
        const views = ['Measurements', 'Spectrum', 'Spectrogram', 'Cross-talk', 'Output against truth']
        const builder = new AxeBuilder({ page }).setLegacyMode()
        for (const name of views) {
          const selector = `section[aria-label="${name}"]`
          if ((await page.locator(selector).count()) > 0) builder.include(selector)
        }
        const { violations } = await builder.analyze()
        expect(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)
        ).toEqual([])
      })
    }
  }
})
