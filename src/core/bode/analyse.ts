/** What an answer says of the filter that gave it. Knows nothing of filters. */
import { fitAmplitudes } from '../filters/least-squares'
import type { ToneTask } from '../filters/tone-filter'
import { amplitudeToDecibels, powerToDecibels, type Decibels, type Hertz, type Radians, type Seconds } from '../units'
import type { Stimulus } from './stimuli'

export interface Response {
  readonly frequencyHz: Hertz
  readonly gain: number
  readonly phaseRadians: Radians
}

/** Gain and phase at the sine that was asked, and what came besides: the harmonics against the fundamental. */
export function analyseSine(
  task: ToneTask,
  { frequencyHz, amplitude }: { frequencyHz: Hertz; amplitude: number },
  { measureFrom }: Stimulus,
  answer: ArrayLike<number>
): Response & { readonly thdDb: Decibels } {
  const { sampleRate } = task
  const harmonics = [1, 2, 3, 4, 5].map((n) => n * frequencyHz).filter((frequency) => frequency < 0.49 * sampleRate)
  const [fundamental, ...others] = fitAmplitudes(answer, { sampleRate, frequenciesHz: harmonics }, measureFrom)
  const size = Math.hypot(fundamental.sine, fundamental.cosine)
  const power = others.reduce((sum, { sine, cosine }) => sum + sine * sine + cosine * cosine, 0)
  return {
    frequencyHz,
    gain: size / amplitude,
    phaseRadians: Math.atan2(fundamental.cosine, fundamental.sine),
    thdDb: powerToDecibels(power / (size * size))
  }
}

/** The strongest product of two tones that stand `apart` from each other, against the first tone's own answer. */
export function intermodulationDb(
  task: ToneTask,
  { firstHz, secondHz }: { firstHz: Hertz; secondHz: Hertz },
  { measureFrom }: Stimulus,
  answer: ArrayLike<number>
): Decibels {
  const apart = Math.abs(secondHz - firstHz)
  const products = [2 * firstHz - secondHz, 2 * secondHz - firstHz, apart, firstHz + secondHz].filter(
    (frequency) => frequency > 0 && frequency < 0.49 * task.sampleRate
  )
  const frequenciesHz = [firstHz, secondHz, ...distinct(products, [firstHz, secondHz], apart / 20)]
  const [first, , ...others] = fitAmplitudes(answer, { sampleRate: task.sampleRate, frequenciesHz }, measureFrom)
  const sizes = others.map(({ sine, cosine }) => Math.hypot(sine, cosine))
  return amplitudeToDecibels(Math.max(0, ...sizes) / Math.hypot(first.sine, first.cosine))
}

function distinct(frequencies: readonly Hertz[], taken: readonly Hertz[], distance: Hertz): Hertz[] {
  return frequencies.filter((frequency, index) =>
    [...taken, ...frequencies.slice(0, index)].every((other) => Math.abs(other - frequency) > distance)
  )
}

/**
 * The answer to a sweep over the sweep, at one frequency: both Fourier sums taken there. The group delay is the
 * difference of the middles of both in time, Re(sum n y z^-n / sum y z^-n), so it needs no neighbouring frequency.
 */
export function analyseSweep(
  { sampleRate }: ToneTask,
  frequencyHz: Hertz,
  input: ArrayLike<number>,
  answer: ArrayLike<number>
): Response & { readonly groupDelaySeconds: Seconds } {
  const turn = (2 * Math.PI * frequencyHz) / sampleRate
  const asked = fourierSums(input, turn)
  const found = fourierSums(answer, turn)
  const ratio = divide(found.sum, asked.sum)
  const delay = divide(found.moment, found.sum).re - divide(asked.moment, asked.sum).re
  return {
    frequencyHz,
    gain: Math.hypot(ratio.re, ratio.im),
    phaseRadians: Math.atan2(ratio.im, ratio.re),
    groupDelaySeconds: delay / sampleRate
  }
}

interface Complex {
  readonly re: number
  readonly im: number
}

function fourierSums(samples: ArrayLike<number>, turn: number): { sum: Complex; moment: Complex } {
  let [re, im, momentRe, momentIm] = [0, 0, 0, 0]
  for (let n = 0; n < samples.length; n += 1) {
    const value = samples[n]
    const cosine = value * Math.cos(turn * n)
    const sine = -value * Math.sin(turn * n)
    re += cosine
    im += sine
    momentRe += n * cosine
    momentIm += n * sine
  }
  return { sum: { re, im }, moment: { re: momentRe, im: momentIm } }
}

function divide(a: Complex, b: Complex): Complex {
  const power = b.re * b.re + b.im * b.im
  return { re: (a.re * b.re + a.im * b.im) / power, im: (a.im * b.re - a.re * b.im) / power }
}

/** Group delay at each of ascending frequencies by the slope of the unwrapped phase between its neighbours. */
export function groupDelays(responses: readonly Response[]): Seconds[] {
  const phases: Radians[] = []
  responses.forEach(({ phaseRadians }, index) => {
    const before = phases[index - 1] ?? phaseRadians
    phases.push(phaseRadians - 2 * Math.PI * Math.round((phaseRadians - before) / (2 * Math.PI)))
  })
  return responses.map((_, index) => {
    const from = Math.max(0, index - 1)
    const to = Math.min(responses.length - 1, index + 1)
    const turns = 2 * Math.PI * (responses[to].frequencyHz - responses[from].frequencyHz)
    return turns === 0 ? NaN : (phases[from] - phases[to]) / turns
  })
}

/** How far the answer to a sum is from the sum of the answers, in power; -Infinity for a linear filter. */
export function superpositionErrorDb(
  whole: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>
): Decibels {
  let power = 0
  let error = 0
  for (let n = 0; n < whole.length; n += 1) {
    power += whole[n] * whole[n]
    error += (whole[n] - first[n] - second[n]) ** 2
  }
  return powerToDecibels(error / power)
}
