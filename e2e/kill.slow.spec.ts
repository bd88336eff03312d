/**
 * The window's process is killed at random moments while a filter streams, a network trains and settings and session are
 * saved: no file is damaged, nothing is left running, the next start has the session and the run.
 *
 * SIGNAL_LAB_KILLS is the number of moments (10), SIGNAL_LAB_SEED chooses them.
 */
import { expect, type Page } from '@playwright/test'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Random } from '../src/core/random'
import { launch, test } from './launch'
import { writeWav } from './recordings'

const killCount = Number(process.env.SIGNAL_LAB_KILLS ?? 10)
const seed = Number(process.env.SIGNAL_LAB_SEED ?? 1)
const folder = mkdtempSync(join(tmpdir(), 'signal-lab-kill-'))
test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

test(`killed at ${killCount} random moments, seed ${seed}`, async () => {
  test.setTimeout((killCount + 1) * 30_000)
  const random = new Random(seed)
  const userData = join(folder, 'user')
  const paths = [2, 4].map((tone) => {
    const path = join(folder, `tone-${tone}.wav`)
    writeWav(path, [tone, tone + 5], 20)
    return path
  })
  const startSeconds: number[] = []
  let [damaged, cameBack] = [0, 0]
  for (let round = 0; round < killCount; round += 1) {
    const kept = keptFile(userData)
    const started = performance.now()
    const running = await launch({ args: [`--user-data-dir=${userData}`], waitForTrace: false })
    await expect(running.page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
    startSeconds.push((performance.now() - started) / 1000)
    const source = running.page.getByRole('banner').getByRole('button').first()
    if (kept !== undefined) {
      // Each third time it is left out, as it may be what the program ends over.
      const leftOut = running.page.getByText(/What was open last was left out/)
      await expect(
        source
          .filter({ hasText: basename(kept) })
          .or(leftOut)
          .first()
      ).toBeVisible()
      if ((await leftOut.count()) === 0) cameBack += 1
    }
    damaged += await running.page.getByText(/were damaged/).count()
    const isOver = keepBusy(running.page)
    const path = paths[round % 2]
    await running.app.evaluate(({ app }, file) => void app.emit('second-instance', {}, [], '', { files: [file] }), path)
    if (round === 0) {
      // From here on there is a session.
      await expect(source).toContainText('tone-2.wav')
      await running.page.waitForTimeout(1500)
    }
    await running.page.waitForTimeout(random.uniform(0, 2500))
    process.kill(running.app.process().pid!, 'SIGKILL')
    await isOver
    await expect.poll(() => processesOf(userData), { timeout: 5000 }).toEqual([])
    expectWhole(userData)
    rmSync(running.userData, { recursive: true, force: true })
  }
  const last = await launch({ args: [`--user-data-dir=${userData}`], waitForTrace: false })
  await expect(last.page.getByRole('button', { name: 'Pause' })).toBeEnabled({ timeout: 20_000 })
  damaged += await last.page.getByText(/were damaged/).count()
  expect(damaged).toBe(0)
  const runs = readdirSync(join(userData, 'runs')).length
  console.log(
    `    ${killCount} kills, ${cameBack} sessions back, ${runs} runs, slowest start ${Math.max(...startSeconds).toFixed(1)} s`
  )
  expect(cameBack).toBeGreaterThan(0)
  expect(runs).toBeGreaterThan(0)
  await last.close()
})

/** The recording that is to come back at the next start. */
function keptFile(userData: string): string | undefined {
  const path = join(userData, 'session.json')
  if (!existsSync(path)) return undefined
  const { session } = JSON.parse(readFileSync(path, 'utf8'))
  return session?.origin?.kind === 'file' ? session.origin.path : undefined
}

/** Trains, changes the selector and saves settings until the page is gone. */
async function keepBusy(page: Page): Promise<void> {
  try {
    await page.keyboard.press('Control+t')
    await page.getByRole('button', { name: 'Start the training' }).click({ timeout: 2000 })
    await page.keyboard.press('Escape')
    for (let selector = 0; ; selector += 1) {
      await page.keyboard.press(String(1 + (selector % 4)))
      await page.keyboard.press('m')
    }
  } catch {
    // It was killed.
  }
}

/** Processes of this computer that were started for this user's folder. */
function processesOf(userData: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const told = ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join('\0')
        return told.includes(userData) && !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
      } catch {
        return false
      }
    })
}

/** Every file that ends in .json is JSON, every line of every .jsonl but a last one that was cut as well. */
function expectWhole(userData: string): void {
  const names = readdirSync(userData, { recursive: true }) as string[]
  for (const name of names.filter((name) => /\.jsonl?$/.test(name))) {
    const text = readFileSync(join(userData, name), 'utf8')
    const parts = name.endsWith('l') ? text.split('\n').slice(0, -1) : [text]
    for (const part of parts) expect(() => JSON.parse(part), `${name}: ${part.slice(0, 80)}`).not.toThrow()
  }
}
