/** The files that were opened last, as main remembers them: names and tickets. */
import type { AppClient } from '../client'

export interface RecentFile {
  readonly fileId: string
  readonly name: string
  readonly exists: boolean
}

export class RecentFiles {
  list = $state.raw<readonly RecentFile[]>([])
  readonly #app: AppClient

  constructor(app: AppClient) {
    this.#app = app
  }

  /** Ask main again; which of them are still there may have changed. */
  async refresh(): Promise<void> {
    this.list = await this.#app.listRecentFiles(undefined)
  }

  /** A file was opened and could be read. */
  async note(fileId: string): Promise<void> {
    await this.#app.noteOpenedFile({ fileId })
    await this.refresh()
  }

  async forget(): Promise<void> {
    await this.#app.forgetRecentFiles(undefined)
    await this.refresh()
  }
}
