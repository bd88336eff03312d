/** Handlers of contract/studies.ts; glue only. */
import { LabError, type Handlers } from '../../contract/define'
import type { studies as contract } from '../../contract/studies'
import { budgetIds, budgets } from '../studies/budgets'
import type { StudyDesk } from '../studies/study-desk'
import { studyById, studyIds } from '../studies/tables'
import type { TrainingQueue } from '../training/training-queue'

export interface StudyHandlersContext {
  readonly desk: StudyDesk
  readonly queue: Pick<TrainingQueue, 'currentId'>
}

export function studyHandlers({ desk, queue }: StudyHandlersContext): Handlers<typeof contract> {
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
      if (queue.currentId !== undefined)
        throw new LabError('busy', 'A run is training: pause or stop it first, or the times would be those of both.')
      desk.start(choice)
    },
    async stopStudy() {
      await desk.stop()
      return undefined
    }
  }
}
