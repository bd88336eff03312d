/** What the page about the program shows: the program, what it computes with, and what others made of it. */
import {
  appLines,
  labLines,
  type AppInstallation,
  type LabInstallation,
  type Licences
} from '../../contract/installation'
import type { TrainingDescription } from '../../contract/training'
import type { AppClient, LabClient, TrainingClient } from '../client'

export class About {
  program = $state.raw<AppInstallation | null>(null)
  laboratory = $state.raw<LabInstallation | null>(null)
  /** Null while nothing was trained. */
  training = $state.raw<TrainingDescription | null>(null)
  licences = $state.raw<Licences | null>(null)
  /** Why something could not be told. */
  problems = $state.raw<readonly string[]>([])

  constructor(
    private readonly app: AppClient,
    private readonly lab: () => LabClient | undefined,
    private readonly trainer: () => TrainingClient | undefined
  ) {}

  readonly lines = $derived([
    ...(this.program ? appLines(this.program) : []),
    ...(this.laboratory ? labLines(this.laboratory) : []),
    ...(this.training ? [`Tensors of the training process: ${this.training.tensors}`] : []),
    ...this.problems
  ])

  /** Ask anew: a laboratory may have been started on another device since. */
  async look(): Promise<void> {
    const problems: string[] = []
    const ask = async <T>(what: string, asked: Promise<T> | undefined): Promise<T | null> => {
      try {
        return (await asked) ?? null
      } catch (error) {
        problems.push(`${what} cannot be told: ${(error as Error).message}`)
        return null
      }
    }
    const lab = this.lab()
    if (!lab) problems.push('The laboratory is not running, so what it computes with cannot be told.')
    const [program, laboratory, training, licences] = await Promise.all([
      ask('The program', this.app.describeProgram(undefined)),
      ask('What it computes with', lab?.describeInstallation(undefined)),
      ask('What trains', this.trainer()?.describeTraining(undefined)),
      ask('The list of licences', this.app.listLicences(undefined))
    ])
    Object.assign(this, { program, laboratory, training, licences, problems })
  }
}
