/**
 * The filter that runs and what is seen of it: stream, view, picture and the verbs of the transport. Is told which model
 * and tones; decides neither.
 */
import { unitOfChannel } from '../../core/signal/channel-unit'
import type { RivalChoice, SignalInfo, StreamInfo } from '../../contract/lab'
import type { LabClient } from '../client'
import type { Connection } from './connection.svelte'
import { Cursors } from './cursors.svelte'
import type { History } from './history.svelte'
import type { Messages } from './messages.svelte'
import { newId } from './new-id'
import { Picture, type FrameScheduler } from './picture.svelte'
import type { Preferences } from './preferences.svelte'
import { ScopeOptions } from './scope-options.svelte'
import { Screen } from './screen.svelte'
import { Selection } from './selection.svelte'
import { speeds, Stream } from './stream.svelte'
import { nearestStep, timeBaseSteps } from './time-base'
import { mostTones } from './tone-limits'
import { View } from './view.svelte'

export interface RunningParts {
  readonly connection: Connection
  readonly messages: Messages
  readonly preferences: Preferences
  readonly history: History
  /** The open signal; undefined while there is none. */
  signal(): SignalInfo | undefined
  /** Which channel of the signal is shown. */
  channel(): number
}

/** How a stream begins. */
export interface StreamStart {
  readonly channel: number
  readonly modelId: string
  readonly frequenciesHz: number[]
  readonly rival?: RivalChoice
  readonly delayed: boolean
}

export class Running {
  stream = $state.raw<Stream>()
  hintVisible = $state(true)
  /** What part of the record is on the screen, and where the pointer is in it. */
  readonly view: View
  /** What part of the record is looped, measured, exported or trained on. */
  readonly selection = new Selection(() => this.#parts.signal()?.sampleCount ?? 0)
  readonly cursors: Cursors
  /** How the scope draws and triggers, and the verbs of its screen. */
  readonly scope: ScopeOptions
  readonly screen: Screen
  readonly picture: Picture
  readonly #parts: RunningParts

  readonly selectorCount = $derived(Math.min(mostTones, this.stream?.info.frequenciesHz.length ?? 0))
  readonly selector = $derived.by(() =>
    Math.min(this.#parts.preferences.current.selector, Math.max(0, this.selectorCount - 1))
  )
  readonly timeBases = $derived.by(() => {
    const signal = this.#parts.signal()
    return timeBaseSteps(signal?.sampleRate ?? 1000, signal?.durationSeconds ?? 10)
  })
  readonly timeBaseSeconds = $derived.by(() => this.view.spanSeconds)

  constructor(parts: RunningParts, schedule: FrameScheduler) {
    this.#parts = parts
    this.cursors = new Cursors(parts.history)
    this.view = new View(
      {
        sampleRate: () => parts.signal()?.sampleRate ?? 1000,
        sampleCount: () => parts.signal()?.sampleCount ?? 0,
        position: () => this.stream?.position ?? 0,
        timeBases: () => this.timeBases
      },
      () => this.#viewChanged()
    )
    this.scope = new ScopeOptions(parts.preferences, {
      usualUnit: () => unitOfChannel(parts.signal()?.channelNames[parts.channel()] ?? ''),
      onChange: () => this.picture.refresh()
    })
    const { view, selection, cursors, scope } = this
    this.screen = new Screen({
      ...{ options: scope, view, cursors, selection, picture: () => this.picture, stream: () => this.stream },
      steer: (action) => this.#steer(action)
    })
    this.picture = new Picture(
      { selector: () => this.selector, view, options: scope, live: this.screen.live },
      schedule,
      (error) => parts.messages.report('The traces could not be read', error)
    )
  }

  /** What a laboratory tells of its streams. */
  follow(lab: LabClient): void {
    lab.on('streamAdvanced', (event) => {
      if (event.streamId !== this.stream?.info.streamId || lab !== this.#parts.connection.lab) return
      this.stream.onAdvanced(event)
      this.picture.onAdvanced()
    })
    lab.on('streamFailed', ({ streamId, message }) => {
      if (streamId !== this.stream?.info.streamId) return
      this.#parts.messages.report('The filter stopped', new Error(message), { remedy: 'restart' })
    })
  }

  /**
   * Run a signal through a model; the stream before goes on until the new one is there. One of the same signal hands over
   * its place and how it is steered, as they are then: it begins standing at the start, where nothing is filtered.
   */
  async begin(lab: LabClient, signal: SignalInfo, start: StreamStart, onStarted: (info: StreamInfo) => void) {
    const goesOn = this.stream?.signal.id === signal.id
    const controls = { running: !goesOn, loop: this.#parts.preferences.current.loop, speed: 1 }
    const streamId = newId('stream')
    const info = await lab.startStream({ streamId, signalId: signal.id, ...start, startSample: 0, ...controls })
    const before = this.stream
    this.stream = new Stream(lab, info, signal, controls)
    onStarted(info)
    if (before && goesOn) {
      const historySamples = this.timeBaseSeconds * signal.sampleRate
      this.#steer((stream) => stream.takeOver(before, this.screen.looped, historySamples))
    }
    this.picture.follow(lab, this.stream)
    if (before) lab.stopStream({ streamId: before.info.streamId }).catch(() => undefined)
  }

  /** Nothing runs any more. */
  lose(): void {
    this.stream = undefined
  }

  /** Another signal is there: what stood at places of the one before is forgotten. */
  reset(): void {
    this.selection.clear()
    this.cursors.reset()
    this.screen.reset()
    this.view.reset(nearestStep(this.timeBases, this.#parts.preferences.current.timeBaseSeconds))
  }

  toggleRunning(): void {
    this.#steer((stream) => stream.setRunning(!stream.running))
  }

  setSpeed(speed: number): void {
    this.#steer((stream) => stream.setSpeed(speed))
  }

  changeSpeed(direction: -1 | 1): void {
    const index = speeds.indexOf(this.stream?.speed as (typeof speeds)[number])
    const next = speeds[index + direction]
    if (next !== undefined) this.setSpeed(next)
  }

  toggleLoop(): void {
    const { preferences } = this.#parts
    const loop = !preferences.current.loop
    preferences.change({ loop })
    this.#steer((stream) => stream.setLoop(loop))
  }

  /** Pause and move by a tenth of the screen. */
  step(direction: -1 | 1): void {
    this.#steer(async (stream) => {
      if (stream.running) await stream.setRunning(false)
      await this.#seekBy(stream, direction * 0.1)
    })
  }

  /** Move by a part of the screen's width, running or not: the place, or the view where the user holds it. */
  scrub(screens: number): void {
    if (this.view.following) this.#steer((stream) => this.#seekBy(stream, screens))
    else this.view.panScreens(screens)
  }

  toStart(): void {
    this.seek(0)
    if (!this.view.following) this.view.toStart()
  }

  seek(sample: number): void {
    this.#steer((stream) => stream.seek(sample, this.timeBaseSeconds * stream.signal.sampleRate))
  }

  select(selector: number): void {
    if (selector >= this.selectorCount) return
    this.hintVisible = false
    this.#parts.preferences.change({ selector })
    this.picture.refresh()
  }

  setTimeBase(timeBaseSeconds: number): void {
    this.view.endMove()
    this.view.setSpan(timeBaseSeconds)
  }

  changeTimeBase(direction: -1 | 1): void {
    this.view.zoomStep(direction)
  }

  #viewChanged(): void {
    const { view, stream } = this
    const { preferences } = this.#parts
    if (view.following && view.spanSeconds !== preferences.current.timeBaseSeconds) {
      preferences.change({ timeBaseSeconds: view.spanSeconds })
    }
    // While it runs a wider window fills by itself; a still picture is filtered again where it was not.
    if (view.following && stream && !stream.running) this.seek(stream.place)
    else this.picture.refresh()
  }

  #seekBy(stream: Stream, screens: number): Promise<void> {
    const width = this.timeBaseSeconds * stream.signal.sampleRate
    return stream.seek(stream.place + screens * width, width)
  }

  #steer(action: (stream: Stream) => Promise<void>): void {
    const stream = this.stream
    if (!stream) return
    action(stream).catch((error: Error) => {
      if (stream === this.stream) this.#parts.messages.report('The filter could not be steered', error)
    })
  }
}
