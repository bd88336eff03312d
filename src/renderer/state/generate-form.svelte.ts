/** The form of "Generate": texts as typed, a sentence for each that cannot be used, and the recipe once all can. */

export interface Recipe {
  readonly frequenciesHz: number[]
  readonly sampleRate: number
  readonly durationSeconds: number
  readonly noise: number
  readonly phase: 'fixed' | 'random'
  readonly seed: number
}

export type FieldName = 'frequencies' | 'sampleRate' | 'duration' | 'noise' | 'seed'

const mostFrequencies = 16
const mostSamples = 50e6

type Checked<T> = { value: T; problem?: undefined } | { value?: undefined; problem: string }

export class GenerateForm {
  frequencies = $state('1, 3, 5, 7')
  sampleRate = $state('1000')
  duration = $state('10')
  noise = $state('0.3')
  phase = $state<'fixed' | 'random'>('random')
  seed = $state('1')

  readonly #checked = $derived.by(() => {
    const sampleRate = checkNumber(this.sampleRate, { least: 1, most: 1e6, unit: 'Hz' })
    const duration = checkNumber(this.duration, { least: 0.01, most: 3600, unit: 's' })
    return {
      sampleRate,
      frequencies: checkFrequencies(this.frequencies, sampleRate.value),
      duration: checkLength(duration, sampleRate.value),
      noise: checkNumber(this.noise, { least: 0, most: 1000, unit: '' }),
      seed: checkNumber(this.seed, { least: 0, most: 0xffffffff, unit: '', whole: true })
    } satisfies Record<FieldName, Checked<unknown>>
  })

  problemOf(field: FieldName): string | undefined {
    return this.#checked[field].problem
  }

  /** Null while a field has a problem. */
  get recipe(): Recipe | null {
    const { frequencies, sampleRate, duration, noise, seed } = this.#checked
    if (
      frequencies.value === undefined ||
      sampleRate.value === undefined ||
      duration.value === undefined ||
      noise.value === undefined ||
      seed.value === undefined
    ) {
      return null
    }
    return {
      frequenciesHz: frequencies.value,
      sampleRate: sampleRate.value,
      durationSeconds: duration.value,
      noise: noise.value,
      phase: this.phase,
      seed: seed.value
    }
  }
}

interface Limits {
  least: number
  most: number
  unit: string
  whole?: boolean
}

function checkNumber(text: string, { least, most, unit, whole = false }: Limits): Checked<number> {
  const value = parseNumber(text)
  const range = `${least} to ${most}${unit && ` ${unit}`}`
  if (value === undefined) return { problem: `Expected a number, ${range}.` }
  if (whole && !Number.isInteger(value)) return { problem: `Expected a whole number, ${range}.` }
  return value < least || value > most ? { problem: `Must be ${range}.` } : { value }
}

function checkFrequencies(text: string, sampleRate: number | undefined): Checked<number[]> {
  const parts = text.split(/[\s,;]+/).filter(Boolean)
  if (parts.length === 0) return { problem: 'Expected at least one frequency in Hz, for example "1, 3, 5, 7".' }
  if (parts.length > mostFrequencies)
    return { problem: `At most ${mostFrequencies} frequencies; there are ${parts.length}.` }
  const frequencies: number[] = []
  for (const part of parts) {
    const value = parseNumber(part)
    if (value === undefined || value <= 0) return { problem: `"${part}" is not a frequency above 0 Hz.` }
    if (sampleRate !== undefined && value >= sampleRate / 2) {
      return { problem: `${part} Hz needs a sample rate above ${2 * value} Hz.` }
    }
    if (frequencies.includes(value)) return { problem: `${part} Hz is there twice.` }
    frequencies.push(value)
  }
  return { value: frequencies }
}

function checkLength(duration: Checked<number>, sampleRate: number | undefined): Checked<number> {
  if (duration.value === undefined || sampleRate === undefined) return duration
  const samples = duration.value * sampleRate
  if (samples > mostSamples)
    return { problem: `That is ${Math.round(samples / 1e6)} million samples; the most is 50 million.` }
  return samples < 16 ? { problem: 'That is less than 16 samples.' } : duration
}

/** Plain decimal numbers only; a lone decimal comma cannot occur here because commas separate. */
function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : undefined
}
