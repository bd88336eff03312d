/**
 * A bank of lock-in amplifiers: the mix brought to base band at each wanted frequency and down to ticks.
 *
 * Each sample is multiplied by cosine and sine of the wanted frequency, and both products are averaged under a Hann
 * taper over two ticks. The wanted tone becomes a constant pair (I, Q), its neighbours slow rotations, so one network
 * can serve every frequency. A tone a sin(theta + phase) gives I = a sin(phase), Q = a cos(phase), and comes back as
 * I cos(theta) + Q sin(theta). Ticks are placed as in tick-decimator.ts.
 */

export class LockInBank {
  /** The newest tick of each frequency. */
  readonly inPhase: Float64Array
  readonly quadrature: Float64Array
  readonly #turnCosine: Float64Array
  readonly #turnSine: Float64Array
  readonly #cosine: Float64Array
  readonly #sine: Float64Array
  /** The two ticks under way, for both products. */
  readonly #nearerI: Float64Array
  readonly #nearerQ: Float64Array
  readonly #fartherI: Float64Array
  readonly #fartherQ: Float64Array
  readonly #samplesPerTick: number
  #sample = 0
  #tick = 0

  /** `turns` are the wanted tones' angles from one sample to the next, in radians. */
  constructor({ turns, samplesPerTick }: { turns: readonly number[]; samplesPerTick: number }) {
    if (!(samplesPerTick >= 1))
      throw new RangeError(`Expected at least one sample a tick. Received: ${samplesPerTick}.`)
    const make = () => new Float64Array(turns.length)
    this.#samplesPerTick = samplesPerTick
    this.#turnCosine = Float64Array.from(turns, Math.cos)
    this.#turnSine = Float64Array.from(turns, Math.sin)
    this.#cosine = make().fill(1)
    this.#sine = make()
    this.inPhase = make()
    this.quadrature = make()
    this.#nearerI = make()
    this.#nearerQ = make()
    this.#fartherI = make()
    this.#fartherQ = make()
  }

  /** Cosine and sine of each wanted tone at the sample that `push` takes next. */
  get carriers(): { readonly cosine: Float64Array; readonly sine: Float64Array } {
    return { cosine: this.#cosine, sine: this.#sine }
  }

  /** Take one sample; true if it completes a tick, whose values stand in inPhase and quadrature then. */
  push(sample: number): boolean {
    const remaining = (this.#tick + 1) * this.#samplesPerTick - (this.#sample + 0.5)
    const near = (1 - Math.cos((Math.PI * remaining) / this.#samplesPerTick)) * sample
    const far = 2 * sample - near
    const cosines = this.#cosine
    const sines = this.#sine
    for (let tone = 0; tone < cosines.length; tone += 1) {
      const cosine = cosines[tone]
      const sine = sines[tone]
      this.#nearerI[tone] += near * cosine
      this.#nearerQ[tone] += near * sine
      this.#fartherI[tone] += far * cosine
      this.#fartherQ[tone] += far * sine
      cosines[tone] = cosine * this.#turnCosine[tone] - sine * this.#turnSine[tone]
      sines[tone] = sine * this.#turnCosine[tone] + cosine * this.#turnSine[tone]
    }
    this.#sample += 1
    if (this.#sample < (this.#tick + 1) * this.#samplesPerTick - 1e-9) return false
    this.#finishTick()
    return true
  }

  reset(): void {
    this.#cosine.fill(1)
    const sums = [this.#nearerI, this.#nearerQ, this.#fartherI, this.#fartherQ]
    for (const part of [this.#sine, this.inPhase, this.quadrature, ...sums]) part.fill(0)
    this.#sample = 0
    this.#tick = 0
  }

  #finishTick(): void {
    for (let tone = 0; tone < this.inPhase.length; tone += 1) {
      this.inPhase[tone] = this.#nearerI[tone] / this.#samplesPerTick
      this.quadrature[tone] = this.#nearerQ[tone] / this.#samplesPerTick
      // The product of turns drifts by rounding, about 1e-16 a sample: brought back to length one.
      const length = Math.hypot(this.#cosine[tone], this.#sine[tone])
      this.#cosine[tone] /= length
      this.#sine[tone] /= length
    }
    this.#nearerI.set(this.#fartherI)
    this.#nearerQ.set(this.#fartherQ)
    this.#fartherI.fill(0)
    this.#fartherQ.fill(0)
    this.#tick += 1
  }
}
