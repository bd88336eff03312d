/**
 * How a file is read, as plain data: every choice that detection makes and a user may change, what speaks for each of
 * them, and what the file looks like when it is read so. Knows nothing of files, bytes or screens.
 */
import type { Hertz, Samples, Seconds } from '../units'

export const textEncodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const
export type TextEncoding = (typeof textEncodings)[number]

export const delimiters = [',', ';', '\t', '|', ' '] as const
export type Delimiter = (typeof delimiters)[number]

export const decimals = ['.', ','] as const
export type Decimal = (typeof decimals)[number]

/**
 * What a column holds. `time` is the time stamp of the row, whatever its unit; `date` and `clock` are one stamp in two
 * columns. Of each there is at most one.
 */
export const columnRoles = ['channel', 'time', 'date', 'clock', 'ignore'] as const
export type ColumnRole = (typeof columnRoles)[number]

/** What a time stamp counts. `samples` needs a sample rate; `date-time` is a calendar date with or without a clock. */
export const timeUnits = ['s', 'ms', 'us', 'ns', 'min', 'h', 'samples', 'date-time'] as const
export type TimeUnit = (typeof timeUnits)[number]

export const dateOrders = ['ymd', 'dmy', 'mdy'] as const
export type DateOrder = (typeof dateOrders)[number]

/** What becomes of a cell without a number: a straight line between its neighbours, the value before it, or an error. */
export const missingRules = ['interpolate', 'hold', 'refuse'] as const
export type MissingRule = (typeof missingRules)[number]

/**
 * What becomes of time stamps that are not evenly spaced. `as-is`: the samples are taken as evenly spaced, in the order
 * of the file. `resample`: a straight line through the samples is read at even steps. `split`: a new part begins at
 * each gap and at each step backward. `refuse`: an error.
 */
export const unevenRules = ['as-is', 'resample', 'split', 'refuse'] as const
export type UnevenRule = (typeof unevenRules)[number]

/** What becomes of samples that are NaN or infinite. */
export const strangeRules = ['keep', 'zero', 'hold', 'interpolate', 'refuse'] as const
export type StrangeRule = (typeof strangeRules)[number]

export const sampleCodings = [
  'unsigned8',
  'int8',
  'int16',
  'int24',
  'int32',
  'int64',
  'float32',
  'float64',
  'aLaw',
  'muLaw'
] as const
/** How one sample is stored. */
export type SampleCoding = (typeof sampleCodings)[number]

export interface ColumnChoice {
  readonly name: string
  /** As the file says it, "ms" or "V"; empty if it does not. */
  readonly unit: string
  readonly role: ColumnRole
}

/** CSV, TSV, TXT. Lines count from 1. */
export interface TableChoices {
  readonly kind: 'table'
  readonly textEncoding: TextEncoding
  readonly delimiter: Delimiter
  readonly decimal: Decimal
  /** Line of the first row of numbers; what stands above is header and preamble. */
  readonly firstLine: number
  /** One for each column of the table. */
  readonly columns: readonly ColumnChoice[]
  readonly timeUnit: TimeUnit
  /** For dates that are not written year first. */
  readonly dateOrder: DateOrder
  /** Replaces what the time column says; null takes it from there. */
  readonly sampleRate: Hertz | null
  readonly missing: MissingRule
  readonly uneven: UnevenRule
  /** Of several parts, which one is read, from 0. */
  readonly part: number
  /** All channels become one, their mean. */
  readonly monoMix: boolean
}

export interface WavChoices {
  readonly kind: 'wav'
  /** Replaces what the header says. */
  readonly sampleRate: Hertz | null
  /** Which channels are read, from 0, in this order; null reads all. */
  readonly channels: readonly number[] | null
  readonly strange: StrangeRule
  readonly monoMix: boolean
}

/** Samples without a header. */
export interface RawChoices {
  readonly kind: 'raw'
  readonly coding: SampleCoding
  readonly byteOrder: 'little' | 'big'
  readonly channelCount: number
  /** Bytes before the first sample. */
  readonly offsetBytes: number
  readonly sampleRate: Hertz
  readonly channels: readonly number[] | null
  readonly strange: StrangeRule
  readonly monoMix: boolean
}

export type ImportChoices = TableChoices | WavChoices | RawChoices

/** Why a choice was made. */
export interface Evidence {
  /** The choice it speaks for: a field of the choices. */
  readonly about: string
  readonly sentence: string
}

/** What detection found: the choices, what speaks for them, and what the file leaves open. */
export interface ImportProposal {
  readonly choices: ImportChoices
  readonly evidence: readonly Evidence[]
  /** Questions that the file does not answer; while there are some, the user should see the choices before the signal. */
  readonly questions: readonly string[]
}

/** The steps of a time column, sorted into bins; the samples before any choice about uneven time. */
export interface TimeSteps {
  readonly count: number
  readonly medianSeconds: Seconds
  readonly leastSeconds: Seconds
  readonly greatestSeconds: Seconds
  /** One more than counts: bin n holds steps from edge n on, below edge n + 1 (the last one with its edge). */
  readonly edgesSeconds: readonly Seconds[]
  readonly counts: readonly number[]
  /** What is wrong with the time, with the first line where it is; empty for an even time. */
  readonly faults: readonly TimeFault[]
}

export interface TimeFault {
  /**
   * `missing`: no stamp. `backward`, `duplicate`: the time does not increase. `gap`: a step of more than one and a half
   * of the usual one. `jitter`: another step that differs from the usual one by more than 1 %.
   */
  readonly kind: 'missing' | 'backward' | 'duplicate' | 'gap' | 'jitter'
  readonly count: number
  readonly firstLine: number
}

/** How the beginning of a file reads with some choices; everything a dialog shows. */
export interface ImportPreview {
  /** For people: "16-bit integer", "semicolon, decimal comma". */
  readonly encoding: string
  readonly sampleRate: Hertz
  readonly channelNames: readonly string[]
  /** Of the whole file; for a long table estimated from its beginning. */
  readonly sampleCount: Samples
  readonly isEstimate: boolean
  /** The first lines of a table as they stand in the file, and the same as cells. */
  readonly lines: readonly { readonly line: number; readonly text: string }[]
  readonly rows: readonly { readonly line: number; readonly cells: readonly string[] }[]
  /** The samples that were looked at, as least and greatest value of each column. */
  readonly plot: readonly { readonly min: Float32Array; readonly max: Float32Array }[]
  readonly plotSamples: Samples
  readonly timeSteps: TimeSteps | null
  /** How many parts `split` gives in what was looked at; 1 for any other choice. */
  readonly partCount: number
  /** One sentence for each thing that was repaired or assumed. */
  readonly warnings: readonly string[]
  /** Why the choices give no signal; then everything but lines and rows is empty. */
  readonly problem: string | null
}
