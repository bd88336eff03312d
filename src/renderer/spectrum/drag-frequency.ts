/** What a dragged marker means in hertz: no finer than the screen can tell, and drawn to a peak nearby. Pure. */
import { frequencyAtPlace, placeOfFrequency, type FrequencyAxis } from '../../core/spectrum/frequency-axis'

/** A peak so near attracts the marker. */
const peakReachPixels = 6

export function draggedFrequency(
  place: number,
  axis: FrequencyAxis,
  { plotWidth, peaksHz, snaps }: { plotWidth: number; peaksHz: readonly number[]; snaps: boolean }
): number {
  const inside = Math.max(0, Math.min(1, place))
  const distance = (hertz: number) => Math.abs(placeOfFrequency(hertz, axis) - inside) * plotWidth
  const [nearest] = [...peaksHz].sort((a, b) => distance(a) - distance(b))
  // A peak's frequency is interpolated: five digits of it are meant.
  if (snaps && nearest !== undefined && distance(nearest) <= peakReachPixels) return Number(nearest.toPrecision(4))
  const hertz = frequencyAtPlace(inside, axis)
  const perPixel = Math.abs(frequencyAtPlace(inside + 1 / plotWidth, axis) - hertz)
  return roundedTo(hertz, perPixel)
}

/** The nearest multiple of the greatest 1-2-5 step that is no wider than `resolution`. */
export function roundedTo(value: number, resolution: number): number {
  const power = 10 ** Math.floor(Math.log10(resolution) + 1e-9)
  const step =
    [5, 2, 1].map((digit) => digit * power).find((candidate) => candidate <= resolution * (1 + 1e-9)) ?? power
  return Number((Math.round(value / step) * step).toPrecision(9))
}
