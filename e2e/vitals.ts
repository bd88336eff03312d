/**
 * What a running app holds of its computer, for tests that compare two moments: memory, open files, threads, processes,
 * listeners, tensors. Files and threads are counted on Linux alone.
 */
import { expect, type CDPSession, type Page } from '@playwright/test'
import { readdirSync } from 'node:fs'
import type { RunningApp } from './launch'

export interface Vitals {
  /** Kilobytes in memory of each kind of process. */
  readonly memory: Readonly<Record<string, number>>
  readonly files: Readonly<Record<string, number>>
  readonly threads: Readonly<Record<string, number>>
  readonly processes: number
  /** On the objects of main that live as long as it, and on everything in the page. */
  readonly listeners: Readonly<Record<string, number>>
  /** Of the page, as the browser counts them. */
  readonly nodes: number
  readonly documents: number
  /** Of the laboratory, and of the training process where something was trained. */
  readonly tensors: Readonly<Record<string, number>>
}

/** Medians of so many looks, a second apart: what was left after the collector, and not what is on its way. */
export async function vitalsOf(running: RunningApp, looks = 15): Promise<Vitals> {
  const page = await running.page.context().newCDPSession(running.page)
  await page.send('Performance.enable')
  const seen: Awaited<ReturnType<typeof look>>[] = []
  for (let number = 0; number < looks; number += 1) {
    await running.page.waitForTimeout(1000)
    seen.push(await look(running, page))
  }
  await page.detach()
  const tensors = await tensorsOf(running.page)
  const medians = (of: (one: (typeof seen)[number]) => Record<string, number>) => {
    const names = [...new Set(seen.flatMap((one) => Object.keys(of(one))))].sort()
    return Object.fromEntries(names.map((name) => [name, median(seen.map((one) => of(one)[name] ?? 0))]))
  }
  const { nodes, documents, ...listeners } = medians(({ listeners }) => listeners)
  const [memory, files, threads] = [
    medians((one) => one.memory),
    medians((one) => one.files),
    medians((one) => one.threads)
  ]
  return {
    memory,
    files,
    threads,
    processes: median(seen.map((one) => one.processes)),
    listeners,
    nodes,
    documents,
    tensors
  }
}

async function look({ app }: RunningApp, page: CDPSession) {
  await page.send('HeapProfiler.collectGarbage')
  const { metrics } = await page.send('Performance.getMetrics')
  const inPage = (name: string) => metrics.find((metric) => metric.name === name)!.value
  const main = await app.evaluate((electron) => {
    const required = process.mainModule!.require.bind(process.mainModule)
    required('v8').setFlagsFromString('--expose-gc')
    required('vm').runInNewContext('gc')()
    const { app, ipcMain, nativeTheme, powerMonitor, session, screen, BrowserWindow } = electron
    const [window] = BrowserWindow.getAllWindows()
    const { webContents } = window
    const emitters = {
      process,
      app,
      ipcMain,
      nativeTheme,
      powerMonitor,
      screen,
      window,
      webContents,
      session: session.defaultSession
    }
    const count = (emitter: NodeJS.EventEmitter) =>
      emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name as string), 0)
    const processes = app
      .getAppMetrics()
      .map(({ pid, type, name, memory }) => ({ pid, kind: name ?? type, kilobytes: memory.workingSetSize }))
    return {
      processes,
      listeners: Object.fromEntries(
        Object.entries(emitters).map(([name, emitter]) => [name, count(emitter as NodeJS.EventEmitter)])
      )
    }
  })
  const sum = (of: (one: (typeof main.processes)[number]) => number) => {
    const sums: Record<string, number> = {}
    for (const one of main.processes) sums[one.kind] = (sums[one.kind] ?? 0) + of(one)
    return sums
  }
  const entries = (folder: string) => (process.platform === 'linux' ? readdirSync(folder).length : 0)
  return {
    memory: sum(({ kilobytes }) => kilobytes),
    files: sum(({ pid }) => entries(`/proc/${pid}/fd`)),
    threads: sum(({ pid }) => entries(`/proc/${pid}/task`)),
    processes: main.processes.length,
    listeners: {
      ...main.listeners,
      page: inPage('JSEventListeners'),
      nodes: inPage('Nodes'),
      documents: inPage('Documents')
    }
  }
}

/** As the page about the program tells it. */
async function tensorsOf(page: Page): Promise<Record<string, number>> {
  await page.keyboard.press('?')
  await page.getByRole('button', { name: 'About…' }).click()
  const facts = page.getByRole('region', { name: 'Diagnostics' })
  await expect(facts).toContainText('Tensors in memory')
  const text = await facts.innerText()
  await page.keyboard.press('Escape')
  await expect(facts).toHaveCount(0)
  const training = /^Tensors of the training process: (\d+)$/m.exec(text)
  return {
    laboratory: Number(/^Tensors in memory: (\d+)$/m.exec(text)![1]),
    ...(training && { training: Number(training[1]) })
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
