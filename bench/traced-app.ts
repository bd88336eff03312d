/** The built app under Chromium's own trace: what a benchmark of the page drives and reads. Measures nothing itself. */
import { _electron, type ElectronApplication } from '@playwright/test'
import { readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { measureFrames, type FrameFigures, type TraceEvent } from './chromium-trace'

export const root = process.cwd()

const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'disabled-by-default-devtools.timeline.frame',
  'v8.execute',
  'v8',
  'toplevel'
]

/** With a user's folder of its own, and files to open if there are any. */
export function launchApp(userData: string, files: readonly string[] = []): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: createRequire(join(root, 'package.json'))('electron') as unknown as string,
    args: [root, `--user-data-dir=${userData}`, ...files],
    chromiumSandbox: process.getuid?.() !== 0
  })
}

/** Frames, script time and long tasks of the page while something is done with it. */
export async function traced(app: ElectronApplication, action: () => Promise<void>): Promise<FrameFigures> {
  await app.evaluate(
    ({ contentTracing }, included) => contentTracing.startRecording({ included_categories: included }),
    categories
  )
  await action()
  const path = await app.evaluate(({ contentTracing }) => contentTracing.stopRecording())
  try {
    return measureFrames((JSON.parse(readFileSync(path, 'utf8')) as { traceEvents: TraceEvent[] }).traceEvents)
  } finally {
    rmSync(path, { force: true })
  }
}

/** One line for people. */
export function frameLine(name: string, figures: FrameFigures): string {
  const { frames, framesPerSecond, scriptMilliseconds, longTasks, longestTaskMilliseconds } = figures
  const { median, p95, maximum } = scriptMilliseconds
  return (
    `${name}: ${frames} frames, ${framesPerSecond.toFixed(1)} a second, script ${median.toFixed(1)} ms ` +
    `(95 %: ${p95.toFixed(1)}, most ${maximum.toFixed(1)}), ${longTasks} tasks over 50 ms (longest ` +
    `${longestTaskMilliseconds.toFixed(0)} ms)`
  )
}
