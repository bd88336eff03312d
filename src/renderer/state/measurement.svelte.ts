/**
 * Long work of the training process that is made of trials, as the window shows it: what is chosen, what of it is
 * measured, and how far the one is that is being measured now. Studies and searches are such.
 */
import type { TrainingClient } from '../client'
import type { Jobs } from './jobs.svelte'

export interface MeasurementParts {
  readonly jobs: Jobs
  /** Whether a run trains: its times and those of a measurement would spoil each other. */
  isTraining(): boolean
  /** Whether the user looks at it now. */
  isInSight(): boolean
  /** The training process, once it is there. */
  ready(): Promise<TrainingClient>
  report(failure: string, error: Error): void
}

interface Advance {
  readonly trial: number
  readonly share: number
  readonly secondsLeft: number | null
}

/** What differs from kind to kind. */
export interface MeasurementKind<Choice, Advanced, Report> {
  /** Its row among the long work. */
  readonly jobId: string
  /** "study", "search": in sentences. */
  readonly noun: string
  titleOf(advanced: Advanced): string
  choiceOf(advanced: Advanced): Choice
  read(client: TrainingClient, choice: Choice): Promise<Report>
  start(client: TrainingClient, choice: Choice): Promise<unknown>
  stop(client: TrainingClient): Promise<unknown>
  /** Whether what is being measured is what is chosen. */
  isSame(choice: Choice, running: Advanced): boolean
}

export abstract class Measurement<Choice, Advanced extends Advance, Report> {
  choice: Choice
  /** Of the choice, as it was when it was read last. */
  report = $state.raw<Report>()
  /** What is being measured, whatever is chosen. */
  running = $state.raw<Advanced>()
  /** It is asked to end, and its trial has not ended yet. */
  isStopping = $state(false)
  /** Why the last one did not come to its end. */
  problem = $state('')
  protected readonly parts: MeasurementParts
  protected client: TrainingClient | undefined
  readonly #kind: MeasurementKind<Choice, Advanced, Report>

  constructor(parts: MeasurementParts, kind: MeasurementKind<Choice, Advanced, Report>, choice: Choice) {
    this.parts = parts
    this.#kind = kind
    this.choice = $state.raw(choice)
  }

  /** Whether what is being measured is what is shown. */
  get isShownRunning(): boolean {
    return this.running !== undefined && this.#kind.isSame(this.choice, this.running)
  }

  /** The process is gone; what has finished is kept. */
  lose(reason: string): void {
    const { jobId, noun } = this.#kind
    if (this.running) {
      this.problem = `${reason} What was measured is kept, and the ${noun} can be resumed.`
      this.parts.jobs.end(jobId, { kind: 'failed', message: this.problem })
    }
    this.client = undefined
    this.#end()
  }

  /** Read what is measured of the choice. */
  async refresh(): Promise<void> {
    const [client, choice] = [this.client, this.choice]
    if (!client) return
    try {
      const report = await this.#kind.read(client, choice)
      if (choice === this.choice) this.report = report
    } catch (error) {
      if (client === this.client) this.parts.report(`The ${this.#kind.noun} could not be read`, error as Error)
    }
  }

  /** Measure what is missing of the choice. */
  async start(): Promise<void> {
    this.problem = ''
    try {
      await this.#kind.start(await this.parts.ready(), this.choice)
    } catch (error) {
      this.parts.report(`The ${this.#kind.noun} could not be started`, error as Error)
    }
  }

  /** End the trial under way; what has finished stays. */
  async stop(): Promise<void> {
    if (!this.running) return
    this.isStopping = true
    try {
      await this.#kind.stop(await this.parts.ready())
    } catch (error) {
      this.isStopping = false
      this.parts.report(`The ${this.#kind.noun} could not be stopped`, error as Error)
    }
  }

  /** Another choice: nothing is known of it yet. */
  protected choose(choice: Choice): void {
    this.choice = choice
    this.report = undefined
    this.problem = ''
    void this.refresh()
  }

  /** What is measured already when the window comes to it. */
  protected take(running: Advanced): void {
    this.choice = this.#kind.choiceOf(running)
    this.onAdvanced(running)
  }

  protected onAdvanced(event: Advanced): void {
    const before = this.running
    this.running = event
    const { jobId, titleOf } = this.#kind
    const row = { title: titleOf(event), share: event.share, secondsLeft: event.secondsLeft }
    this.parts.jobs.put(jobId, { ...row, cancelTitle: 'Stop and keep' }, () => void this.stop())
    if (this.isShownRunning && before?.trial !== event.trial) void this.refresh()
  }

  protected onEnded({ outcome, message }: { outcome: 'finished' | 'stopped' | 'failed'; message: string }): void {
    this.#end()
    this.problem = outcome === 'failed' ? message : ''
    const { jobId } = this.#kind
    const { jobs, isInSight } = this.parts
    if (outcome === 'stopped' || isInSight()) jobs.dismiss(jobId)
    else if (outcome === 'failed') jobs.end(jobId, { kind: 'failed', message })
    else jobs.end(jobId, { kind: 'done', message: 'every trial is measured' })
    void this.refresh()
  }

  #end(): void {
    this.running = undefined
    this.isStopping = false
  }
}
