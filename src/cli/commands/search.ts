/** siglab search */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { safeWrite } from '../../ml/library/safe-write'
import { budgetIds, budgets } from '../../ml/studies/budgets'
import { childRunner, readTrialResult, thisProgram } from '../../ml/studies/child-runner'
import { studyTasks } from '../../ml/studies/define'
import { runSearch, searchMethods, type SearchPlan } from '../../ml/studies/search'
import { searchCsv, searchJson, searchMarkdown, searchSvg } from '../../ml/studies/search-report'
import { searchableArchitectures, searchSpace } from '../../ml/studies/search-space'
import { defineCommand, UsageError } from '../command'
import { parseChoice, parseNumber, required, seedRange } from '../flags'

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
    architectures: { type: 'string', value: 'ID,…', description: 'kinds to choose from', default: 'lstm,gru,lru,tcn' },
    trials: { type: 'string', value: 'N', description: 'trainings at most', default: '20' },
    budget: { type: 'string', value: 'NAME', description: 'of each trial: short or full', default: 'short' },
    seed: { type: 'string', value: 'N', description: 'decides points, data and weights', default: '1' },
    out: { type: 'string', value: 'DIR', description: 'folder for trials and reports' }
  },
  examples: [
    'siglab search --method asha --trials 40 --out search',
    'siglab search --architectures lstm,tcn --out search'
  ],
  async run({ options, progress, abort }) {
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
    const trials = await runSearch(plan, {
      runner: childRunner(thisProgram(), folderOf),
      readTrial: (trialId) => readTrialResult(folderOf(trialId)),
      onTrial: ({ index, count, point, isKnown }) =>
        progress(
          `${index} of ${count}: ${Object.entries(point)
            .map(([name, value]) => `${name} ${typeof value === 'number' ? Number(value.toPrecision(3)) : value}`)
            .join(', ')}${isKnown ? ' (known)' : ''}`
        ),
      abort
    })
    progress('')
    const name = `search-${plan.method}`
    const json = searchJson(plan, trials)
    const markdown = searchMarkdown(plan, trials)
    await safeWrite(join(out, `${name}.md`), markdown)
    await safeWrite(join(out, `${name}.csv`), searchCsv(plan, trials))
    await safeWrite(join(out, `${name}.json`), `${JSON.stringify(json, null, 2)}\n`)
    await safeWrite(join(out, `${name}.svg`), searchSvg(plan, trials))
    return { json, text: `${markdown}\n${join(out, `${name}.svg`)}\n` }
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
