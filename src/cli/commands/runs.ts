/** siglab runs */
import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { RunRecord, RunSummary } from '../../contract/runs'
import { commandOf } from '../../contract/train-command'
import { differencesOf, type FlatValue } from '../../core/runs/run-values'
import { RunFolder } from '../../ml/library/run-folder'
import { RunStore, summaryOf } from '../../ml/library/run-store'
import { defineCommand, UsageError, type CommandResult } from '../command'
import { parseChoice, parseNumber } from '../flags'
import { userRunsFolder } from '../resources'

interface Asked {
  readonly folder: string
  readonly names: readonly string[]
  readonly sortBy: string
  readonly limit: number
}

const actions = { list, show, diff, delete: remove } as const
type Action = keyof typeof actions

export default defineCommand({
  name: 'runs',
  summary: `Trainings that were kept. A run is named by its id in the folder, or by the path of its own folder.`,
  positionals: [
    { name: 'ACTION', description: 'list, show, diff or delete (default list)', count: 'optional' },
    { name: 'RUN…', description: 'one run for show, two or more for diff, any for delete', count: 'any' }
  ],
  options: {
    folder: { type: 'string', value: 'DIR', description: "folder of runs (default the app's own)" },
    sort: {
      type: 'string',
      value: 'NAME',
      description: 'title, createdAt or a value such as best.validationR2, the greatest first',
      default: 'createdAt'
    },
    limit: { type: 'string', value: 'N', description: 'so many of the list', default: '50' }
  },
  examples: ['siglab runs', 'siglab runs list --sort best.validationR2', 'siglab runs diff runs/a runs/b'],
  run({ options, positionals: [action = 'list', ...names] }) {
    const chosen = parseChoice('action', action, Object.keys(actions) as Action[])
    return actions[chosen]({
      ...{ folder: options.folder ?? userRunsFolder(), names, sortBy: options.sort },
      limit: parseNumber('limit', options.limit, { low: 1, high: 1000, integer: true })
    })
  }
})

async function list({ folder, names, sortBy, limit }: Asked): Promise<CommandResult> {
  if (names.length > 0) throw new UsageError(`list takes no runs. Received: ${names.join(' ')}`)
  if (!existsSync(folder))
    return { json: { folder, totalCount: 0, runs: [] }, text: `There are no runs in ${folder}.\n` }
  const store = await RunStore.open(folder)
  const { runs, totalCount } = store.list({ sortBy, descending: true, limit })
  const rows = runs.map((run) => lineOf(run))
  const rest = totalCount > runs.length ? `${totalCount - runs.length} more; --limit shows them.\n` : ''
  const problems = store.problems.map((problem) => `${problem}\n`).join('')
  const head = totalCount === 0 ? `There are no runs in ${folder}.\n` : ''
  return {
    json: { folder, totalCount, runs, problems: store.problems },
    text: `${head}${rows.join('')}${rest}${problems}`
  }
}

function lineOf({ id, status, createdAt, title, values }: RunSummary): string {
  const r2 = values['best.validationR2']
  const figure = typeof r2 === 'number' ? `R² ${r2.toFixed(4)}` : ''
  const place = `${String(values.step)}/${String(values.stepCount)}`
  return `${id.padEnd(24)} ${status.padEnd(11)} ${createdAt.slice(0, 16).replace('T', ' ')}  ${place.padStart(13)}  ${figure.padEnd(10)} ${title}\n`
}

async function show({ folder, names }: Asked): Promise<CommandResult> {
  if (names.length !== 1) throw new UsageError(`show wants one run. Received: ${names.join(' ') || 'none'}`)
  const record = await folderOf(folder, names[0]).readRecord()
  const { title, status, message, notes, tags } = record
  const values = Object.entries(summaryOf(record).values).map(
    ([name, value]) => `  ${name.padEnd(28)} ${told(value)}\n`
  )
  const said = [message, notes, tags.length > 0 ? `Tags: ${tags.join(', ')}` : ''].filter(Boolean)
  return {
    json: record,
    text: `${title}: ${status}\n${said.map((line) => `${line}\n`).join('')}${values.join('')}${commandOf(record.request)}\n`
  }
}

async function diff({ folder, names }: Asked): Promise<CommandResult> {
  if (names.length < 2) throw new UsageError(`diff wants two runs or more. Received: ${names.join(' ') || 'none'}`)
  const records: RunRecord[] = []
  for (const name of names) records.push(await folderOf(folder, name).readRecord())
  const differences = differencesOf(records.map((record) => summaryOf(record).values))
  const width = Math.max(12, ...records.map(({ id }) => id.length)) + 2
  const cells = (values: readonly string[]) => values.map((value) => value.padEnd(width)).join('')
  const lines = differences.map(({ name, values }) => `${name.padEnd(28)} ${cells(values.map(told)).trimEnd()}\n`)
  return {
    json: { runs: records.map(({ id }) => id), differences },
    text: `${''.padEnd(28)} ${cells(records.map(({ id }) => id)).trimEnd()}\n${lines.join('')}`
  }
}

async function remove({ folder, names }: Asked): Promise<CommandResult> {
  if (names.length === 0) throw new UsageError('delete wants the runs to delete')
  // All are looked at before the first one goes: where one is wrong, none is deleted.
  const paths = new Set<string>()
  for (const name of names) paths.add(await deletablePath(folder, name))
  const deleted: string[] = []
  for (const path of paths) {
    const store = await RunStore.open(dirname(path))
    deleted.push(...(await store.remove([basename(path)])))
  }
  return {
    json: { deleted },
    text: `Deleted ${deleted.join(', ')}. They lie in .trash beside the others for a day.\n`
  }
}

/** Throws UsageError, or InputError where no run is there. */
async function deletablePath(folder: string, name: string): Promise<string> {
  const run = folderOf(folder, name)
  const owner = await run.owner()
  if (owner !== undefined) throw new UsageError(`${name} is being trained by process ${owner}: end that first`)
  const { id, status } = await run.readRecord()
  if (status === 'queued') throw new UsageError(`${name} waits to be trained in the window: take it out there first`)
  const path = resolve(run.path)
  if (basename(path) !== id)
    throw new UsageError(`"${name}" holds run ${id} and is not called so: rename the folder to ${id} first`)
  return path
}

function folderOf(folder: string, name: string): RunFolder {
  const byId = join(folder, name)
  return new RunFolder(existsSync(byId) ? byId : name)
}

function told(value: FlatValue | undefined): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(6)))
  return value === undefined ? '-' : value === null ? 'none' : String(value)
}
