/**
 * Whether what was open last may come back. What the program ended over twice before it had stood for a while is left out,
 * so that no start ends as the one before. Knows nothing of Electron.
 */
import * as v from 'valibot'
import type { JsonFileKind, JsonStore } from './json-store'

const Ends = v.pipe(v.number(), v.integer(), v.minValue(0))

export const sessionTrialFile: JsonFileKind<typeof Ends> = {
  title: 'marks of the last start',
  key: 'ends',
  schema: Ends,
  usual: 0
}

const allowedEnds = 2
const provenMilliseconds = 10_000

export class SessionTrial {
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly store: JsonStore<typeof Ends>) {}

  /** True if it may come back now. Until it is proven this counts as an end: nobody can write one down. */
  async begin(): Promise<boolean> {
    const mayComeBack = this.store.current < allowedEnds
    await this.#note(mayComeBack ? this.store.current + 1 : 0)
    return mayComeBack
  }

  /** The page is there. */
  watch(): void {
    this.doubt()
    this.#timer = setTimeout(() => void this.prove(), provenMilliseconds)
  }

  /** The page is gone. */
  doubt(): void {
    clearTimeout(this.#timer)
  }

  /** It stood for a while, or the program ends as it should. */
  async prove(): Promise<void> {
    this.doubt()
    if (this.store.current > 0) await this.#note(0)
  }

  /** Where nothing can be written, nothing was kept that could come back. */
  async #note(ends: number): Promise<void> {
    await this.store.save(ends).catch(() => undefined)
  }
}
