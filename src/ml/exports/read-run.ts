/** The record and the history of a training out of its folder, checked; for exports. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { HistoryPoint, RunRecord } from '../../contract/runs'
import { InputError } from '../../core/signal/signal'
import type { ExportedRun } from './define'

const largestRecord = 2 ** 20
const largestHistory = 256 * 2 ** 20

/** Undefined if the folder holds no run. Throws InputError naming the file that is not what it should be. */
export async function readRunFolder(folder: string): Promise<ExportedRun | undefined> {
  const text = await readText(join(folder, 'run.json'), largestRecord)
  if (text === undefined) return undefined
  const history = await readText(join(folder, 'history.jsonl'), largestHistory)
  try {
    return parseRun(text, history ?? '')
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${folder}: ${error.message}`)
    throw error
  }
}

/** Throws InputError for a record that is not one; lines of a history that are not whole are passed over. */
export function parseRun(recordText: string, historyText: string): ExportedRun {
  const parsed = v.safeParse(RunRecord, parseJson(recordText))
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new InputError(`Its run.json is not valid: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}.`)
  }
  // The last line may have been cut off by whatever ended the training.
  const points = historyText.split('\n').map((line) => v.safeParse(HistoryPoint, parseJson(line)))
  return { record: parsed.output, history: points.flatMap((point) => (point.success ? [point.output] : [])) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function readText(path: string, largest: number): Promise<string | undefined> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > largest) throw new InputError(`${path} has ${size} bytes; at most ${largest} are read.`)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
