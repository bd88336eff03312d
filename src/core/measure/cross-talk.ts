/**
 * Which tone leaks into which output: for each asked frequency the level of every tone, against that tone in the mix.
 *
 * Measured on the running outputs, by fitting all tones together (least squares) to the mix and to each output over
 * the same piece. Knows nothing of filters. A tone alone would be simpler to read, but no filter here is linear: what
 * it does to one tone depends on the others, so they are measured in each other's company.
 */
import { amplitudeToDecibels, type Decibels, type Hertz } from '../units'
import { fitTones, type ToneFit } from './tone-fit'

export interface CrossTalk {
  /** [asked][leaked]: 20 log10 of output amplitude over mix amplitude; the diagonal is 0 for a filter of gain one. */
  readonly levelDb: readonly (readonly (Decibels | null)[])[]
  /** [asked][leaked]: below this the level says nothing, for the output's own noise makes as much by chance. */
  readonly floorDb: readonly (readonly (Decibels | null)[])[]
}

/** The amplitude that noise alone exceeds in one of a hundred pieces, in its standard deviations: sqrt(2 ln 100). */
const surely = Math.sqrt(2 * Math.log(100))

/** Undefined where the piece is too short to tell the tones apart. A tone that the mix does not hold is null. */
export function crossTalk(
  mix: Float32Array,
  outputs: readonly Float32Array[],
  { frequenciesHz, sampleRate }: { frequenciesHz: readonly Hertz[]; sampleRate: Hertz }
): CrossTalk | undefined {
  const fitOf = (samples: Float32Array) => fitTones(samples, { frequenciesHz, sampleRate })
  const inMix = fitOf(mix)
  const inOutputs = outputs.map(fitOf)
  if (!inMix || inOutputs.some((fit) => !fit)) return undefined
  const least = chanceAmplitude(inMix)
  const heard = (tone: number) => inMix.tones[tone].amplitude > least
  const against = (tone: number, amplitude: number) =>
    heard(tone) ? amplitudeToDecibels(amplitude / inMix.tones[tone].amplitude) : null
  return {
    levelDb: inOutputs.map((fit) => frequenciesHz.map((_, tone) => against(tone, fit!.tones[tone].amplitude))),
    floorDb: inOutputs.map((fit) => frequenciesHz.map((_, tone) => against(tone, chanceAmplitude(fit!))))
  }
}

/** Noise of mean square p puts a deviation of sqrt(2 p / n) into either part of a fitted tone. */
function chanceAmplitude({ residualPower, count }: ToneFit): number {
  return surely * Math.sqrt((2 * residualPower) / count)
}
