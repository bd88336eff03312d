/** The training process in the built app, spoken to over the port that main hands to the page. */
import { expect, type Page } from '@playwright/test'
import { usualJoint } from '../src/contract/train-defaults'
import { launch, test } from './launch'

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
