/**
 * The app for long: it filters live while the selector changes every second, and opens and closes recordings all the
 * while. Memory stays, tensors stay, no block is missed.
 *
 * SIGNAL_LAB_SOAK scales it: 1 is five minutes and 500 files; 12 an hour.
 */
import { expect } from '@playwright/test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { launch, root, test, type RunningApp } from './launch'
import { writeWav } from './recordings'

const scale = Number(process.env.SIGNAL_LAB_SOAK ?? 1)
const streamingSeconds = Math.max(20, 180 * scale)
const fileCount = Math.max(20, Math.round(500 * scale))
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-soak-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Kilobytes of each kind of process. */
const memoryOf = ({ app }: RunningApp) =>
  app.evaluate(({ app }) => {
    const kilobytes: Record<string, number> = {}
    for (const { type, name, memory } of app.getAppMetrics()) {
      const kind = name ?? type
      kilobytes[kind] = (kilobytes[kind] ?? 0) + memory.workingSetSize
    }
    return kilobytes
  })

/** As the page about the program tells it. */
async function tensorsOf({ page }: RunningApp): Promise<number> {
  await page.keyboard.press('?')
  await page.getByRole('button', { name: 'About…' }).click()
  const line = page.getByText(/^Tensors in memory: \d+$/)
  const text = (await line.textContent())!
  await page.keyboard.press('Escape')
  await expect(line).toHaveCount(0)
  return Number(/\d+/.exec(text)![0])
}

const missedOf = async ({ page }: RunningApp) =>
  parseInt((await page.getByTitle('Blocks that were not ready in time since the start').textContent())!, 10)

/** Every process at most 5 % above what it had after the warm-up, where the page's collector may have a little more. */
function expectFlat(before: Record<string, number>, after: Record<string, number>): void {
  for (const kind of Object.keys(before)) {
    const allowed = Math.max(before[kind] * 1.05, before[kind] + 20_000)
    expect([kind, after[kind] <= allowed, before[kind], after[kind]]).toEqual([kind, true, before[kind], after[kind]])
  }
}

test('streaming with a new selector every second', async () => {
  test.setTimeout((streamingSeconds + 180) * 1000)
  const running = await launch()
  const { page } = running
  const turn = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      await page.keyboard.press(String(1 + (second % 4)))
      await page.waitForTimeout(1000)
    }
  }
  await turn(Math.min(60, streamingSeconds / 2))
  const [tensors, missed, before] = [await tensorsOf(running), await missedOf(running), await memoryOf(running)]
  await turn(streamingSeconds)
  const after = await memoryOf(running)
  const figures = { seconds: streamingSeconds, before, after, missed: (await missedOf(running)) - missed }
  console.log(`    ${JSON.stringify(figures)}`)
  expect(await tensorsOf(running)).toBe(tensors)
  expect(figures.missed).toBe(0)
  expectFlat(before, after)
  record('streaming', figures)
  await running.close()
})

test('opening and closing recordings', async () => {
  test.setTimeout((fileCount * 2 + 180) * 1000)
  const paths = [1, 2, 3, 4, 5].map((tone) => {
    const path = join(folder, `tone-${tone}.wav`)
    writeWav(path, [tone, tone + 4], 20)
    return path
  })
  const running = await launch()
  const { app, page } = running
  const source = page.getByRole('banner').getByRole('button').first()
  const open = async (number: number) => {
    const path = paths[number % paths.length]
    // As a second start hands it over.
    await app.evaluate(({ app }, file) => void app.emit('second-instance', {}, [], '', { files: [file] }), path)
    await expect(source).toContainText(`tone-${1 + (number % paths.length)}.wav`)
  }
  for (let number = 0; number < Math.min(60, fileCount); number += 1) await open(number)
  const [tensors, before] = [await tensorsOf(running), await memoryOf(running)]
  for (let number = 0; number < fileCount; number += 1) await open(number)
  const [after, tensorsAfter] = [await memoryOf(running), await tensorsOf(running)]
  const figures = { files: fileCount, before, after, tensors, tensorsAfter }
  console.log(`    ${JSON.stringify(figures)}`)
  expect(tensorsAfter).toBe(tensors)
  expectFlat(before, after)
  record('files', figures)
  await running.close()
})

function record(name: string, figures: object): void {
  if (!process.env.SIGNAL_LAB_RECORD) return
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(
    join(root, `bench/results/soak-${name}-${date}.json`),
    `${JSON.stringify({ date, ...figures }, null, 2)}\n`
  )
}
