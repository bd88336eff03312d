/** Handlers of contract/models.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { models } from '../../contract/models'
import { modelInfoOf } from '../library/model-library'
import type { LabContext } from './context'

export function modelHandlers({ engine, library }: LabContext): Handlers<typeof models> {
  return {
    describeEngine: () => engine.info,
    listModels: () => library.models.map(modelInfoOf),
    async refreshModels() {
      await library.refresh()
      return library.models.map(modelInfoOf)
    }
  }
}
