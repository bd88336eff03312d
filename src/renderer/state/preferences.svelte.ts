/** What is remembered from one start to the next. Every change is saved by main. */
import { defaultSettings, type Settings } from '../../contract/app'
import type { AppClient } from '../client'

const restMilliseconds = 300

export class Preferences {
  current = $state.raw<Settings>(defaultSettings)
  readonly #app: AppClient
  #timer: ReturnType<typeof setTimeout> | undefined
  #onFailure: (message: string) => void

  constructor(app: AppClient, onFailure: (message: string) => void) {
    this.#app = app
    this.#onFailure = onFailure
  }

  /** As main has them at the start. */
  take(settings: Settings): void {
    this.current = settings
  }

  /** Take effect at once, and save when nothing was changed for a moment: for what is dragged. */
  changeSoon(part: Partial<Settings>): void {
    this.current = { ...this.current, ...part }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.change({}), restMilliseconds)
  }

  change(part: Partial<Settings>): void {
    clearTimeout(this.#timer)
    this.current = { ...this.current, ...part }
    this.#app.saveSettings(this.current).catch((error: Error) => {
      this.#onFailure(`The settings could not be saved: ${error.message}`)
    })
  }
}
