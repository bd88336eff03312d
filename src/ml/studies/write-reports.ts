/** The files of a study beside its trials: table, rows, figures and plot under the name of the study. */
import { join } from 'node:path'
import { safeWrite } from '../library/safe-write'
import { studyCsv, studyJson, studyMarkdown, studySvg } from './report'
import type { StudyFigures } from './run-study'

export async function writeReports(folder: string, figures: StudyFigures): Promise<void> {
  const path = (ending: string) => join(folder, `${figures.study.id}.${ending}`)
  await safeWrite(path('md'), studyMarkdown(figures))
  await safeWrite(path('csv'), studyCsv(figures))
  await safeWrite(path('json'), `${JSON.stringify(studyJson(figures), null, 2)}\n`)
  await safeWrite(path('svg'), studySvg(figures))
}
