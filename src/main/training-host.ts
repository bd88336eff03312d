/**
 * The training process as the desktop sees it: it starts when it is first asked for, keeps the computer awake, shows its
 * progress on the task bar, says when it is done, and is asked about before the program ends.
 */
import { Notification, dialog, powerSaveBlocker, type BrowserWindow } from 'electron'
import type { ChildMessage, TrainingActivity } from '../contract/app'
import { forkHosted, type HostedFolders } from './hosted-process'
import { HostedService } from './hosted-service'

/** A step in the making is ended, and a checkpoint written. */
const stopMilliseconds = 15_000

export interface TrainingSettings {
  readonly device: 'cpu' | 'gpu'
  /** 0 for all that the processor has. */
  readonly threads: number
}

export interface TrainingHostOptions {
  readonly folders: HostedFolders
  /** The window whose page listens; undefined while none does. */
  page(): BrowserWindow | undefined
  /** Where the process finds TensorFlow's library for a device, as its environment. */
  libraryFor(device: TrainingSettings['device']): Readonly<Record<string, string>>
  /** Hears each line that the process writes. */
  onLine(line: string): void
  onEnded(reason: string, restarting: boolean): void
  onSilent(seconds: number): void
}

export class TrainingHost {
  readonly service: HostedService
  readonly #options: TrainingHostOptions
  #settings: TrainingSettings = { device: 'cpu', threads: 0 }
  #active: Extract<TrainingActivity, { kind: 'training' }> | undefined
  #blocker: number | undefined

  constructor(options: TrainingHostOptions) {
    this.#options = options
    this.service = new HostedService({
      ...{ name: 'training', channel: 'training-port', page: options.page, stopMilliseconds },
      fork: (events) => forkHosted('training', options.folders, events, options.onLine, this.#environment()),
      onMessage: (message) => this.#onMessage(message),
      onEnded: (reason, restarting) => {
        this.#show(undefined)
        options.onEnded(reason, restarting)
      },
      onSilent: options.onSilent
    })
  }

  get isTraining(): boolean {
    return this.#active !== undefined
  }

  /** Start it, or start it anew where the settings are other ones; the page gets a port in either case. */
  async open(settings: TrainingSettings): Promise<void> {
    const isSame = settings.device === this.#settings.device && settings.threads === this.#settings.threads
    if (this.service.isAlive && isSame) return this.service.connectPage()
    this.#settings = settings
    await this.close()
    this.service.supervisor.start()
  }

  /** Resolves when what trains is paused and the process is gone. */
  async close(): Promise<void> {
    await this.service.supervisor.stop()
    this.#show(undefined)
  }

  /** Whether the program may end: asks the user where something trains. */
  async mayEnd(): Promise<boolean> {
    const page = this.#options.page()
    if (!this.#active || !page) return true
    const { response } = await dialog.showMessageBox(page, {
      type: 'question',
      message: `“${this.#active.title}” is training.`,
      detail: 'It can be paused where it is and resumed at the next start, to the same result.',
      buttons: ['Pause and quit', 'Cancel'],
      defaultId: 0,
      cancelId: 1
    })
    return response === 0
  }

  #onMessage(message: ChildMessage): void {
    if (message.kind !== 'activity') return
    const { activity } = message
    if (activity.kind === 'training') return this.#show(activity)
    this.#show(undefined)
    this.#notify(activity)
  }

  #show(active: Extract<TrainingActivity, { kind: 'training' }> | undefined): void {
    this.#active = active
    const page = this.#options.page()
    if (page && !page.isDestroyed()) page.setProgressBar(active ? active.share : -1)
    if (active) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = undefined
    }
  }

  #notify({ title, status, message }: Extract<TrainingActivity, { kind: 'ended' }>): void {
    const page = this.#options.page()
    const ending = endings[status]
    if (ending === undefined || page?.isFocused() || !Notification.isSupported()) return
    new Notification({ title, body: [ending, message].filter(Boolean).join(' ') }).show()
  }

  #environment(): Record<string, string> {
    const { device, threads } = this.#settings
    const count = String(threads)
    return {
      ...(threads > 0 && { TF_NUM_INTRAOP_THREADS: count, SIGNAL_LAB_THREADS: count }),
      ...this.#options.libraryFor(device)
    }
  }
}

/** Pause and stop are the user's own doing: nobody need be told. */
const endings: Readonly<Record<string, string>> = {
  finished: 'The training is finished.',
  failed: 'The training failed.'
}
