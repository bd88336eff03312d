/** Handlers of contract/studies.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { studies as contract } from '../../contract/studies'
import { budgetIds, budgets } from '../studies/budgets'
import type { StudyDesk } from '../studies/study-desk'
import { studyById, studyIds } from '../studies/tables'

export interface StudyHandlersContext {
  readonly desk: StudyDesk
  /** Throws LabError where a run trains. */
  refuseWhileTraining(): void
}

export function studyHandlers({ desk, refuseWhileTraining }: StudyHandlersContext): Handlers<typeof contract> {
  return {
    listStudies: () => ({
      studies: studyIds.map((id) => {
        const { title, variable, claim, task, rows } = studyById(id)
        return { id, title, variable, claim, task, rowCount: rows.length }
      }),
      budgets: budgetIds.map((id) => {
        const { seeds, sentences } = budgets[id]
        return { id, seeds, sentences: { ...sentences } }
      }),
      running: desk.running ?? null
    }),
    readStudy: (choice) => desk.read(choice),
    startStudy(choice) {
      refuseWhileTraining()
      desk.start(choice)
      return undefined
    },
    async stopStudy() {
      await desk.stop()
      return undefined
    }
  }
}
