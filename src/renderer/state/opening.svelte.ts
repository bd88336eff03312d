/**
 * Which signal is open and how one gets there: the bundled mix, a mix that is made, the microphone, and what the import
 * decided. One is opened at a time, and the one before stays if anything fails. Knows nothing of tones and models.
 */
import type { SignalInfo } from '../../contract/lab'
import type { AppClient, LabClient } from '../client'
import type { Connection } from './connection.svelte'
import type { Recipe } from './generate-form.svelte'
import type { Messages } from './messages.svelte'
import { Microphone } from './microphone.svelte'
import { newId } from './new-id'
import { failureOf, nameOf, openOrigin, type Origin } from './origin'
import type { RecentFiles } from './recent-files.svelte'
import { timeStamp } from './time-stamp'

export interface OpenSignal {
  readonly info: SignalInfo
  readonly origin: Origin
  /** The whole record; of a long one a sparse look until all of it was looked through. */
  readonly overview: { min: Float32Array; max: Float32Array; isExact: boolean }
}

export interface OpeningParts {
  readonly app: AppClient
  readonly connection: Connection
  readonly messages: Messages
  readonly recentFiles: RecentFiles
  /** Filter a signal; what stands at places of the one before goes when `onStarted` was called. */
  run(lab: LabClient, signal: SignalInfo, onStarted: () => void): Promise<void>
  /** Another signal is there. */
  onOpened(): void
  /** The whole record is known exactly. */
  onExact(): void
}

const overviewColumns = 2048
/** A laboratory that ends so soon after a signal was opened may have ended over it. */
const briefMilliseconds = 30_000

export class Opening {
  signal = $state.raw<OpenSignal>()
  /** Which channel of the signal is shown and filtered. */
  channel = $state(0)
  /** What is being opened, in words; null if nothing is. */
  name = $state<string | null>(null)
  /** A recording that ended because another signal was opened: held until the next one, or until it is discarded. */
  leftRecording = $state.raw<{ readonly liveId: string; readonly name: string } | null>(null)
  readonly microphone: Microphone
  readonly #parts: OpeningParts
  /** What the next laboratory opens first; undefined where it is what is open now. */
  #next: Origin | undefined
  /** What a laboratory ended over. */
  #lostOver: string | undefined
  #openedAt = 0
  /** How often a signal was asked for, and how the newest wish ends. */
  #asked = 0
  #newest: Promise<unknown> = Promise.resolve()
  #channelsAsked = 0
  #turn: Promise<unknown> = Promise.resolve()
  #refreshing = false
  #overviewIsOld = false

  constructor(parts: OpeningParts) {
    this.#parts = parts
    this.microphone = new Microphone(parts.app, (reason) => {
      parts.messages.notice(reason)
      void this.stopMicrophone()
    })
  }

  /** What a laboratory tells of the signals that it holds. */
  follow(lab: LabClient): void {
    const { messages } = this.#parts
    lab.on('signalChanged', (info) => void this.#takeKnownBetter(lab, info))
    lab.on('signalFailed', ({ signalId, message }) => {
      if (signalId !== this.signal?.info.id) return
      const title = `${this.signal.info.name} could not be read to its end`
      messages.report(title, new Error(message), { remedy: 'open-another' })
    })
    lab.on('signalFileChanged', ({ signalId, message }) => {
      if (signalId === this.signal?.info.id) messages.notice(message)
    })
    lab.on('pictureAdvanced', ({ signalId }) => {
      if (signalId === this.signal?.info.id) void this.#refreshOverview(lab)
    })
  }

  /** What comes first when the laboratory is there: the newest wish, as one that is opened at once. */
  beginWith(origin: Origin): void {
    this.#asked += 1
    this.name = null
    this.#next = origin
  }

  /** Whether something is to come first already. */
  get knowsWhatComesFirst(): boolean {
    return this.#next !== undefined
  }

  /** A laboratory ended while this was being opened: the next one tries once more. What ends that one too is given up. */
  tryOnceMore(origin: Origin): void {
    if (origin.kind === 'live' || origin.kind === 'recorded') return
    if (this.#isFirstEndOver(origin)) {
      this.#next = origin
      return
    }
    this.#parts.messages.report(failureOf(origin), new Error('The laboratory ended twice over it.'), {
      remedy: 'open-another'
    })
  }

  #isFirstEndOver(origin: Origin): boolean {
    const key = origin.kind === 'file' ? origin.file.fileId : nameOf(origin)
    const isFirst = this.#lostOver !== key
    this.#lostOver = key
    return isFirst
  }

  /** What was open, for a new laboratory. A recording was in the memory of the one that ended. */
  originToReopen(): Origin {
    this.leftRecording = null
    const open = this.signal?.origin
    const origin = this.#next ?? open ?? { kind: 'demo' }
    this.#next = undefined
    if (origin === open && this.#isDeadly(open)) {
      const name = this.signal?.info.name
      this.#parts.messages.notice(
        `${name} was left out: the laboratory ended twice soon after it was opened. The bundled mix is open instead.`
      )
      return { kind: 'demo' }
    }
    if (origin.kind !== 'live' && origin.kind !== 'recorded') return origin
    this.#parts.messages.notice('The recording was lost when the laboratory ended; the bundled mix is open instead.')
    return { kind: 'demo' }
  }

  /** Whether two laboratories in a row ended soon after this was open. */
  #isDeadly(open: Origin): boolean {
    if (performance.now() - this.#openedAt > briefMilliseconds) this.#lostOver = undefined
    return open.kind !== 'demo' && !this.#isFirstEndOver(open)
  }

  openDemo(): Promise<void> {
    return this.load({ kind: 'demo' })
  }

  generate(recipe: Recipe): Promise<void> {
    return this.load({ kind: 'generated', recipe })
  }

  /** The open signal at another rate; what was resampled before is resampled from the beginning. */
  async resampleTo(sampleRate: number): Promise<void> {
    const origin = this.signal?.origin
    if (!origin) return
    const from = origin.kind === 'resampled' ? origin.from : origin
    if (from.kind === 'live' || from.kind === 'recorded') {
      const advice = new Error('Export it as a file, and open that.')
      this.#parts.messages.report('What the microphone gave cannot be resampled here', advice)
    } else await this.load({ kind: 'resampled', from, sampleRate })
  }

  /** Mix all channels of the open file to one, or take them apart again. */
  async setMonoMix(monoMix: boolean): Promise<void> {
    const [origin, choices] = [this.signal?.origin, this.signal?.info.choices]
    if ((origin?.kind !== 'file' && origin?.kind !== 'text') || !choices) return
    await this.load({ ...origin, choices: { ...choices, monoMix } })
  }

  /** Show and filter another channel of the open signal. */
  async setChannel(channel: number): Promise<void> {
    const signalId = this.signal?.info.id
    const request = (this.#channelsAsked += 1)
    await this.#inTurn(async () => {
      const [lab, signal] = [this.#parts.connection.lab, this.signal]
      // Another signal is there, or another channel was asked for.
      if (!lab || !signal || signal.info.id !== signalId || request !== this.#channelsAsked) return
      if (channel === this.channel) return
      const before = this.channel
      this.channel = channel
      try {
        await this.#restart(lab, signal.info)
      } catch (error) {
        this.channel = before
        if (lab !== this.#parts.connection.lab) return // Its end is reported by main.
        this.#parts.messages.report('This channel cannot be filtered', error as Error)
      }
    })
  }

  /** Record; what is heard is the open signal, and the filter follows it. */
  async startMicrophone(): Promise<void> {
    const { lab } = this.#parts.connection
    if (!lab || this.microphone.state.kind !== 'off') return
    await this.load({ kind: 'live' })
    const timer = setInterval(() => {
      if (this.microphone.state.kind !== 'live') clearInterval(timer)
      else void this.#refreshOverview(lab)
    }, 1000)
  }

  /** End the recording and keep what the microphone heard as the open signal. */
  async stopMicrophone(): Promise<void> {
    const { state } = this.microphone
    await this.microphone.stop()
    const live = this.signal?.origin.kind === 'live' ? this.signal.info : undefined
    if (!live) return
    const startedAt = state.kind === 'live' ? state.startedAtMilliseconds : undefined
    await this.load({ kind: 'recorded', liveId: live.id, name: `${live.name} ${timeStamp(startedAt)}` })
  }

  /** The recording that was left for another signal, as the open signal. */
  async openLeftRecording(): Promise<void> {
    const left = this.leftRecording
    if (left) await this.load({ kind: 'recorded', ...left })
  }

  discardLeftRecording(): void {
    const [left, lab] = [this.leftRecording, this.#parts.connection.lab]
    this.leftRecording = null
    if (left) lab?.closeSignal({ signalId: left.liveId }).catch(() => undefined)
  }

  /** Open this signal; what was asked for before and is not there yet is dropped. */
  load(origin: Origin): Promise<void> {
    return this.ask(nameOf(origin), (isNewest) => this.#inTurn(() => this.#loadNow(origin, isNewest)))
  }

  /** What comes by itself, not by a wish: it drops nothing, and what is asked for meanwhile comes after it. */
  async reopen(origin: Origin): Promise<void> {
    const asked = this.#asked
    this.name ??= nameOf(origin)
    await this.#inTurn(() => this.#loadNow(origin))
    if (asked === this.#asked) this.name = null
  }

  /** Another signal is asked for, under this name: of several wishes the last one is the one that stays. */
  async ask(name: string, work: (isNewest: () => boolean) => Promise<void>): Promise<void> {
    const request = (this.#asked += 1)
    const isNewest = () => request === this.#asked
    this.name = name
    const done = work(isNewest).finally(() => {
      if (isNewest()) this.name = null
    })
    this.#newest = done.catch(() => undefined)
    await done
  }

  /** Once all that was asked for is open or given up. */
  async settled(): Promise<void> {
    for (let last: unknown; last !== this.#newest;) {
      last = this.#newest
      await last
    }
  }

  /** One signal is opened or run anew at a time, so that each knows which stream it takes the place of. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work)
    this.#turn = done.catch(() => undefined)
    return done
  }

  /** Open a signal and run it; the one before stays if anything fails on the way, or as soon as it is not wanted. */
  async #loadNow(origin: Origin, isWanted = () => true): Promise<void> {
    const { connection, messages, recentFiles, run, onOpened } = this.#parts
    if (!isWanted()) return
    const { lab } = connection
    if (!lab) {
      // It waits for the next laboratory, like a file that is handed over while there is none.
      if (origin.kind !== 'live' && origin.kind !== 'recorded') this.beginWith(origin)
      return
    }
    const microphone = this.microphone.state
    if (origin.kind !== 'recorded') await this.microphone.stop()
    const channelBefore = this.channel
    const signalId = newId('signal')
    const close = () => void lab.closeSignal({ signalId }).catch(() => undefined)
    try {
      const info = await openOrigin(lab, signalId, origin, this.microphone)
      if (!info) return
      const columns = Math.min(overviewColumns, info.sampleCount)
      const overview = await lab.readOverview({ signalId, channel: 0, columns })
      // A recording is heard already: it is left for what was asked for since, and held.
      if (!isWanted() && origin.kind !== 'live') return close()
      this.channel = 0
      const before = this.signal
      await run(lab, info, () => {
        this.signal = { info, origin, overview }
        onOpened()
      })
      messages.dismissProblem()
      this.#openedAt = performance.now()
      if (origin.kind === 'file') void recentFiles.note(origin.file.fileId).catch(() => undefined)
      // It may have become exact while nobody listened.
      if (!overview.isExact) void this.#refreshOverview(lab)
      if (origin.kind === 'recorded' || origin.kind === 'live') this.discardLeftRecording()
      if (before?.origin.kind === 'live' && origin.kind !== 'recorded') this.#leave(before.info, microphone)
      else if (before) lab.closeSignal({ signalId: before.info.id }).catch(() => undefined)
    } catch (error) {
      this.channel = channelBefore
      if (origin.kind === 'live') await this.microphone.stop()
      close()
      if (!isWanted()) return
      if (lab !== connection.lab) return this.tryOnceMore(origin) // Its end is reported by main.
      const remedy = origin.kind === 'file' || origin.kind === 'generated' ? 'open-another' : 'none'
      messages.report(failureOf(origin), error as Error, { remedy })
    }
  }

  #leave(live: SignalInfo, microphone: Microphone['state']): void {
    const startedAt = microphone.kind === 'live' ? microphone.startedAtMilliseconds : undefined
    this.leftRecording = { liveId: live.id, name: `${live.name} ${timeStamp(startedAt)}` }
  }

  /** A long table was read to its end: its length and rate are known now. */
  async #takeKnownBetter(lab: LabClient, info: SignalInfo): Promise<void> {
    await this.#inTurn(async () => {
      if (info.id !== this.signal?.info.id) return
      try {
        await this.#restart(lab, info)
      } catch (error) {
        if (lab !== this.#parts.connection.lab) return // Its end is reported by main.
        this.#parts.messages.report(`${info.name} cannot be filtered`, error as Error)
      }
    })
  }

  /** Run the open signal anew: by another channel, or known better. */
  async #restart(lab: LabClient, info: SignalInfo): Promise<void> {
    const columns = Math.min(overviewColumns, info.sampleCount)
    const overview = await lab.readOverview({ signalId: info.id, channel: this.channel, columns })
    const origin = this.signal?.origin
    if (!origin) return
    await this.#parts.run(lab, info, () => (this.signal = { info, origin, overview }))
  }

  /** The record grows while it is made, and its picture gets better while it is looked through. */
  async #refreshOverview(lab: LabClient): Promise<void> {
    this.#overviewIsOld = true
    if (this.#refreshing) return
    this.#refreshing = true
    try {
      while (this.#overviewIsOld && this.signal) {
        this.#overviewIsOld = false
        const { signal } = this
        const columns = Math.min(overviewColumns, signal.info.sampleCount)
        const overview = await lab.readOverview({ signalId: signal.info.id, channel: this.channel, columns })
        if (signal !== this.signal) continue
        this.signal = { ...signal, overview }
        if (overview.isExact && !signal.overview.isExact) this.#parts.onExact()
      }
    } catch {
      // The signal was closed meanwhile.
    } finally {
      this.#refreshing = false
    }
  }
}
