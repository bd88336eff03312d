/** The training process in the built app, spoken to over the port that main hands to the page. */
import { expect, type Page } from '@playwright/test'
import { usualJoint } from '../src/contract/train-defaults'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { launch, test, type RunningApp } from './launch'

interface Answer {
  ok: boolean
  value: Record<string, unknown>
  error?: { message: string }
}

/** Ask main for the process; what the page hears stands in `window.heard` from then on. */
async function openTraining(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const here = window as unknown as { training?: MessagePort; heard: unknown[] }
    here.heard ??= []
    const port = new Promise<MessagePort>((resolve) =>
      window.addEventListener('message', (event) => event.data === 'training-port' && resolve(event.ports[0]))
    )
    await window.signalLab.call('openTraining', { device: 'cpu', threads: 1 })
    here.training = await port
    here.training.onmessage = ({ data }) => here.heard.push(data)
  })
}

let nextId = 0
async function call(page: Page, name: string, payload: unknown): Promise<Answer> {
  const id = (nextId += 1)
  await page.evaluate(
    ({ id, name, payload }) => {
      const { training } = window as unknown as { training: MessagePort }
      training.postMessage({ kind: 'request', id, name, payload })
    },
    { id, name, payload }
  )
  const answered = await page.waitForFunction(
    (wanted) =>
      (window as unknown as { heard: { kind: string; id: number }[] }).heard.find(
        ({ kind, id }) => kind === 'response' && id === wanted
      ),
    id
  )
  return (await answered.jsonValue()) as unknown as Answer
}

const params = { layers: 1, units: 8, dropout: 0 }
const request = { ...usualJoint([10, 30], 1000), params, batchSize: 8, ticksPerStep: 16, stepsPerEpoch: 200 }

test('a training is killed with its process, found interrupted, and resumed to its end', async () => {
  const { app, page, close } = await launch()
  await openTraining(page)
  const started = await call(page, 'startTraining', { runId: 'first', request: { ...request, steps: 3000 } })
  expect(started).toMatchObject({ ok: true, value: { status: 'queued' } })
  const epochEnded = () =>
    (window as unknown as { heard: { name?: string }[] }).heard.some(({ name }) => name === 'epochEnded')
  await page.waitForFunction(epochEnded, undefined, { timeout: 60_000 })
  const killed = await app.evaluate(({ app }) => {
    const metric = app.getAppMetrics().find(({ name }) => name === 'Signal Lab training')
    return metric !== undefined && process.kill(metric.pid, 'SIGKILL')
  })
  expect(killed).toBe(true)
  // Main starts another by itself; the page is given its port once the old one is known to be gone.
  await page.waitForTimeout(2000)
  await openTraining(page)
  await expect
    .poll(async () => (await call(page, 'readRun', { runId: 'first' })).value, { timeout: 30_000 })
    .toMatchObject({ status: 'interrupted' })
  expect(await call(page, 'resumeTraining', { runId: 'first' })).toMatchObject({ ok: true })
  await expect
    .poll(async () => (await call(page, 'readRun', { runId: 'first' })).value.status, { timeout: 90_000 })
    .toBe('finished')
  await close()
})

test('while it trains the task bar shows it, the computer stays awake, and closing the window asks', async () => {
  const { app, page, close } = await launch()
  await app.evaluate(({ BrowserWindow, dialog, powerSaveBlocker }) => {
    const seen = { bars: [] as number[], awake: 0, questions: [] as string[], answer: 1 }
    ;(globalThis as { seen?: typeof seen }).seen = seen
    const [window] = BrowserWindow.getAllWindows()
    window.setProgressBar = (share) => void seen.bars.push(share)
    const { start, stop } = powerSaveBlocker
    powerSaveBlocker.start = (type) => ((seen.awake += 1), start.call(powerSaveBlocker, type))
    powerSaveBlocker.stop = (id) => ((seen.awake -= 1), stop.call(powerSaveBlocker, id))
    dialog.showMessageBox = (async (_window: unknown, { message }: { message: string }) => {
      seen.questions.push(message)
      return { response: seen.answer, checkboxChecked: false }
    }) as never
  })
  const seen = () =>
    app.evaluate(() => (globalThis as unknown as { seen: { bars: number[]; awake: number; questions: string[] } }).seen)
  await openTraining(page)
  const title = 'a long one'
  await call(page, 'startTraining', { runId: 'long', request: { ...request, title, steps: 100_000 } })
  await expect.poll(async () => (await seen()).bars.some((share) => share > 0 && share < 1)).toBe(true)
  expect((await seen()).awake).toBe(1)

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close())
  await expect.poll(async () => (await seen()).questions).toEqual(['“a long one” is training.'])
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)

  await call(page, 'pauseTraining', { runId: 'long' })
  await expect.poll(async () => (await seen()).awake).toBe(0)
  expect((await seen()).bars.at(-1)).toBe(-1)
  await close()
})

test.describe('the end that the system brings pauses what trains and asks nobody', () => {
  test.skip(process.platform === 'win32', 'Windows has no such signals')

  /** Something trains, and nobody answers a question. */
  async function trainUnattended(): Promise<RunningApp & { ended: Promise<number | null> }> {
    const running = await launch()
    const { app, page, child } = running
    await app.evaluate(({ dialog }) => {
      const seen = { questions: 0 }
      ;(globalThis as { seen?: typeof seen }).seen = seen
      dialog.showMessageBox = (() => ((seen.questions += 1), new Promise(() => {}))) as never
    })
    await openTraining(page)
    await call(page, 'startTraining', { runId: 'long', request: { ...request, steps: 100_000 } })
    await page.waitForFunction(
      () => (window as unknown as { heard: { name?: string }[] }).heard.some(({ name }) => name === 'epochEnded'),
      undefined,
      { timeout: 60_000 }
    )
    return { ...running, ended: new Promise((resolve) => child.once('exit', resolve)) }
  }

  /** What lies in the folder of the run once nothing writes there any more. */
  const foundRun = ({ userData }: RunningApp) => {
    const folder = join(userData, 'runs/long')
    const { status, step } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
    return { status, step, checkpoints: readdirSync(join(folder, 'checkpoints')) }
  }

  test('by a signal to main', async () => {
    const running = await trainUnattended()
    const asked = performance.now()
    running.child.kill('SIGTERM')
    expect(await running.ended).toBe(0)
    console.log(`    ended after ${Math.round(performance.now() - asked)} ms`)
    const { status, step, checkpoints } = foundRun(running)
    expect(status).toBe('paused')
    expect(step).toBeGreaterThanOrEqual(request.stepsPerEpoch)
    expect(checkpoints).toContain(`${String(step).padStart(10, '0')}.ckpt`)
    await running.close()
  })

  test('by a shutdown, while the question of a closed window stands', async () => {
    const running = await trainUnattended()
    const { app } = running
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0].close())
    const questions = () =>
      app.evaluate(() => (globalThis as unknown as { seen: { questions: number } }).seen.questions)
    await expect.poll(questions).toBe(1)
    await app.evaluate(({ powerMonitor }) => void powerMonitor.emit('shutdown', { preventDefault() {} }))
    expect(await running.ended).toBe(0)
    expect(foundRun(running).status).toBe('paused')
    await running.close()
  })

  test('by a signal to the training process, of which another is started', async () => {
    const running = await trainUnattended()
    const training = () =>
      running.app.evaluate(
        ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Signal Lab training')?.pid ?? 0
      )
    const first = await training()
    process.kill(first, 'SIGTERM')
    await expect.poll(async () => ![0, first].includes(await training()), { timeout: 20_000 }).toBe(true)
    expect(foundRun(running).status).toBe('paused')
    await running.close()
  })
})
