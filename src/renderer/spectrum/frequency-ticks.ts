/** Ticks of an axis of frequency: in 1-2-5 steps on a linear one, at 1-2-5 of each decade on a logarithmic one. */
import { placeOfFrequency, type FrequencyAxis } from '../../core/spectrum/frequency-axis'
import { decimalsOf } from '../format'
import { writeNumber } from '../number-style.svelte'
import { tickStep } from '../scope/time-ticks'

export interface FrequencyTick {
  readonly hertz: number
  /** From 0 to 1 along the axis. */
  readonly place: number
  /** Without a unit; empty for a line of the grid alone. */
  readonly label: string
}

/** A label takes so much of the axis at least. */
export function frequencyTicks(axis: FrequencyAxis, most: number): FrequencyTick[] {
  const hertz = axis.scale === 'linear' ? linearTicks(axis, most) : logTicks(axis, most)
  return hertz.map(({ hertz, label }) => ({ hertz, label, place: placeOfFrequency(hertz, axis) }))
}

function linearTicks({ lowHz, highHz }: FrequencyAxis, most: number): { hertz: number; label: string }[] {
  const step = tickStep(highHz - lowHz, most)
  const ticks = []
  for (let index = Math.ceil(lowHz / step - 1e-9); index * step <= highHz * (1 + 1e-9); index += 1) {
    ticks.push({ hertz: index * step, label: labelOf(index * step, step) })
  }
  return ticks
}

function logTicks({ lowHz, highHz, ...axis }: FrequencyAxis, most: number): { hertz: number; label: string }[] {
  const decades = Math.log10(highHz / lowHz)
  // Within less than a decade there are too few of them.
  if (decades < 1) return linearTicks({ lowHz, highHz, ...axis }, most)
  const labelled = most >= 3 * decades ? [1, 2, 5] : [1]
  const ticks = []
  for (let power = Math.floor(Math.log10(lowHz)); power <= Math.log10(highHz) + 1e-9; power += 1) {
    for (const digit of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const hertz = Number((digit * 10 ** power).toPrecision(3))
      if (hertz < lowHz * (1 - 1e-9) || hertz > highHz * (1 + 1e-9)) continue
      ticks.push({ hertz, label: labelled.includes(digit) ? labelOf(hertz, 10 ** power) : '' })
    }
  }
  return ticks
}

function labelOf(hertz: number, step: number): string {
  if (hertz >= 1000) return `${writeNumber((hertz / 1000).toFixed(decimalsOf(step / 1000)))}k`
  return writeNumber(hertz.toFixed(decimalsOf(step)))
}
