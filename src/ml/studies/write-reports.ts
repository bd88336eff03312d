/** The files of a study or a search beside its trials: table, rows, figures and plot under one name. */
import { join } from 'node:path'
import { safeWrite } from '../library/safe-write'
import { studyCsv, studyJson, studyMarkdown, studySvg } from './report'
import type { StudyFigures } from './run-study'
import type { SearchPlan, SearchTrial } from './search'
import { searchCsv, searchJson, searchMarkdown, searchSvg } from './search-report'

export function writeReports(folder: string, figures: StudyFigures): Promise<void> {
  return write(join(folder, figures.study.id), {
    md: studyMarkdown(figures),
    csv: studyCsv(figures),
    json: asText(studyJson(figures)),
    svg: studySvg(figures)
  })
}

/** `name` is that of the files, without their endings. */
export function writeSearchReports(
  folder: string,
  name: string,
  plan: SearchPlan,
  trials: readonly SearchTrial[]
): Promise<void> {
  return write(join(folder, name), {
    md: searchMarkdown(plan, trials),
    csv: searchCsv(plan, trials),
    json: asText(searchJson(plan, trials)),
    svg: searchSvg(plan, trials)
  })
}

async function write(path: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [ending, text] of Object.entries(files)) await safeWrite(`${path}.${ending}`, text)
}

const asText = (json: object) => `${JSON.stringify(json, null, 2)}\n`
