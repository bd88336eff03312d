/**
 * What a frame of the scope costs: panning and zooming a recording of a hundred million samples, and live traces at
 * 48 kHz. Drives the built app by mouse and wheel and reads Chromium's own trace; nothing in the page measures itself.
 *
 * A frame goes from one BeginMainThreadFrame to the next; its script time is the processor time of all spans in which the
 * page's main thread ran script or collected its garbage, so that other work on the machine does not count. Limits: 8 ms
 * at the 95th percentile, no task over 50 ms.
 * --json prints the figures alone.
 */
import type { Page } from '@playwright/test'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FrameFigures } from './chromium-trace'
import { frameLine, launchApp, root, traced } from './traced-app'

const limitMilliseconds = 8
const sampleCount = 100_000_000
const sampleRate = 48_000

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-bench-'))
  try {
    const path = join(folder, 'long.wav')
    writeLongWav(path)
    const figures = await measure(folder, path)
    report(figures)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly panning: FrameFigures
  readonly zooming: FrameFigures
  readonly live: FrameFigures & { readonly missedBlocks: number }
}

async function measure(folder: string, path: string): Promise<Figures> {
  const app = await launchApp(join(folder, 'user'), [path])
  try {
    const page = await app.firstWindow()
    await page.locator('[data-first-trace]').waitFor({ timeout: 120_000 })
    await page.getByRole('contentinfo').getByText('48000 Hz').waitFor({ timeout: 120_000 })
    await restAWhile(page)
    const panning = await traced(app, () => pan(page))
    const zooming = await traced(app, () => zoom(page))
    await generateLive(page)
    const live = await traced(app, () => page.waitForTimeout(10_000))
    const missed = await page
      .getByRole('contentinfo')
      .getByText(/blocks? missed/)
      .textContent()
    return { panning, zooming, live: { ...live, missedBlocks: Number.parseInt(missed ?? '', 10) } }
  } finally {
    await app.close()
  }
}

/** Panning from end to end at many widths: the whole record, minutes, seconds, samples. */
async function pan(page: Page): Promise<void> {
  const box = (await page.getByRole('region', { name: /^Output/ }).boundingBox())!
  const y = box.y + box.height * 0.7
  const [left, right] = [box.x + 100, box.x + box.width - 60]
  await page.keyboard.press('f')
  for (let width = 0; width < 8; width += 1) {
    for (let notch = 0; notch < 2; notch += 1) await wheelAt(page, (left + right) / 2, y, -120)
    for (const [from, to] of [
      [right, left],
      [left, right]
    ]) {
      await page.mouse.move(from, y)
      await page.mouse.down()
      await page.mouse.move(to, y, { steps: 40 })
      await page.mouse.up()
    }
  }
}

/** Zooming from the whole record to single samples and back, in steps and by pinching. */
async function zoom(page: Page): Promise<void> {
  const box = (await page.getByRole('region', { name: /^Output/ }).boundingBox())!
  const [x, y] = [box.x + box.width * 0.6, box.y + box.height * 0.7]
  await page.keyboard.press('f')
  for (const direction of [-1, 1]) {
    for (let notch = 0; notch < 24; notch += 1) await wheelAt(page, x, y, 120 * direction)
    for (let pinch = 0; pinch < 150; pinch += 1) await wheelAt(page, x, y, -8 * direction)
  }
}

async function wheelAt(page: Page, x: number, y: number, delta: number): Promise<void> {
  await page.mouse.move(x, y)
  await page.keyboard.down('Control')
  await page.mouse.wheel(0, delta)
  await page.keyboard.up('Control')
  await page.waitForTimeout(12)
}

/** A mix of four tones at 48 kHz with its clean tones, running: mix, output, clean tone and residual are drawn. */
async function generateLive(page: Page): Promise<void> {
  await page.keyboard.press('n')
  await page.keyboard.press('g')
  const dialog = page.getByRole('dialog', { name: 'Generate a mix' })
  await dialog.getByRole('textbox', { name: 'Sample rate', exact: true }).fill(String(sampleRate))
  await dialog.getByRole('button', { name: 'Generate' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('contentinfo').getByText('48000 Hz, 10.0 s').waitFor({ timeout: 60_000 })
  await page.waitForTimeout(2000)
}

/** Until the picture of the whole record is exact. */
async function restAWhile(page: Page): Promise<void> {
  await page.waitForTimeout(10_000)
}

/** Tones of 1, 3, 5 and 7 Hz in noise that swells, in 16 bits; the noise repeats, which no picture can tell. */
function writeLongWav(path: string): void {
  const file = openSync(path, 'w')
  const head = Buffer.alloc(44)
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(36 + 2 * sampleCount, 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(sampleRate, 24)
  head.writeUInt32LE(2 * sampleRate, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(2 * sampleCount, 40)
  writeSync(file, head)
  const noise = Int16Array.from({ length: 65_536 }, (_, n) => (((n * 1_103_515_245 + 12_345) >>> 8) % 8192) - 4096)
  const block = new Int16Array(2 ** 20)
  for (let start = 0; start < sampleCount; start += block.length) {
    for (let n = 0; n < block.length; n += 1) {
      const seconds = (start + n) / sampleRate
      const swell = 0.5 + 0.5 * Math.sin(seconds / 40)
      const tones = Math.sin(2 * Math.PI * seconds) + Math.sin(6 * Math.PI * seconds) + Math.sin(10 * Math.PI * seconds)
      block[n] = 3500 * (tones + Math.sin(14 * Math.PI * seconds)) + swell * noise[n & 65_535]
    }
    writeSync(file, new Uint8Array(block.buffer, 0, 2 * Math.min(block.length, sampleCount - start)))
  }
  closeSync(file)
}

function report(figures: Figures): void {
  const withinLimit =
    [figures.panning, figures.zooming, figures.live].every(
      ({ scriptMilliseconds, longTasks }) => scriptMilliseconds.p95 <= limitMilliseconds && longTasks === 0
    ) && figures.live.missedBlocks === 0
  const result = { sampleCount, limitMilliseconds, withinLimit, ...figures }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(result))
    return
  }
  const machine = { cpu: cpus()[0].model, threads: cpus().length, date: new Date().toISOString().slice(0, 10) }
  writeFileSync(join(root, 'bench/results/scope-frames.json'), `${JSON.stringify({ machine, ...result }, null, 2)}\n`)
  for (const name of ['panning', 'zooming', 'live'] as const) console.log(frameLine(name, figures[name]))
  console.log(
    `${figures.live.missedBlocks} blocks missed; limit ${limitMilliseconds} ms: ${withinLimit ? 'kept' : 'broken'}`
  )
}

void main()
