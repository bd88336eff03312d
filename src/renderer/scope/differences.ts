/** Differences between two cursors in words: time, its inverse, samples. */
import { formatFrequency, formatSpan } from '../format'
import { writeNumber } from '../number-style.svelte'
import type { Difference } from '../state/cursors.svelte'

export function describeDifference({ seconds, hertz, samples }: Difference): string {
  const frequency = hertz === undefined ? '' : ` · ${formatFrequency(hertz)}`
  return `Δ ${formatSpan(seconds)}${frequency} · ${formatSamples(samples)}`
}

/** "1 sample", "12 samples", "−3.25 samples". */
export function formatSamples(samples: number): string {
  const rounded = Number(samples.toFixed(2))
  return `${writeNumber(String(rounded))} ${Math.abs(rounded) === 1 ? 'sample' : 'samples'}`
}
