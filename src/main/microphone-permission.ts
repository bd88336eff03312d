/**
 * Whether the page may hear the microphone: no, unless the user was asked by main and said yes. The answer holds until
 * the program ends; a no is asked again at the next press of the button. Knows nothing of Electron.
 */
import { appOrigin } from './content-policy'

/** The part of a permission request that is looked at. */
export interface PermissionRequest {
  readonly permission: string
  /** Where the request comes from, as Electron spells it: with or without a slash at its end. */
  readonly origin: string
  readonly isMainFrame: boolean
  readonly mediaTypes: readonly string[]
}

export class MicrophonePermission {
  #isGranted = false
  #asking: Promise<boolean> | undefined

  /** @param ask shows the question; true if the user says yes. */
  constructor(private readonly ask: () => Promise<boolean>) {}

  /** Whoever asks while the question stands hears its answer: there is never a second one over it. */
  async request(): Promise<boolean> {
    if (!this.#isGranted) {
      this.#asking ??= this.ask().finally(() => (this.#asking = undefined))
      this.#isGranted = await this.#asking
    }
    return this.#isGranted
  }

  /** Sound alone, from our own page alone, after a yes alone. */
  allows({ permission, origin, isMainFrame, mediaTypes }: PermissionRequest): boolean {
    const isSound = permission === 'media' && mediaTypes.length > 0 && mediaTypes.every((type) => type === 'audio')
    return this.#isGranted && isSound && isMainFrame && origin.replace(/\/$/, '') === appOrigin
  }
}
