/** The words for the choices of an import, as people read them. */
import type { ImportChoices, ImportPreview } from '../../contract/lab'

type Table = Extract<ImportChoices, { kind: 'table' }>
type Raw = Extract<ImportChoices, { kind: 'raw' }>
type Wav = Extract<ImportChoices, { kind: 'wav' }>

const optionsOf = <T extends string>(words: Readonly<Record<T, string>>) =>
  (Object.entries(words) as [T, string][]).map(([value, text]) => ({ value, text }))

export const textEncodings = optionsOf<Table['textEncoding']>({
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16, little-endian',
  'utf-16be': 'UTF-16, big-endian',
  'windows-1252': 'Windows-1252'
})

export const delimiters = optionsOf<Table['delimiter']>({
  ',': 'Comma',
  ';': 'Semicolon',
  '\t': 'Tab',
  '|': 'Pipe',
  ' ': 'Spaces'
})

export const decimals = optionsOf<Table['decimal']>({ '.': 'Point', ',': 'Comma' })

export const columnRoles = optionsOf<Table['columns'][number]['role']>({
  channel: 'Channel',
  time: 'Time',
  date: 'Date',
  clock: 'Clock',
  ignore: 'Leave out'
})

export const timeUnits = optionsOf<Table['timeUnit']>({
  s: 'Seconds',
  ms: 'Milliseconds',
  us: 'Microseconds',
  ns: 'Nanoseconds',
  min: 'Minutes',
  h: 'Hours',
  samples: 'Samples',
  'date-time': 'Date and time'
})

export const dateOrders = optionsOf<Table['dateOrder']>({
  ymd: 'Year, month, day',
  dmy: 'Day, month, year',
  mdy: 'Month, day, year'
})

export const missingRules = optionsOf<Table['missing']>({
  interpolate: 'A straight line between its neighbours',
  hold: 'The value before it',
  refuse: 'Refuse the file'
})

export const unevenRules = optionsOf<Table['uneven']>({
  'as-is': 'Take the samples as evenly spaced',
  resample: 'Resample evenly',
  split: 'Split at the gaps',
  refuse: 'Refuse the file'
})

export const strangeRules = optionsOf<Wav['strange']>({
  keep: 'Keep them',
  zero: 'Zero',
  hold: 'The value before it',
  interpolate: 'A straight line between their neighbours',
  refuse: 'Refuse the file'
})

export const codings = optionsOf<Raw['coding']>({
  unsigned8: '8 bits, unsigned',
  int8: '8 bits, signed',
  int16: '16 bits',
  int24: '24 bits',
  int32: '32 bits',
  int64: '64 bits',
  float32: '32-bit float',
  float64: '64-bit float',
  aLaw: 'A-law',
  muLaw: 'mu-law'
})

export const byteOrders = optionsOf<Raw['byteOrder']>({ little: 'Little-endian', big: 'Big-endian' })

type Fault = NonNullable<ImportPreview['timeSteps']>['faults'][number]

/** "3 gaps, the first in line 1024". */
export function describeFault({ kind, count, firstLine }: Fault): string {
  const many = count !== 1
  const words: Record<Fault['kind'], string> = {
    missing: many ? 'rows without a time' : 'row without a time',
    backward: many ? 'steps backward' : 'step backward',
    duplicate: many ? 'stamps twice' : 'stamp twice',
    gap: many ? 'gaps' : 'gap',
    jitter: many ? 'uneven steps' : 'uneven step'
  }
  return `${count.toLocaleString('en-US')} ${words[kind]}, ${many ? 'the first in' : 'in'} line ${firstLine}`
}
