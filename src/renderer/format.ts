/** Numbers as people read them: at most four digits, the unit always, in the style that the user has chosen. */
import { writeNumber } from './number-style.svelte'

export const noValue = '—'

/** "1.00 Hz", "440 Hz", "1.25 kHz". */
export function formatFrequency(hertz: number): string {
  const { digits, unit } = splitFrequency(hertz)
  return `${digits} ${unit}`
}

export function splitFrequency(hertz: number): { digits: string; unit: string } {
  if (hertz >= 999_500) return { digits: significant(hertz / 1e6), unit: 'MHz' }
  if (hertz >= 999.5) return { digits: significant(hertz / 1000), unit: 'kHz' }
  return { digits: significant(hertz), unit: 'Hz' }
}

/** A rate is exact: "44100 Hz", not "44.1 kHz". */
export function formatRate(hertz: number): string {
  return `${writeNumber(String(Number.isInteger(hertz) ? hertz : Number(hertz.toFixed(3))))} Hz`
}

/** A stretch of time: "10.0 s", "250 ms", "12 min 05 s". */
export function formatDuration(seconds: number): string {
  if (seconds >= 600) return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, '0')} s`
  if (seconds >= 1 || seconds === 0) return `${significant(seconds)} s`
  if (seconds >= 1e-3) return `${significant(seconds * 1000)} ms`
  return `${significant(seconds * 1e6)} µs`
}

/** A difference of times, with its sign: "−12.5 ms". */
export function formatSpan(seconds: number): string {
  const text = formatDuration(Math.abs(seconds))
  return seconds < 0 ? `−${text}` : text
}

/** A step of the time base, without trailing zeros: "4 s", "500 ms". */
export function formatStep(seconds: number): string {
  return seconds >= 1
    ? `${writeNumber(String(seconds))} s`
    : `${writeNumber(String(Number((seconds * 1000).toPrecision(6))))} ms`
}

/** A place in a record, with as many decimals as ticks of `step` seconds need. */
export function formatTime(seconds: number, step: number): string {
  return signed(seconds.toFixed(decimalsOf(step)))
}

export function formatDecibels(level: number): string {
  if (!Number.isFinite(level)) return level > 0 ? '∞ dB' : '−∞ dB'
  return `${signed(level.toFixed(1))} dB`
}

/** "97 %" of a share from 0 to 1. What is not quite certain is never shown as certain. */
export function formatPercent(share: number): string {
  return share > 0.99 ? '> 99 %' : `${Math.round(100 * share)} %`
}

/** A coefficient of determination; far below zero the digits say nothing more. */
export function formatR2(value: number): string {
  return value <= -10 ? '< −10' : signed(value.toFixed(3))
}

export function formatAmplitude(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e4)) return signed(value.toExponential(1))
  return signed(value.toFixed(size >= 100 ? 1 : 3))
}

export function formatCount(count: number): string {
  return writeNumber(String(count), true)
}

/** "812 ×"; four digits at most. */
export function formatFactor(factor: number): string {
  if (factor >= 10_000) return `${Math.round(factor / 1000)}k ×`
  return `${factor >= 100 ? Math.round(factor) : significant(factor)} ×`
}

/** How many decimals a multiple of `step` needs. */
export function decimalsOf(step: number): number {
  return Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-9)))
}

/** Three significant digits, never in exponent form. */
function significant(value: number): string {
  const decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2
  return writeNumber(value.toFixed(decimals))
}

function signed(text: string): string {
  return writeNumber(Number(text) === 0 ? text.replace('-', '') : text)
}
