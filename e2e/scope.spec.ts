/** The oscilloscope as an instrument: views, cursors, markers, selection and live modes, in the built app. */
import { expect, type Locator, type Page } from '@playwright/test'
import { launch, test, type RunningApp } from './launch'

// One window, used as a user would: each test goes on where the one before left it.
test.describe.configure({ mode: 'serial' })

let running: RunningApp
let page: Page

const lane = (name: RegExp) => page.getByRole('region', { name })
const timeAxis = () => page.getByRole('slider', { name: 'Time axis' })
const status = () => page.getByRole('toolbar', { name: 'Scope' }).getByRole('button', { name: /^Follow/ })
const cursorTable = () => page.getByRole('table', { name: 'Cursors' })
const place = async () => Number.parseFloat((await page.getByLabel('Place', { exact: true }).textContent()) ?? '')

/** "from 1.250 seconds, 5.00 s wide" of the time axis, in seconds. */
async function view(): Promise<{ from: number; span: number }> {
  const text = (await timeAxis().getAttribute('aria-valuetext')) ?? ''
  const [, from, span, unit] = /from ([\d.−]+) seconds, ([\d.]+) (s|ms|µs) wide/.exec(text) ?? []
  const factor = { s: 1, ms: 1e-3, µs: 1e-6 }[unit ?? 's'] ?? NaN
  return { from: Number(from?.replace('−', '-')), span: Number(span) * factor }
}

/** A point of a lane's plot, by its shares. */
async function at(target: Locator, x: number, y = 0.5): Promise<{ x: number; y: number }> {
  const box = (await target.boundingBox())!
  const [left, right] = [box.x + 58, box.x + box.width - 18]
  return { x: left + x * (right - left), y: box.y + y * box.height }
}

async function drag(target: Locator, from: number, to: number, keys: string[] = [], y: [number, number] = [0.6, 0.6]) {
  const [start, end] = [await at(target, from, y[0]), await at(target, to, y[1])]
  await page.mouse.move(start.x, start.y)
  for (const key of keys) await page.keyboard.down(key)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 5 })
  await page.mouse.up()
  for (const key of keys) await page.keyboard.up(key)
}

test.beforeAll(async () => {
  running = await launch()
  page = running.page
})
test.afterAll(() => running.close())

test('follows the newest sample until the user pans, and again on one key', async () => {
  await expect(status()).toHaveText('Rolling')
  await expect.poll(async () => (await view()).from, { timeout: 15_000 }).toBeGreaterThan(0.3)
  await drag(lane(/^Mix/), 0.4, 0.6)
  await expect(status()).toHaveText('Held')
  const held = await view()
  const before = await place()
  await expect.poll(place).not.toBe(before)
  expect(await view()).toEqual(held)
  await page.keyboard.press('n')
  await expect(status()).toHaveText('Rolling')
  await page.keyboard.press('Space')
  await expect(status()).toHaveText('Paused')
})

test('fits the record, zooms into a box, and goes back and forward through the views', async () => {
  await page.keyboard.press('f')
  await expect.poll(view).toEqual({ from: 0, span: 10 })
  await drag(lane(/^Residual/), 0.3, 0.5, ['Control'])
  await expect.poll(async () => (await view()).from).toBeCloseTo(3, 1)
  expect((await view()).span).toBeCloseTo(2, 1)
  await page.keyboard.press('<')
  await expect.poll(view).toEqual({ from: 0, span: 10 })
  await page.getByRole('button', { name: 'View after' }).click()
  await expect.poll(async () => (await view()).span).toBeCloseTo(2, 1)
  await expect(page.getByRole('button', { name: 'View after' })).toBeDisabled()
})

test('undo never moves the view', async () => {
  const before = await view()
  await page.keyboard.press('Control+z')
  await page.waitForTimeout(200)
  expect(await view()).toEqual(before)
})

test('zooms in 1-2-5 steps about the pointer with Ctrl and the wheel, scrolls with Shift', async () => {
  await page.keyboard.press('f')
  await expect.poll(async () => (await view()).span).toBe(10)
  const point = await at(lane(/^Output/), 0.25)
  await page.mouse.move(point.x, point.y)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, -120)
  await expect.poll(async () => (await view()).span).toBe(5)
  // What was at 2.5 s stays under the pointer.
  expect((await view()).from).toBeCloseTo(1.25, 1)
  await page.mouse.wheel(0, -120)
  await page.keyboard.up('Control')
  await expect.poll(async () => (await view()).span).toBe(2)
  const { from } = await view()
  await page.keyboard.down('Shift')
  await page.mouse.wheel(0, 100)
  await page.keyboard.up('Shift')
  await expect.poll(async () => (await view()).from).toBeCloseTo(from + 0.2, 1)
})

test('the time axis is dragged, and steered by keys alone', async () => {
  const { from } = await view()
  const box = (await timeAxis().boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 12)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 4, box.y + 12, { steps: 4 })
  await page.mouse.up()
  await expect.poll(async () => (await view()).from).toBeCloseTo(from + 0.5, 1)
  await timeAxis().focus()
  await page.keyboard.press('+')
  await expect.poll(async () => (await view()).span).toBe(1)
  const inner = await view()
  await page.keyboard.press('ArrowLeft')
  await expect.poll(async () => (await view()).from).toBeCloseTo(inner.from - 0.1, 2)
  await page.keyboard.press('0')
  await expect(status()).toHaveText('Paused')
})

test('the amplitude axis steps, moves and goes back to automatic', async () => {
  const axis = page.getByRole('slider', { name: /^Amplitude axis of Mix/ })
  const text = () => axis.getAttribute('aria-valuetext')
  await expect.poll(text).toContain('automatic')
  await axis.focus()
  await page.keyboard.press('-')
  await expect.poll(text).not.toContain('automatic')
  const half = Number(await axis.getAttribute('aria-valuenow'))
  await axis.hover()
  await page.mouse.wheel(0, -120)
  await expect.poll(async () => Number(await axis.getAttribute('aria-valuenow'))).toBeLessThan(half)
  await page.keyboard.press('ArrowUp')
  await axis.dblclick()
  await expect.poll(text).toContain('automatic')
})

test('cursors give times, samples and differences, while they are dragged', async () => {
  await page.keyboard.press('f')
  await expect.poll(view).toEqual({ from: 0, span: 10 })
  for (const [key, share] of [
    ['c', 0.2],
    ['x', 0.45]
  ] as const) {
    const point = await at(lane(/^Output/), share, 0.8)
    await page.mouse.move(point.x, point.y)
    await page.keyboard.press(key)
  }
  const difference = cursorTable().getByRole('row', { name: /B − A/ })
  await expect(difference).toContainText(/2\.(49|50|51) s · 0\.40 Hz/)
  await expect(difference).toContainText(/(2[45]\d\d) samples/)
  const start = await at(lane(/^Output/), 0.45, 0.8)
  const end = await at(lane(/^Output/), 0.3, 0.8)
  await page.mouse.move(start.x, start.y)
  await page.mouse.down()
  await page.mouse.move(end.x, end.y, { steps: 5 })
  // Not let go yet.
  await expect(lane(/^Mix/)).toContainText(/Δ (1\.0\d s|99\d ms) · (1\.0\d|0\.9\d) Hz/)
  await expect(difference).toContainText(/(1\.0\d s|99\d ms)/)
  await page.mouse.up()
  const b = page.getByRole('slider', { name: 'Cursor B' })
  const sample = Number(await b.getAttribute('aria-valuenow'))
  await b.focus()
  await page.keyboard.press('ArrowRight')
  expect(Number(await b.getAttribute('aria-valuenow'))).toBeGreaterThan(sample)
  await page.keyboard.press('Delete')
  await expect(b).toBeHidden()
})

test('a cursor snaps to a peak of the tone', async () => {
  await page.getByRole('button', { name: 'Cursors and lanes' }).click()
  await page.getByRole('radio', { name: 'Peaks' }).click()
  await page.keyboard.press('Escape')
  // Close enough that samples are drawn: 1 s on the screen.
  await drag(lane(/^Residual/), 0.3, 0.4, ['Control'])
  await expect.poll(async () => (await view()).span).toBeCloseTo(1, 1)
  const point = await at(lane(/^Output/), 0.5, 0.8)
  await page.mouse.move(point.x, point.y)
  await page.keyboard.press('c')
  const a = page.getByRole('slider', { name: 'Cursor A' })
  await page.mouse.down()
  for (const share of [0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1]) {
    const next = await at(lane(/^Output/), share, 0.8)
    await page.mouse.move(next.x, next.y)
  }
  await page.mouse.up()
  expect(Number.isInteger(Number(await a.getAttribute('aria-valuenow')))).toBe(true)
  await a.focus()
  await page.keyboard.press('Delete')
})

test('markers have names, and are moved and removed by keys', async () => {
  await page.keyboard.press('f')
  const point = await at(lane(/^Mix/), 0.7)
  await page.mouse.move(point.x, point.y)
  await page.keyboard.press('m')
  const marker = page.getByRole('slider', { name: 'Marker M1' })
  await expect(marker).toBeVisible()
  await marker.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('textbox', { name: 'Name of the marker' }).fill('pump starts')
  await page.keyboard.press('Enter')
  const named = page.getByRole('slider', { name: 'Marker pump starts' })
  const sample = Number(await named.getAttribute('aria-valuenow'))
  expect(sample / 1000).toBeCloseTo(7, 1)
  await named.focus()
  await page.keyboard.press('Shift+ArrowLeft')
  expect(Number(await named.getAttribute('aria-valuenow'))).toBeLessThan(sample)
  await page.keyboard.press('Delete')
  await expect(named).toBeHidden()
})

test('a part is selected by drag or keys, fitted and looped', async () => {
  await drag(lane(/^Mix/), 0.3, 0.4, ['Shift'])
  const fit = page.getByRole('button', { name: 'Fit selection' })
  await expect(fit).toBeEnabled()
  await fit.click()
  await expect.poll(async () => (await view()).span).toBeCloseTo(1.1, 1)
  expect((await view()).from).toBeCloseTo(2.95, 1)
  await page.keyboard.press('Space')
  await page.keyboard.press('k')
  const places: number[] = []
  await expect
    .poll(async () => {
      places.push(await place())
      return places.filter((value, index) => value < places[index - 1]).length
    })
    .toBeGreaterThanOrEqual(2)
  // The first readings may be from before the loop.
  expect(Math.max(...places.slice(5))).toBeLessThanOrEqual(4.1)
  expect(Math.min(...places.slice(5))).toBeGreaterThanOrEqual(2.9)
  await page.keyboard.press('k')
  await page.keyboard.press('Delete')
  await expect(fit).toBeDisabled()
})

test('sweeps over the screen, and begins at triggers up to half a second a screen', async () => {
  await page.keyboard.press('n')
  await page.getByRole('button', { name: /^Time base/ }).click()
  await page.getByRole('option', { name: '2 s', exact: true }).click()
  await page.keyboard.press('s')
  await expect(status()).toHaveText('Sweeping')
  await expect(page.getByRole('button', { name: 'Trigger: off' })).toBeVisible()
  await page.keyboard.press('[')
  await page.keyboard.press('[')
  await expect(status()).toHaveText('Triggered')
  const level = lane(/^Output/).getByRole('slider', { name: 'Trigger level' })
  await expect(level).toBeVisible()
  await expect.poll(async () => (await view()).span).toBe(0.5)
  // The tone rises through zero where the trigger is, a fifth from the left.
  const point = await at(lane(/^Output/), 0.2, 0.8)
  await page.mouse.move(point.x, point.y)
  await expect(lane(/^Output/)).toContainText(/0\.000\d* s\s*output (−?0\.0[01]|−?\d\.\de−\d)/)
})

test('auto goes on where the level is never reached, normal waits', async () => {
  const level = page.getByRole('slider', { name: 'Trigger level' })
  await page.getByRole('button', { name: /^Trigger:/ }).click()
  const panel = page.getByRole('dialog', { name: /^Trigger:/ })
  await panel.getByRole('textbox', { name: 'Level' }).fill('5')
  await page.keyboard.press('Enter')
  await expect(status()).toHaveText('Auto: no trigger')
  await panel.getByRole('radio', { name: 'Normal' }).click()
  await expect(status()).toHaveText('Waiting for a trigger')
  await panel.getByRole('textbox', { name: 'Level' }).fill('0')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await expect(status()).toHaveText('Triggered')
  await level.focus()
  await page.keyboard.press('ArrowUp')
  expect(Number(await level.getAttribute('aria-valuenow'))).toBeGreaterThan(0)
  const from = (await level.boundingBox())!
  await page.mouse.move(from.x + 100, from.y + 5)
  await page.mouse.down()
  await page.mouse.move(from.x + 100, from.y + 25, { steps: 3 })
  await page.mouse.up()
  expect(Number(await level.getAttribute('aria-valuenow'))).toBeLessThan(0)
})

test('a single sweep is caught and held, and the stream pauses', async () => {
  await page.getByRole('button', { name: 'Single', exact: true }).click()
  await expect(status()).toHaveText('Held')
  await expect(page.getByRole('button', { name: 'Run', exact: true })).toBeVisible()
  expect((await view()).span).toBeCloseTo(0.5, 2)
  await page.keyboard.press('s')
  await page.keyboard.press('Space')
  await expect(status()).toHaveText('Rolling')
})

test('lanes are overlaid, traces are hidden and drawn larger, and all of it is remembered', async () => {
  await page.keyboard.press('v')
  await expect(lane(/^All traces/)).toBeVisible()
  await page.keyboard.press('v')
  await page.getByRole('button', { name: 'Traces of Mix' }).click()
  const menu = page.getByRole('dialog', { name: 'Traces of Mix' })
  await menu.getByRole('textbox', { name: 'Gain' }).focus()
  await page.keyboard.press('ArrowUp')
  await expect(menu.getByRole('textbox', { name: 'Gain' })).toHaveValue('2')
  await menu.getByRole('textbox', { name: 'Unit' }).fill('V')
  await menu.getByRole('radio', { name: 'orange' }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Traces of Residual' }).click()
  await page.getByRole('checkbox', { name: 'Show residual' }).click()
  await expect(lane(/^Residual/)).toBeHidden()
  const point = await at(lane(/^Mix/), 0.9)
  await page.mouse.move(point.x, point.y)
  await expect(lane(/^Mix/)).toContainText(/\d\s+V/)
  await page.getByRole('button', { name: 'Cursors and lanes' }).click()
  await page.getByRole('checkbox', { name: 'Residual' }).click()
  await page.keyboard.press('Escape')
  await expect(lane(/^Residual/)).toBeVisible()
})

test('the window in the overview is dragged, and widened at its edges', async () => {
  await page.keyboard.press('Space')
  await page.keyboard.press('f')
  await drag(lane(/^Output/), 0.4, 0.6, ['Control'])
  await expect.poll(async () => (await view()).span).toBeCloseTo(2, 1)
  const box = (await page.getByRole('slider', { name: 'Place in the recording' }).boundingBox())!
  const x = (share: number) => box.x + share * box.width
  await page.mouse.move(x(0.5), box.y + 25)
  await page.mouse.down()
  await page.mouse.move(x(0.3), box.y + 25, { steps: 5 })
  await page.mouse.up()
  await expect.poll(async () => (await view()).from).toBeCloseTo(2, 1)
  await page.mouse.move(x(0.4), box.y + 25)
  await page.mouse.down()
  await page.mouse.move(x(0.7), box.y + 25, { steps: 5 })
  await page.mouse.up()
  await expect.poll(async () => (await view()).span).toBeCloseTo(5, 0)
})
