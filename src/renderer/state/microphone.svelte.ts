/**
 * The microphone as a live source: asks main for leave at the press of the button, captures, and pushes blocks to the
 * laboratory. Knows nothing of streams and of the screen.
 */
import type { SignalInfo } from '../../contract/lab'
import { startCapture, type Capture } from '../capture/capture'
import type { AppClient, LabClient } from '../client'

export type MicrophoneState =
  | { kind: 'off' }
  | { kind: 'starting' }
  | { kind: 'live'; signalId: string; deviceName: string; sampleRate: number; startedAtMilliseconds: number }

/** So much of the newest sound is kept. */
export const keepSeconds = 120
/** Before a filter is made, so that it knows how loud the sound is. */
const leadSeconds = 1
/** Blocks on their way to the laboratory; if more wait it does not keep up, and blocks are lost and counted. */
const mostInFlight = 64
/** The level falls by half in so many blocks. */
const meterFall = 0.8

export class Microphone {
  state = $state.raw<MicrophoneState>({ kind: 'off' })
  /** Greatest value of late, 0 to 1: the level meter. */
  peak = $state(0)
  recordedSeconds = $state(0)
  lostBlocks = $state(0)
  readonly #app: AppClient
  #onEnd: (reason: string) => void
  #capture: Capture | undefined

  constructor(app: AppClient, onEnd: (reason: string) => void) {
    this.#app = app
    this.#onEnd = onEnd
  }

  /**
   * Begin to record into a new signal of the laboratory. Resolves once a second of it is there; undefined where the
   * user says no. Throws with a sentence where there is no sound to be had.
   */
  async start(lab: LabClient, signalId: string): Promise<SignalInfo | undefined> {
    await this.stop()
    this.state = { kind: 'starting' }
    try {
      if (!(await this.#app.askForMicrophone(undefined))) {
        this.state = { kind: 'off' }
        return undefined
      }
      return await this.#record(lab, signalId)
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    this.state = { kind: 'off' }
    this.peak = 0
    const capture = this.#capture
    this.#capture = undefined
    await capture?.stop()
  }

  async #record(lab: LabClient, signalId: string): Promise<SignalInfo> {
    const waiting: Float32Array[][] = []
    let push = (channels: Float32Array[]) => void waiting.push(channels)
    const capture = await startCapture({
      onBlock: (channels) => {
        if (this.#capture !== capture) return
        this.#measure(channels)
        push(channels)
      },
      onEnd: () => this.#end('The microphone was unplugged or taken away; what was recorded is kept.')
    })
    this.#capture = capture
    const { deviceName, sampleRate, channelCount } = capture
    const channelNames = channelCount === 2 ? ['left', 'right'] : ['mono']
    const info = await lab.openLiveSource({ signalId, name: deviceName, sampleRate, channelNames, keepSeconds })
    this.lostBlocks = 0
    this.recordedSeconds = 0
    let inFlight = 0
    let reachLead: (() => void) | undefined
    const lead = new Promise<void>((resolve) => (reachLead = resolve))
    push = (channels) => {
      if (inFlight >= mostInFlight) {
        this.lostBlocks += 1
        return
      }
      inFlight += 1
      lab
        .pushSamples({ signalId, channels })
        .then((recorded) => {
          this.recordedSeconds = recorded / sampleRate
          if (this.recordedSeconds >= leadSeconds) reachLead?.()
        })
        .catch((error: Error) => this.#capture === capture && this.#end(error.message))
        .finally(() => (inFlight -= 1))
    }
    for (const channels of waiting) push(channels)
    this.state = { kind: 'live', signalId, deviceName, sampleRate, startedAtMilliseconds: Date.now() }
    await Promise.race([lead, afterFiveSeconds()])
    if (this.recordedSeconds === 0)
      throw new Error(`${deviceName} gives no sound; choose another in the system’s settings.`)
    return info
  }

  #measure(channels: readonly Float32Array[]): void {
    let peak = this.peak * meterFall
    for (const samples of channels) for (const sample of samples) if (Math.abs(sample) > peak) peak = Math.abs(sample)
    this.peak = Math.min(1, peak)
  }

  #end(reason: string): void {
    void this.stop()
    this.#onEnd(reason)
  }
}

function afterFiveSeconds(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5000))
}
