/** How far a study is, and how long it still takes. Trials that were known before cost nothing and tell nothing of the pace. */

export class StudyPace {
  /** The trial under way, from 1. */
  trial = 0
  #trialShare = 0
  #began: number | undefined
  /** Trials that were trained since, before the one under way. */
  #trained = 0
  #isKnown = true

  constructor(readonly trialCount: number) {}

  /** The next trial begins, at this time in milliseconds. */
  begin(now: number, isKnown: boolean): void {
    if (this.trial > 0 && !this.#isKnown) this.#trained += 1
    this.trial += 1
    this.#trialShare = 0
    this.#isKnown = isKnown
    if (!isKnown) this.#began ??= now
  }

  /** So much of the trial under way is done, 0 to 1. */
  advance(share: number): void {
    this.#trialShare = Math.min(1, share)
  }

  at(now: number): { share: number; secondsLeft: number | null } {
    const done = Math.max(0, this.trial - 1) + this.#trialShare
    const trained = this.#trained + this.#trialShare
    const share = done / this.trialCount
    if (this.#began === undefined || trained === 0) return { share, secondsLeft: null }
    return { share, secondsLeft: ((now - this.#began) / 1000 / trained) * (this.trialCount - done) }
  }
}
