/** Handlers of contract/searches.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { searches as contract } from '../../contract/searches'
import { architectureById } from '../architectures'
import { searchMethods, searchMethodWords, type SearchMethod } from '../studies/search'
import type { SearchDesk } from '../studies/search-desk'
import { searchableArchitectures, usualArchitectures } from '../studies/search-space'

export interface SearchHandlersContext {
  readonly desk: SearchDesk
  /** Throws LabError where a run trains. */
  refuseWhileTraining(): void
}

export function searchHandlers({ desk, refuseWhileTraining }: SearchHandlersContext): Handlers<typeof contract> {
  return {
    listSearches: () => ({
      methods: methodIds.map((id) => ({ id, ...searchMethodWords[id] })),
      architectures: searchableArchitectures().map((id) => ({ id, title: architectureById(id).title })),
      usualArchitectures: [...usualArchitectures],
      running: desk.running ?? null
    }),
    readSearch: (choice) => desk.read(choice),
    startSearch(choice) {
      refuseWhileTraining()
      desk.start(choice)
      return undefined
    },
    async stopSearch() {
      await desk.stop()
      return undefined
    }
  }
}

/** What is best for most comes first. */
const methodIds = Object.keys(searchMethodWords).filter((id): id is SearchMethod =>
  searchMethods.some((known) => known === id)
)
