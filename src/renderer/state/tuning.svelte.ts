/**
 * What the running filter is to do: the tones of the selectors, the model, the rival beside it, and the way back from
 * each change. Lets the stream follow; opens nothing and draws nothing.
 */
import type { Cure, ModelInfo, RivalChoice, SignalInfo, StreamInfo } from '../../contract/lab'
import { formatFrequency } from '../format'
import { chooseModel } from './choose-model'
import type { Connection } from './connection.svelte'
import { Guard } from './guard.svelte'
import type { Change, History } from './history.svelte'
import type { Messages } from './messages.svelte'
import type { Running, StreamStart } from './running.svelte'
import type { Stream } from './stream.svelte'
import { isLent } from './run-model'
import { nudgedTone } from './tone-limits'
import { Tones, type Tone } from './tones.svelte'

export interface TuningParts {
  readonly connection: Connection
  readonly messages: Messages
  readonly running: Running
  readonly history: History
  channel(): number
  /** The open signal at another rate. */
  resample(sampleRate: number): Promise<void>
}

/** What is wanted of the filter. */
interface Wish {
  readonly tones: readonly Tone[]
  /** The model that the user chose; undefined where the app chooses. */
  readonly modelId: string | undefined
  readonly delayed: boolean
  readonly rival: RivalChoice | null
}

const noModel = 'There is no model in the library; the installation is incomplete. Install the app anew.'

export class Tuning {
  readonly tones = new Tones()
  readonly guard = new Guard()
  /** A model that sees the future and was not run for it: why, and the offer to run it delayed. */
  refusedModel = $state.raw<{ modelId: string; reason: string } | null>(null)
  /** The classical filter that runs beside the network. */
  rival = $state.raw<RivalChoice | null>(null)
  readonly #parts: TuningParts
  #modelId: string | undefined
  #retuning = false
  #tonesChanged = false
  /** A model that sees the future may lag by as much as it looks ahead: only if the user says so. */
  #delayed = false
  #lastRival: RivalChoice = { id: 'kalman' }
  /** The wish of the newest filter that could be made, and of the stream that begins. */
  #ran: Wish = { tones: [], modelId: undefined, delayed: false, rival: null }
  #started = this.#ran
  /** The model that was chosen and has not run yet, and its step of undo. */
  #choice: { readonly model: ModelInfo; readonly step?: Change } | undefined

  readonly model = $derived.by<ModelInfo | undefined>(() => {
    const id = this.#parts.running.stream?.info.modelId
    return this.#parts.connection.models.find((model) => model.id === id)
  })

  constructor(parts: TuningParts) {
    this.#parts = parts
  }

  /** The model that the user chose; undefined where the app chose it. */
  get wantedModelId(): string | undefined {
    return this.#modelId
  }

  /** How a signal is filtered at first: by its own tones, and the open one, run anew, by those of the selectors. */
  startFor(signal: SignalInfo): StreamStart {
    const own = new Tones()
    own.assign(signal)
    const { list, frequenciesHz } = this.tones.areOf(signal) ? this.tones : own
    this.#started = { ...this.#wish, tones: list }
    const model = this.#chooseModel(this.#modelId, list, signal.sampleRate)
    const { rival, delayed } = this.#started
    return { channel: this.#parts.channel(), modelId: model.id, frequenciesHz, rival: rival ?? undefined, delayed }
  }

  /** The stream of this signal has begun; what was changed while it began is changed now. */
  takeStarted(signal: SignalInfo, info: StreamInfo): void {
    if (this.tones.areOf(signal)) this.tones.knowBetter(signal)
    else this.tones.assign(signal)
    this.#ran = this.#started
    this.#tonesChanged = false
    if (!isSameWish(this.#started, this.#wish)) return void this.#retune()
    this.#choice = undefined
    this.tones.snapTo(info.frequenciesHz)
    this.#ran = this.#wish
  }

  /** Whether the model fits what runs now. */
  askGuard(): void {
    const { lab } = this.#parts.connection
    const { stream } = this.#parts.running
    if (lab && stream) void this.guard.ask(lab, stream, this.#parts.channel())
  }

  /** A model with fixed frequencies brings them along; one that takes any leaves the tones as the signal says. */
  async chooseModel(modelId: string, delayed = false): Promise<void> {
    const model = this.#parts.connection.models.find(({ id }) => id === modelId)
    if (!model || !this.#parts.running.stream || (modelId === this.model?.id && !delayed)) return
    const before = this.#wish
    this.#modelId = modelId
    this.#delayed = delayed
    this.refusedModel = null
    if (model.selects === 'fixed') this.tones.takeFromModel(model.frequenciesHz)
    else if (this.tones.list.some(({ origin }) => origin === 'model')) this.tones.reset()
    // What is lent gives way to the next one: there would be nothing to go back to.
    this.#choice = { model, step: isLent(modelId) ? undefined : this.#remember(`Choose ${model.title}`, before) }
    await this.#retune()
  }

  /** Run a model that is in no library: weights of a training. */
  async runLent(model: ModelInfo): Promise<void> {
    this.#parts.connection.lend(model)
    await this.chooseModel(model.id)
  }

  /** Give a selector another frequency; undefined if it takes it, else the sentence that says why not. */
  setFrequency(selector: number, hertz: number): string | undefined {
    const problem = this.tones.problemOf(selector, hertz)
    if (problem !== undefined) return problem
    this.#changeTones(`Set tone ${selector + 1} to ${formatFrequency(hertz)}`, () => this.tones.set(selector, hertz), {
      mergeKey: `tone-${selector}`
    })
    return undefined
  }

  /** So many of its steps up or down, as far as it can go. */
  nudgeFrequency(selector: number, steps: number): string | undefined {
    const hertz = this.tones.frequenciesHz[selector]
    return hertz === undefined ? undefined : this.setFrequency(selector, nudgedTone(hertz, steps))
  }

  clearTone(selector: number): void {
    if (this.tones.list.length > 1) this.#changeTones(`Clear tone ${selector + 1}`, () => this.tones.remove(selector))
  }

  /** The tones as they were when the signal was opened. */
  resetTones(): void {
    this.#changeTones('Reset the tones', () => this.tones.reset())
  }

  /** Look for tones in what the screen shows; false where there are none, and the selectors stay as they are. */
  async findTones(): Promise<boolean> {
    const { connection, messages, running } = this.#parts
    const [lab, stream] = [connection.lab, running.stream]
    if (!lab || !stream) return false
    try {
      const { id, sampleCount } = stream.signal
      const { start, end } = running.view.range
      const range = { startSample: Math.max(0, Math.floor(start)), endSample: Math.min(sampleCount, Math.ceil(end)) }
      const found = await lab.findTones({ signalId: id, channel: this.#parts.channel(), ...range })
      if (found.length === 0 || stream !== running.stream) return false
      this.#changeTones('Find tones', () => this.tones.takeFound(found))
      return true
    } catch (error) {
      messages.report('The tones could not be looked for', error as Error)
      return false
    }
  }

  /** What the domain guard offers, with one click; training is the training laboratory's. */
  async applyCure(cure: Cure): Promise<void> {
    if (cure.kind === 'run-delayed' && this.model) await this.chooseModel(this.model.id, true)
    if (cure.kind === 'resample') await this.#parts.resample(cure.sampleRate)
    if (cure.kind === 'use-universal') {
      this.#changeTones('Use the universal filter', () => {
        // The wish for another model ends; where these tones would bring that model back, the cure is a wish itself.
        this.#modelId = undefined
        this.tones.takeFrequencies(cure.frequenciesHz)
        const sampleRate = this.#parts.running.stream?.signal.sampleRate ?? 0
        const model = chooseModel(this.#parts.connection.models, undefined, this.tones.list, sampleRate)
        if (model?.id !== cure.modelId) this.#modelId = cure.modelId
      })
    }
  }

  /** Run a classical filter beside the network, or none; undefined if it does, else the sentence that says why not. */
  async chooseRival(rival: RivalChoice | null): Promise<string | undefined> {
    const { stream } = this.#parts.running
    const before = this.rival
    if (!stream) return 'No filter is running.'
    this.rival = rival
    try {
      await this.#retuneOnce(stream)
      if (rival) this.#lastRival = rival
      return undefined
    } catch (error) {
      this.rival = before
      return (error as Error).message
    }
  }

  /** The rival of the last time, on or off. */
  async toggleRival(): Promise<void> {
    const problem = await this.chooseRival(this.rival === null ? this.#lastRival : null)
    if (problem !== undefined) this.#parts.messages.report('This rival cannot run here', new Error(problem))
  }

  get #wish(): Wish {
    return { tones: this.tones.list, modelId: this.#modelId, delayed: this.#delayed, rival: this.rival }
  }

  #chooseModel(wanted: string | undefined, tones: readonly Tone[], sampleRate: number): ModelInfo {
    const model = chooseModel(this.#parts.connection.models, wanted, tones, sampleRate)
    if (!model) throw new Error(noModel)
    return model
  }

  #changeTones(title: string, change: () => void, part: Pick<Change, 'mergeKey'> = {}): void {
    const before = this.#wish
    change()
    this.#remember(title, before, part)
    void this.#retune()
  }

  /** A step between tones and model as they were and as they are now. */
  #remember(title: string, before: Wish, part: Pick<Change, 'mergeKey'> = {}): Change {
    const goTo = (wish: Wish) => () => {
      this.#take(wish)
      this.refusedModel = null
      void this.#retune()
    }
    const step = { title, undo: goTo(before), redo: goTo(this.#wish), ...part }
    this.#parts.history.add(step)
    return step
  }

  /** The rival stays: it has a switch of its own. */
  #take({ tones, modelId, delayed }: Wish): void {
    this.tones.list = tones
    this.#modelId = modelId
    this.#delayed = delayed
  }

  /** Let the stream follow tones and model. One change is under way at a time; of several that wait only the newest. */
  async #retune(): Promise<void> {
    const { history, messages, running } = this.#parts
    this.#tonesChanged = true
    if (this.#retuning) return
    this.#retuning = true
    const stream = running.stream
    try {
      while (stream && this.#tonesChanged) {
        this.#tonesChanged = false
        const choice = this.#choice
        await this.#retuneOnce(stream)
        if (stream !== running.stream) break
        if (choice === this.#choice) this.#choice = undefined
        messages.dismissProblem()
      }
    } catch (error) {
      if (stream !== running.stream) return
      const { model, step } = this.#choice ?? {}
      const isRefused = model && !model.causal && !this.#delayed
      // What ran goes on: the selectors must not show what is not filtered.
      this.#tonesChanged = false
      this.#choice = undefined
      this.#take(this.#ran)
      if (step) history.forget(step)
      const failure = model ? 'This model cannot run on this signal' : 'These tones cannot be filtered'
      if (isRefused) this.refusedModel = { modelId: model.id, reason: (error as Error).message }
      else messages.report(failure, error as Error)
    } finally {
      this.#retuning = false
      // Another stream of the same signal took its place.
      if (this.#tonesChanged && stream !== running.stream) void this.#retune()
    }
  }

  /** Tones, model and rival as they are wanted now, at the same place of the same stream. */
  async #retuneOnce(stream: Stream): Promise<void> {
    const { running } = this.#parts
    const { frequenciesHz } = this.tones
    const wish = this.#wish
    const model = this.#chooseModel(wish.modelId, wish.tones, stream.signal.sampleRate)
    await stream.retune({
      ...{ modelId: model.id, frequenciesHz, rival: wish.rival ?? undefined, delayed: wish.delayed },
      historySamples: running.timeBaseSeconds * stream.signal.sampleRate
    })
    if (stream !== running.stream) return
    if (!this.#tonesChanged) this.tones.snapTo(stream.info.frequenciesHz)
    this.#ran = this.#tonesChanged ? wish : { ...wish, tones: this.tones.list }
    running.picture.refresh()
    this.askGuard()
  }
}

function isSameWish(one: Wish, other: Wish): boolean {
  const frequencies = ({ tones }: Wish) => tones.map(({ frequencyHz }) => frequencyHz).join()
  return (
    frequencies(one) === frequencies(other) &&
    one.modelId === other.modelId &&
    one.delayed === other.delayed &&
    one.rival === other.rival
  )
}
