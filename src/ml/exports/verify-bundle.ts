/** Is what a bundle says true here? The model is run on the slice again, and answer and figures are compared. */
import type { LoadedEngine } from '../engine/tensorflow'
import { answerOf, environmentOf, figuresOf } from './bundle'
import type { Bundle, Environment } from './bundle-format'

export interface BundleVerdict {
  readonly isReproduced: boolean
  /** "Reproduced within 1e-5", or what differs. */
  readonly sentence: string
  /** Between expected and found, in parts of the largest expected value; Infinity where one of them is no number. */
  readonly largestDifference: number
  /** One for each selector. */
  readonly selectors: readonly {
    readonly frequencyHz: number
    readonly largestDifference: number
    /** Sample of the largest difference. */
    readonly at: number
    /** R² against the clean tone as it stands in the bundle and as it was found; absent if no truth is known. */
    readonly r2?: { readonly stated: number; readonly found: number }
  }[]
  /** What is another here than where it was made, as sentences; none of it is an error. */
  readonly notes: readonly string[]
}

/** Throws InputError where the model cannot run on the slice at all. */
export async function verifyBundle(
  engine: Pick<LoadedEngine, 'tf' | 'kernels' | 'info'>,
  bundle: Bundle
): Promise<BundleVerdict> {
  const { description, model, signal, expected, truth } = bundle
  const { frequenciesHz, gain, tolerance, metrics } = description
  const found = await answerOf(
    engine,
    { model },
    { sampleRate: description.signal.sampleRate, frequenciesHz, gain, samples: signal }
  )
  const scale = largestOf(expected)
  const selectors = frequenciesHz.map((frequencyHz, index) => {
    const { largest, at } = largestDifference(expected[index], found[index])
    const target = truth[index]
    const stated = metrics[index]?.r2
    return {
      ...{ frequencyHz, largestDifference: largest / scale, at },
      ...(target && stated !== undefined ? { r2: { stated, found: figuresOf(target, found[index]).r2 } } : {})
    }
  })
  const worst = selectors.reduce((a, b) => (b.largestDifference > a.largestDifference ? b : a))
  // A figure moves by less than the answer does, unless the clean tones or the figure itself were changed.
  const wrongFigure = selectors.find(({ r2 }) => r2 && !(Math.abs(r2.stated - r2.found) <= 100 * tolerance))
  const isSame = worst.largestDifference <= tolerance
  return {
    isReproduced: isSame && !wrongFigure,
    sentence: isSame
      ? wrongFigure
        ? `It differs: R² of the ${wrongFigure.frequencyHz} Hz tone is said to be ${wrongFigure.r2!.stated}, found was ${wrongFigure.r2!.found}.`
        : `Reproduced within ${tolerance.toExponential()}: the largest difference is ${short(worst.largestDifference)} of full scale, over ${frequenciesHz.length} x ${signal.length} samples.`
      : `It differs: by ${short(worst.largestDifference)} of full scale at sample ${worst.at + 1} of the ${worst.frequencyHz} Hz tone; at most ${tolerance.toExponential()} was expected.`,
    largestDifference: worst.largestDifference,
    selectors,
    notes: notesOn(description.environment, environmentOf(engine))
  }
}

function largestDifference(expected: Float32Array, found: Float32Array): { largest: number; at: number } {
  let [largest, at] = [0, 0]
  for (let index = 0; index < expected.length; index += 1) {
    const difference = Math.abs(expected[index] - found[index])
    if (difference <= largest) continue
    ;[largest, at] = [Number.isNaN(difference) ? Infinity : difference, index]
    if (largest === Infinity) break
  }
  return { largest, at }
}

function largestOf(rows: readonly Float32Array[]): number {
  let largest = 0
  for (const row of rows) for (const value of row) largest = Math.max(largest, Math.abs(value))
  // Silence has no scale: any difference counts as it is.
  return largest > 0 && Number.isFinite(largest) ? largest : 1
}

const wordsFor: Readonly<Record<keyof Environment, string>> = {
  appVersion: 'version of Signal Lab',
  kernel: 'kernel',
  tensorflowVersion: 'version of TensorFlow',
  device: 'device',
  platform: 'platform',
  nodeVersion: 'version of Node'
}

function notesOn(made: Environment, here: Environment): string[] {
  return (Object.keys(wordsFor) as (keyof Environment)[])
    .filter((key) => made[key] !== here[key])
    .map((key) => `Another ${wordsFor[key]}: ${made[key]} where it was made, ${here[key]} here.`)
}

function short(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(2))) : 'infinitely much'
}
