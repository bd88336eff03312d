/** What the user is told: the one problem that stands, with its remedy, and notices that can be put away. */
import type { GrantedFile } from '../../contract/session'

/** Something went wrong that the user should know and can do something about. */
export interface Problem {
  readonly title: string
  readonly message: string
  /** Which button stands beside it. */
  readonly remedy: 'open-another' | 'restart' | 'none'
  /** A file that may be read as samples without a header. */
  readonly rawFile?: GrantedFile
}

export class Messages {
  problem = $state.raw<Problem | null>(null)
  notices = $state.raw<readonly string[]>([])

  report(title: string, error: Error, part: Partial<Pick<Problem, 'remedy' | 'rawFile'>> = {}): void {
    this.problem = { title, message: error.message, remedy: 'none', ...part }
  }

  /** Said once, however often it happens. */
  notice(message: string): void {
    if (!this.notices.includes(message)) this.notices = [...this.notices, message]
  }

  dismissProblem(): void {
    this.problem = null
  }

  dismissNotice(notice: string): void {
    this.notices = this.notices.filter((other) => other !== notice)
  }
}
