/**
 * Asynchronous successive halving (Li et al. 2020), in its stopping form: at each rung a trial goes on only if it is among the best
 * share of all that came so far, so nobody waits for anybody.
 */
export class SuccessiveHalving {
  readonly #rungs = new Map<number, number[]>()

  /** A first rung after `first` epochs, then each time `factor` times as many; one trial in `factor` goes on. */
  constructor(readonly settings: { readonly first: number; readonly factor: number }) {}

  /** Told a trial's least loss after so many epochs: may it go on? */
  goesOn(epoch: number, loss: number): boolean {
    if (!this.#isRung(epoch)) return true
    const losses = this.#rungs.get(epoch) ?? []
    losses.push(loss)
    this.#rungs.set(epoch, losses)
    if (Number.isNaN(loss)) return false
    const sorted = losses.filter((other) => !Number.isNaN(other)).sort((a, b) => a - b)
    const kept = Math.max(1, Math.floor(losses.length / this.settings.factor))
    return loss <= sorted[Math.min(kept, sorted.length) - 1]
  }

  #isRung(epoch: number): boolean {
    const { first, factor } = this.settings
    for (let rung = first; rung <= epoch; rung *= factor) if (rung === epoch) return true
    return false
  }
}
