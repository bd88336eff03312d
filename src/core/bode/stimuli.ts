/**
 * What a filter is asked to find out how it answers: steady sines, a sweep, two tones at once, a mix in two parts.
 *
 * Times are in periods of the spacing of the tones, so the same plan suits every rate. Knows nothing of filters.
 */
import { sampledSpacingOf } from '../filters/rivals/define'
import type { ToneTask } from '../filters/tone-filter'
import { Random } from '../random'
import { toneAngle } from '../signal/synth'
import type { Hertz, Samples } from '../units'

/** An input, and the part of the answer that counts. */
export interface Stimulus {
  readonly samples: Float32Array
  readonly measureFrom: Samples
}

/** A filter has settled after so many periods of the spacing. */
const settlingPeriods = 16
const measuredPeriods = 6
/** A sine is heard for so many of its own periods at least. */
const leastOwnPeriods = 3

/** Around each tone, in spacings: dense where the answer changes fast. */
const offsets = [0.02, 0.05, 0.09, 0.14, 0.2, 0.28, 0.38, 0.5, 0.75]

/** Where the answer is measured: dense around every tone, by ratios beyond them; ascending. */
export function bodeFrequencies(task: ToneTask): Hertz[] {
  const { frequenciesHz, sampleRate } = task
  const spacing = sampledSpacingOf(task)
  const lowest = Math.min(...frequenciesHz)
  const highest = Math.max(...frequenciesHz)
  const top = 0.47 * sampleRate
  const wanted = frequenciesHz.flatMap((tone) => [
    tone,
    ...offsets.flatMap((offset) => [tone - offset * spacing, tone + offset * spacing])
  ])
  for (let frequency = lowest; frequency > lowest / 5; frequency /= 1.3) wanted.push(frequency)
  for (let frequency = highest; frequency < Math.min(5 * highest, top); frequency *= 1.3) wanted.push(frequency)
  const sorted = wanted.filter((frequency) => frequency >= lowest / 5 && frequency <= top).sort((a, b) => a - b)
  // Two that stand closer than the closest offset tell the same.
  return sorted.filter((frequency, index) => index === 0 || frequency - sorted[index - 1] > 0.01 * spacing)
}

/** One steady sine, phase 0 at the first sample. */
export function steadySine(task: ToneTask, frequencyHz: Hertz, amplitude: number): Stimulus {
  return steadyTones(task, [{ frequencyHz, amplitude }])
}

export function steadyTones(
  task: ToneTask,
  tones: readonly { readonly frequencyHz: Hertz; readonly amplitude: number }[]
): Stimulus {
  const { sampleRate } = task
  const period = sampleRate / sampledSpacingOf(task)
  const slowest = Math.min(...tones.map(({ frequencyHz }) => frequencyHz))
  const measureFrom = Math.ceil(settlingPeriods * period)
  const measured = Math.ceil(Math.max(measuredPeriods * period, (leastOwnPeriods * sampleRate) / slowest))
  const samples = Float32Array.from({ length: measureFrom + measured }, (_, sample) =>
    tones.reduce(
      (sum, { frequencyHz, amplitude }) => sum + amplitude * Math.sin(toneAngle({ frequencyHz, sampleRate, sample })),
      0
    )
  )
  return { samples, measureFrom }
}

/** A sine whose frequency rises by equal ratios in equal times from the lowest to the highest, then silence. */
export function chirp(
  task: ToneTask,
  { lowHz, highHz, amplitude }: { lowHz: Hertz; highHz: Hertz; amplitude: number }
): Float32Array {
  const { sampleRate } = task
  const period = sampleRate / sampledSpacingOf(task)
  const sweep = Math.ceil(Math.max(60 * period, (12 * sampleRate) / lowHz))
  const tail = Math.ceil(3 * settlingPeriods * period)
  const ratio = Math.log(highHz / lowHz)
  const cycles = (n: number) => ((lowHz * sweep) / sampleRate / ratio) * (Math.exp((ratio * n) / sweep) - 1)
  const edge = sweep / 20
  return Float32Array.from({ length: sweep + tail }, (_, n) => {
    if (n >= sweep) return 0
    // Rounded at both ends: a hard edge would sound at all frequencies.
    const taper = 0.5 - 0.5 * Math.cos(Math.PI * Math.min(1, n / edge, (sweep - n) / edge))
    return amplitude * taper * Math.sin(2 * Math.PI * cycles(n))
  })
}

/** Two parts of a mix: the wanted tone, and all the others with noise that is as strong as a tone. */
export function twoParts(task: ToneTask, selector: number, amplitude: number): [Float32Array, Float32Array] {
  const tones = task.frequenciesHz.map((frequencyHz) => ({ frequencyHz, amplitude }))
  const wanted = steadyTones(task, [tones[selector]]).samples
  const others = tones.filter((_, index) => index !== selector)
  const random = Random.derive(selector, 'superposition')
  const noise = Float32Array.from(wanted, () => amplitude * Math.SQRT1_2 * random.normal())
  const length = Math.min(wanted.length, others.length > 0 ? steadyTones(task, others).samples.length : wanted.length)
  const rest = others.length > 0 ? steadyTones(task, others).samples : new Float32Array(length)
  return [wanted.slice(0, length), noise.slice(0, length).map((value, n) => value + rest[n])]
}
