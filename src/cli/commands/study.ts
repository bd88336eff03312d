/** siglab study */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { safeWrite } from '../../ml/library/safe-write'
import { budgetIds, budgets } from '../../ml/studies/budgets'
import { readTrialResult } from '../../ml/studies/child-runner'
import { studyJson, studyMarkdown } from '../../ml/studies/report'
import type { Study } from '../../ml/studies/define'
import { runStudy } from '../../ml/studies/run-study'
import { seedStudyIds, studyById, studyIds, type StudyId } from '../../ml/studies/tables'
import { verdictOf } from '../../ml/studies/verdict'
import { writeReports } from '../../ml/studies/write-reports'
import { defineCommand, UsageError } from '../command'
import { parseChoice, parseNumber, required } from '../flags'
import { openTrialRunner, queueOptions } from '../queue-options'

export default defineCommand({
  name: 'study',
  summary: `Measure one of the reference tables: every row trained with several seeds, each trial in a process of its own, beside
the figures that were told, with a verdict. Finished trials are kept in the folder and not run again.`,
  positionals: [{ name: 'STUDY', description: `${studyIds.join(', ')}, or all but the last` }],
  options: {
    rows: {
      type: 'string',
      value: 'NAME;…',
      description: 'these rows of the table only, beside the one that all are compared with'
    },
    seeds: { type: 'string', value: 'N', description: 'trainings of each row (default by budget)' },
    budget: {
      type: 'string',
      value: 'NAME',
      description: "short, for two cores and half an hour, or full, the reference task's 50 epochs",
      default: 'short'
    },
    out: { type: 'string', value: 'DIR', description: 'folder for trials and reports' },
    ...queueOptions
  },
  examples: [
    'siglab study dropout --out studies',
    'siglab study all --seeds 5 --budget full --out studies',
    'siglab study all --budget full --out studies --queue redis://studio.local'
  ],
  async run({ options, positionals: [name], note, progress, abort }) {
    const out = required('out', options.out)
    const budget = budgets[parseChoice('budget', options.budget, budgetIds)]
    const seedCount = parseNumber('seeds', options.seeds ?? String(budget.seeds), { low: 1, high: 100, integer: true })
    const chosen = parseChoice('study', name, [...studyIds, 'all'] as const)
    const ids: readonly StudyId[] = chosen === 'all' ? seedStudyIds : [chosen]
    const folderOf = (trialId: string) => join(out, 'trials', trialId)
    await mkdir(out, { recursive: true })
    const { runner, close } = await openTrialRunner(options, { folderOf, note, abort })
    const began = performance.now()
    const reports: { id: StudyId; markdown: string; verdict: string; json: object }[] = []
    try {
      for (const id of ids) {
        const study = withRows(studyById(id), options.rows)
        const figures = await runStudy(study, {
          ...{ budget, seedCount, runner, abort },
          readTrial: (trialId) => readTrialResult(folderOf(trialId)),
          onTrial: ({ row, seed, index, count, isKnown }) =>
            progress(`${study.title}: ${row}, seed ${seed} (${index} of ${count}${isKnown ? ', known' : ''})`)
        })
        progress('')
        const markdown = studyMarkdown(figures)
        await writeReports(out, figures)
        reports.push({ id, markdown, verdict: verdictOf(figures), json: studyJson(figures) })
        note(`${study.title}: ${verdictOf(figures)}`)
      }
    } finally {
      await close()
    }
    const seconds = (performance.now() - began) / 1000
    const path = join(out, 'report.md')
    const command = `siglab study ${name} --budget ${budget.id} --seeds ${seedCount} --out DIR`
    const report = `# Studies\n\n\`${command}\`, ${Math.round(seconds)} s.\n\n${reports.map(({ markdown }) => markdown).join('\n')}`
    await safeWrite(path, report)
    return {
      json: { path, seconds, budget: budget.id, seeds: seedCount, studies: reports.map(({ json }) => json) },
      text: `${report}\n${path}\n`
    }
  }
})

function withRows(study: Study, text: string | undefined): Study {
  if (text === undefined) return study
  const wanted = text.split(';').map((part) => part.trim())
  const unknown = wanted.find((label) => !study.rows.some((row) => row.label === label))
  if (unknown !== undefined) {
    throw new UsageError(
      `--rows: expected some of ${study.rows.map(({ label }) => label).join('; ')}. Received: ${unknown}`
    )
  }
  return { ...study, rows: study.rows.filter(({ label }) => label === study.baseline || wanted.includes(label)) }
}
