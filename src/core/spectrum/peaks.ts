/** The peaks of a power spectrum that deserve a label. Knows nothing of screens. */
import type { Hertz } from '../units'
import { tapers, type TaperName } from './tapers'
import type { PowerSpectrum } from './welch'

export interface SpectrumPeak {
  readonly frequencyHz: Hertz
  /** Mean square of the tone. */
  readonly power: number
}

/** A peak must stand so far above the noise floor, as a ratio of powers: 12 dB. */
const leastOverFloor = 10 ** 1.2
/** Side lobes are told from tones within so many main lobes of a stronger peak. */
const sideLobeReach = 12

/**
 * At most `maxCount` peaks, the strongest first: local maxima above the floor that are no side lobe of a stronger one.
 * `paddingFactor` is the transform's length per piece's length: it widens the lobes.
 */
export function spectrumPeaks(
  { power, binHz }: PowerSpectrum,
  options: { taper: TaperName; floor: number; maxCount: number; paddingFactor?: number }
): SpectrumPeak[] {
  const { lobeBins, sideLobePower } = tapers[options.taper]
  const lobe = lobeBins * (options.paddingFactor ?? 1)
  const least = Math.max(0, options.floor) * leastOverFloor
  const candidates: number[] = []
  // What the mean's removal leaves looks like a peak within half a lobe of zero.
  for (let k = Math.max(1, Math.ceil(lobe / 2)); k < power.length - 1; k += 1) {
    if (power[k] > least && power[k] > power[k - 1] && power[k] >= power[k + 1]) candidates.push(k)
  }
  candidates.sort((a, b) => power[b] - power[a])
  const found: number[] = []
  for (const bin of candidates) {
    if (found.length === options.maxCount) break
    const explained = found.some((stronger) => {
      const distance = Math.abs(bin - stronger)
      return (
        distance < 1.5 * lobe || (distance < sideLobeReach * lobe && power[bin] < 2 * sideLobePower * power[stronger])
      )
    })
    if (!explained) found.push(bin)
  }
  return found.map((bin) => {
    const { shift, height } = parabolaTop(Math.log(power[bin - 1]), Math.log(power[bin]), Math.log(power[bin + 1]))
    return { frequencyHz: (bin + shift) * binHz, power: Math.exp(height) }
  })
}

/** The top of the parabola through three values one step apart: its place beside the middle one, and its height. */
export function parabolaTop(left: number, middle: number, right: number): { shift: number; height: number } {
  const bend = left - 2 * middle + right
  if (!(bend < 0) || !Number.isFinite(bend)) return { shift: 0, height: middle }
  const shift = (left - right) / (2 * bend)
  return { shift, height: middle - ((left - right) * shift) / 4 }
}
