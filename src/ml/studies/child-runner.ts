/**
 * Trials in processes of their own: the command line called once more for each. Memory is that of one trial alone, and a crash
 * costs one trial.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as v from 'valibot'
import { safeWrite } from '../library/safe-write'
import { TrialAborted, TrialFailed, TrialPaused, type TrialRunner } from './runner'
import { TrialEpoch, TrialResult } from './trial-result'

export const requestFile = 'request.json'
export const resultFile = 'result.json'
/** Where a trial stands that has not finished. */
export const checkpointFile = 'trial.ckpt'
/** Lies there where a trial that is told to end is to be gone on with later. */
export const pauseFile = 'pause'
/** In the environment: the process without which a trial is of no use to anybody. */
export const parentVariable = 'SIGNAL_LAB_PARENT'

/** What a trial prints, one JSON object a line. */
export const TrialLine = v.union([
  v.strictObject({ checkpoint: v.pipe(v.number(), v.integer(), v.minValue(0)) }),
  v.strictObject({ failure: v.pipe(v.string(), v.maxLength(4096)) }),
  TrialEpoch
])
export type TrialLine = v.InferOutput<typeof TrialLine>

/** What stands before "trial FOLDER" on the command line of the child. */
export interface ChildProgram {
  readonly command: string
  readonly args: readonly string[]
  /** Options of its command. */
  readonly options?: readonly string[]
  /** Over the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** The window's toolkit is not started: what build/linux/siglab.sh gives the installed program. */
const withoutWindow = ['--no-sandbox', '--no-zygote', '--disable-gpu', '--disable-software-rasterizer', '--log-level=3']
/** Electron below this one ends where it is told to do without a display: it gets the window's. */
const leastHeadless = 40

/**
 * The program that is running now, as it was started: on Node, or Electron's own executable with the mark of the command
 * line (docs/adr/0030). What a hosted process is an executable of differs between systems, so main tells its own, and
 * the folder of the app where Electron was started with one.
 */
export function thisProgram(): ChildProgram {
  const { electron } = process.versions
  if (electron === undefined) return { command: process.execPath, args: [...process.execArgv, process.argv[1]] }
  const { SIGNAL_LAB_PROGRAM: command = process.execPath, SIGNAL_LAB_APP: app } = process.env
  return { command, args: commandLineArgs({ electronVersion: electron, app }) }
}

/** What stands before a command where Electron is started for one; `app` where it is not installed with it. */
export function commandLineArgs({ electronVersion, app }: { electronVersion: string; app?: string }): string[] {
  const isHeadless = Number(electronVersion.split('.')[0]) >= leastHeadless
  return [
    ...[...withoutWindow, ...(isHeadless ? ['--ozone-platform=headless'] : [])],
    ...[...(app ? [app] : []), '--cli', '--']
  ]
}

/** `folderOf` says where a trial's files go. */
export function childRunner(program: ChildProgram, folderOf: (trialId: string) => string): TrialRunner {
  return {
    async run({ id, request }, { onEpoch, onCheckpoint, abort, stop, pause }) {
      if (abort.aborted) throw new TrialAborted('The study was stopped.')
      const folder = folderOf(id)
      await mkdir(folder, { recursive: true })
      await rm(join(folder, pauseFile), { force: true })
      await safeWrite(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`)
      const child = spawn(program.command, [...program.args, 'trial', folder, ...(program.options ?? [])], {
        stdio: ['ignore', 'pipe', 'pipe'],
        // A terminal's Ctrl-C reaches this process alone, which says what becomes of the trial.
        detached: process.platform !== 'win32',
        windowsHide: true,
        env: { ...process.env, ...program.env, [parentVariable]: String(process.pid) }
      })
      let errors = ''
      let failure: string | undefined
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const told = lineOf(line)
        if (!told) return
        if ('failure' in told) failure = told.failure
        else if ('checkpoint' in told) onCheckpoint?.(told.checkpoint)
        else if (onEpoch(told) === 'stop') endNow()
      })
      const endNow = () => child.kill('SIGTERM')
      const end = () => child.kill('SIGKILL')
      const endLater = () => void safeWrite(join(folder, pauseFile), '').then(endNow, end)
      abort.addEventListener('abort', end)
      stop?.addEventListener('abort', endNow)
      pause?.addEventListener('abort', endLater)
      // It may have been stopped while the request was written.
      if (abort.aborted) end()
      if (stop?.aborted) endNow()
      if (pause?.aborted) endLater()
      try {
        const code = await new Promise<number | null>((resolve, reject) =>
          child.on('error', reject).on('close', (code) => resolve(code))
        )
        if (abort.aborted) throw new TrialAborted('The study was stopped.')
        const result = await readTrialResult(folder)
        if (result) return result
        if (failure !== undefined) throw new TrialFailed(failure)
        if (pause?.aborted) throw new TrialPaused('The trial goes on later from where it stands.')
        throw new Error(`A trial ended with code ${code} and no result: ${lastLine(errors)}`)
      } finally {
        abort.removeEventListener('abort', end)
        stop?.removeEventListener('abort', endNow)
        pause?.removeEventListener('abort', endLater)
      }
    }
  }
}

/** A finished trial's result, or undefined: a file that is not one is no result. */
export async function readTrialResult(folder: string): Promise<TrialResult | undefined> {
  try {
    const parsed = v.safeParse(TrialResult, JSON.parse(await readFile(join(folder, resultFile), 'utf8')))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

function lineOf(line: string): TrialLine | undefined {
  try {
    const parsed = v.safeParse(TrialLine, JSON.parse(line))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines[lines.length - 1] ?? 'it said nothing'
}
