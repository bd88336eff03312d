/** siglab search */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { budgetIds, budgets } from '../../ml/studies/budgets'
import { readTrialResult } from '../../ml/studies/child-runner'
import { studyTasks } from '../../ml/studies/define'
import { runSearch, searchMethods, type SearchPlan } from '../../ml/studies/search'
import { searchJson, searchMarkdown } from '../../ml/studies/search-report'
import { searchableArchitectures, searchSpace, usualArchitectures } from '../../ml/studies/search-space'
import { writeSearchReports } from '../../ml/studies/write-reports'
import { defineCommand, UsageError } from '../command'
import { parseChoice, parseNumber, required, seedRange } from '../flags'
import { openTrialRunner, queueOptions } from '../queue-options'

export default defineCommand({
  name: 'search',
  summary: `Search for a network over kind, layers, units, dropout and learning rate. Each trial is a training in a process of its own;
finished ones are kept in the folder and not run again.`,
  options: {
    method: { type: 'string', value: 'NAME', description: searchMethods.join(', '), default: 'tpe' },
    task: {
      type: 'string',
      value: 'NAME',
      description: 'sequences, the reference task, or streams, with carried state',
      default: 'streams'
    },
    architectures: {
      type: 'string',
      value: 'ID,…',
      description: 'kinds to choose from',
      default: usualArchitectures.join(',')
    },
    trials: { type: 'string', value: 'N', description: 'trainings at most', default: '20' },
    budget: { type: 'string', value: 'NAME', description: 'of each trial: short or full', default: 'short' },
    seed: { type: 'string', value: 'N', description: 'decides points, data and weights', default: '1' },
    out: { type: 'string', value: 'DIR', description: 'folder for trials and reports' },
    ...queueOptions
  },
  examples: [
    'siglab search --method asha --trials 40 --out search',
    'siglab search --architectures lstm,tcn --out search'
  ],
  async run({ options, note, progress, abort }) {
    const out = required('out', options.out)
    const plan: SearchPlan = {
      method: parseChoice('method', options.method, searchMethods),
      task: parseChoice('task', options.task, studyTasks),
      space: spaceOf(options.architectures),
      budget: budgets[parseChoice('budget', options.budget, budgetIds)],
      trialCount: parseNumber('trials', options.trials, { low: 1, high: 10_000, integer: true }),
      seed: parseNumber('seed', options.seed, seedRange)
    }
    const folderOf = (trialId: string) => join(out, 'trials', trialId)
    await mkdir(out, { recursive: true })
    const { runner, close } = await openTrialRunner(options, { folderOf, note, abort })
    const trials = await runSearch(plan, {
      runner,
      readTrial: (trialId) => readTrialResult(folderOf(trialId)),
      onTrial: ({ index, count, point, isKnown }) =>
        progress(
          `${index} of ${count}: ${Object.entries(point)
            .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
            .join(', ')}${isKnown ? ' (known)' : ''}`
        ),
      abort
    }).finally(close)
    progress('')
    const name = `search-${plan.method}`
    await writeSearchReports(out, name, plan, trials)
    return { json: searchJson(plan, trials), text: `${searchMarkdown(plan, trials)}\n${join(out, `${name}.svg`)}\n` }
  }
})

function spaceOf(text: string) {
  const kinds = text.split(',').map((part) => part.trim())
  const known = searchableArchitectures()
  const unknown = kinds.find((kind) => !known.includes(kind))
  if (unknown !== undefined) {
    throw new UsageError(`--architectures: expected some of ${known.join(', ')}. Received: ${unknown}`)
  }
  return searchSpace(kinds)
}
