/**
 * Trials in processes of their own: the command line called once more for each. Memory is that of one trial alone, and a crash
 * costs one trial.
 */
import { spawn } from 'node:child_process'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import * as v from 'valibot'
import { safeWrite } from '../library/safe-write'
import { TrialAborted, type TrialRunner } from './runner'
import { TrialEpoch, TrialResult } from './trial'

export const requestFile = 'request.json'
export const resultFile = 'result.json'

/** What stands before "trial FOLDER" on the command line of the child. */
export interface ChildProgram {
  readonly command: string
  readonly args: readonly string[]
}

/** What build/linux/siglab.sh gives the installed program: a command line without a window. */
const installedArgs = [
  ...['--no-sandbox', '--no-zygote', '--ozone-platform=headless', '--disable-gpu', '--disable-software-rasterizer'],
  ...['--log-level=3', '--cli', '--']
]

/** The program that is running now, as it was started: on Node, or within the installed program (docs/adr/0030). */
export function thisProgram(): ChildProgram {
  if ('electron' in process.versions) return { command: process.execPath, args: installedArgs }
  return { command: process.execPath, args: [...process.execArgv, process.argv[1]] }
}

/** `folderOf` says where a trial's files go. */
export function childRunner(program: ChildProgram, folderOf: (trialId: string) => string): TrialRunner {
  return {
    async run({ id, request }, { onEpoch, abort }) {
      if (abort.aborted) throw new TrialAborted('The study was stopped.')
      const folder = folderOf(id)
      await mkdir(folder, { recursive: true })
      await safeWrite(join(folder, requestFile), `${JSON.stringify(request, null, 2)}\n`)
      const child = spawn(program.command, [...program.args, 'trial', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
      let errors = ''
      child.stderr.setEncoding('utf8').on('data', (text: string) => (errors = (errors + text).slice(-4000)))
      createInterface({ input: child.stdout }).on('line', (line) => {
        const told = epochOf(line)
        if (told && onEpoch(told) === 'stop') child.kill('SIGTERM')
      })
      const end = () => child.kill('SIGKILL')
      abort.addEventListener('abort', end)
      try {
        const code = await new Promise<number | null>((resolve, reject) =>
          child.on('error', reject).on('close', (code) => resolve(code))
        )
        if (abort.aborted) throw new TrialAborted('The study was stopped.')
        const result = await readTrialResult(folder)
        if (result) return result
        throw new Error(`A trial ended with code ${code} and no result: ${lastLine(errors)}`)
      } finally {
        abort.removeEventListener('abort', end)
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

function epochOf(line: string): TrialEpoch | undefined {
  try {
    const parsed = v.safeParse(TrialEpoch, JSON.parse(line))
    return parsed.success ? parsed.output : undefined
  } catch {
    return undefined
  }
}

function lastLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return lines[lines.length - 1] ?? 'it said nothing'
}
