/**
 * Noise whose power falls with frequency: pink by 10 dB a decade, brown by 20 dB. Made for a whole record at once, with
 * mean 0 and exactly the root mean square asked for, because the power of both has no limit towards low frequencies: it
 * depends on the length. Knows nothing of tones or files.
 */
import type { Random } from '../random'

export const noiseColours = ['pink', 'brown'] as const
export type NoiseColour = (typeof noiseColours)[number]

/** `rms` 0 draws nothing. */
export function colouredNoise(
  { colour, rms, sampleCount }: { colour: NoiseColour; rms: number; sampleCount: number },
  random: Random
): Float64Array {
  const noise = new Float64Array(sampleCount)
  if (rms === 0) return noise
  if (colour === 'pink') fillPink(noise, random)
  else fillBrown(noise, random)
  return scaleTo(noise, rms)
}

/** The running sum of white noise. */
function fillBrown(noise: Float64Array, random: Random): void {
  let sum = 0
  for (let n = 0; n < noise.length; n += 1) {
    sum += random.normal()
    noise[n] = sum
  }
}

/**
 * White noise through a chain of first-order sections, each a pole and a zero an octave above it, the next pole an
 * octave higher: half the fall of one pole, from the record's lowest frequency to half the sample rate. Computed: within 0.1 dB
 * of a straight line up to an eighth of the sample rate, within 2 dB up to its half.
 */
function fillPink(noise: Float64Array, random: Random): void {
  const sections = pinkSections(noise.length)
  const state = new Float64Array(sections.length)
  // The slow sections start empty: they run for another record, or as long as anyone can wait for.
  const warmUp = Math.min(noise.length, 2 ** 20)
  for (let n = -warmUp; n < noise.length; n += 1) {
    let value = random.normal()
    for (let index = 0; index < sections.length; index += 1) {
      const { pole, zero } = sections[index]
      const inner = value + pole * state[index]
      value = inner - zero * state[index]
      state[index] = inner
    }
    if (n >= 0) noise[n] = value
  }
}

/** Poles and zeros in the z plane, matched to frequencies in cycles a sample. */
function pinkSections(sampleCount: number): { pole: number; zero: number }[] {
  const sections: { pole: number; zero: number }[] = []
  for (let frequency = 0.45; frequency > 0.25 / sampleCount; frequency /= 4) {
    const place = (cycles: number) => Math.exp(-2 * Math.PI * cycles)
    sections.push({ pole: place(frequency / 2), zero: place(frequency) })
  }
  return sections
}

function scaleTo(noise: Float64Array, rms: number): Float64Array {
  let sum = 0
  for (const value of noise) sum += value
  const mean = sum / noise.length
  let power = 0
  for (let n = 0; n < noise.length; n += 1) {
    noise[n] -= mean
    power += noise[n] ** 2
  }
  const scale = power > 0 ? rms / Math.sqrt(power / noise.length) : 0
  for (let n = 0; n < noise.length; n += 1) noise[n] *= scale
  return noise
}
