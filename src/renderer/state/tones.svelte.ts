/**
 * What the four selectors mean: tones found in the signal, known from its making, brought by a model or typed, in the
 * order of the keys. Knows nothing of streams.
 */
import type { FoundTone, SignalInfo } from '../../contract/lab'
import { mostTones, problemOfTone, type ToneLimits } from './tone-limits'

export interface Tone {
  readonly frequencyHz: number
  readonly origin: 'found' | 'mixed' | 'model' | 'typed' | 'usual'
  /** What the spectrum shows there; undefined where it shows no tone. */
  readonly evidence?: FoundTone
}

/** Where nothing says which tones are meant. */
const usualFrequenciesHz = [1, 3, 5, 7]

export class Tones {
  list = $state.raw<readonly Tone[]>([])
  /** The selector whose frequency is being typed. */
  editing = $state<number | null>(null)
  #opened = $state.raw<readonly Tone[]>([])
  #found = $state.raw<readonly FoundTone[]>([])
  #signal: SignalInfo | undefined
  readonly frequenciesHz = $derived(this.list.map(({ frequencyHz }) => frequencyHz))
  /** Whether the list is what the signal itself said when it was opened. */
  readonly areOfSignal = $derived(
    this.list.length === this.#opened.length &&
      this.list.every(({ frequencyHz }, selector) => frequencyHz === this.#opened[selector].frequencyHz)
  )

  /** The tones of another signal, in rising order: those it was mixed of, else those found in it, else the usual ones. */
  assign(signal: SignalInfo): void {
    this.#signal = signal
    this.#found = signal.foundTones
    this.editing = null
    const mixed = signal.truthFrequenciesHz ?? []
    if (mixed.length > 0) this.#take(mixed.slice(0, mostTones), 'mixed')
    else if (signal.foundTones.length > 0) this.takeFound(signal.foundTones)
    else this.#take(usualFrequenciesHz, 'usual')
    this.#opened = this.list
  }

  /** Whether these are the tones of this signal. */
  areOf({ id }: SignalInfo): boolean {
    return this.#signal?.id === id
  }

  /** The same signal, whose length and rate are known better: the tones stay. */
  knowBetter(signal: SignalInfo): void {
    this.#signal = signal
  }

  /** What a new look at the signal found. */
  takeFound(found: readonly FoundTone[]): void {
    this.#found = found
    this.#take(
      found.slice(0, mostTones).map(({ frequencyHz }) => frequencyHz),
      'found'
    )
  }

  /** Tones that the guard names: those of the signal, as far as there are selectors. */
  takeFrequencies(frequenciesHz: readonly number[]): void {
    this.#take(frequenciesHz.slice(0, mostTones), 'found')
  }

  /** Back to what the signal itself says. */
  reset(): void {
    this.list = this.#opened
  }

  /** A model with fixed frequencies brings its own, in its own order. */
  takeFromModel(frequenciesHz: readonly number[]): void {
    this.list = frequenciesHz.slice(0, mostTones).map((hertz) => this.#tone(hertz, 'model'))
  }

  /** Give a selector another frequency; the place after the last adds one. Undefined if done, else why it cannot be. */
  set(selector: number, hertz: number): string | undefined {
    const problem = this.problemOf(selector, hertz)
    if (problem !== undefined) return problem
    const list = [...this.list]
    list[Math.min(selector, list.length)] = this.#tone(hertz, 'typed')
    this.list = list
    return undefined
  }

  /** Why a selector cannot take this frequency; undefined if it can. */
  problemOf(selector: number, hertz: number): string | undefined {
    if (selector >= mostTones) return `There are ${mostTones} selectors.`
    if (!this.#signal) return 'Open a signal first.'
    const others = this.frequenciesHz.filter((_, index) => index !== selector)
    return problemOfTone(hertz, others, this.#signal)
  }

  /** The tones after it move up by one place; the last one stays, for a filter needs one. */
  remove(selector: number): void {
    if (this.list.length > 1) this.list = this.list.filter((_, index) => index !== selector)
  }

  /** What is filtered in truth: a model that was chosen for found tones has its own frequencies. */
  snapTo(frequenciesHz: readonly number[]): void {
    this.list = this.list.map((tone, selector) => ({
      ...tone,
      frequencyHz: frequenciesHz[selector] ?? tone.frequencyHz
    }))
  }

  get limits(): ToneLimits | undefined {
    return this.#signal
  }

  #take(frequenciesHz: readonly number[], origin: Tone['origin']): void {
    this.list = [...frequenciesHz].sort((a, b) => a - b).map((hertz) => this.#tone(hertz, origin))
  }

  #tone(frequencyHz: number, origin: Tone['origin']): Tone {
    const near = Math.max(0.06, 1e-3 * frequencyHz)
    const evidence = this.#found.find((found) => Math.abs(found.frequencyHz - frequencyHz) <= near)
    return { frequencyHz, origin, evidence }
  }
}
