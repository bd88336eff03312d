/** A run with its history, for exports: out of its folder, or out of texts that came from elsewhere. */
import { existsSync } from 'node:fs'
import * as v from 'valibot'
import { HistoryPoint, RunRecord } from '../../contract/runs'
import { InputError } from '../../core/signal/signal'
import { RunFolder } from '../library/run-folder'
import type { ExportedRun } from './define'

/** Undefined if the folder holds no run. Throws InputError if its record is not one. */
export async function readRunFolder(path: string): Promise<ExportedRun | undefined> {
  const folder = new RunFolder(path)
  if (!existsSync(folder.recordPath)) return undefined
  return { record: await folder.readRecord(), history: await folder.readHistory() }
}

/** Throws InputError for a record that is not one; lines of a history that are not whole are passed over. */
export function parseRun(recordText: string, historyText: string): ExportedRun {
  const parsed = v.safeParse(RunRecord, parseJson(recordText))
  if (!parsed.success) {
    const [issue] = parsed.issues
    throw new InputError(`Its run.json is not valid: ${v.getDotPath(issue) ?? 'it'}: ${issue.message}.`)
  }
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
