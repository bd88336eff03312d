/** How the command line says how a file is to be read: options that replace what was detected. */
import {
  missingRules,
  sampleCodings,
  strangeRules,
  unevenRules,
  type ColumnChoice,
  type Delimiter,
  type ImportChoices,
  type SampleCoding
} from '../core/signal/import-choices'
import { openRecording, proposeFile, type OpenedRecording, type ReadOptions } from '../ml/signals/open-recording'
import { UsageError } from './command'
import { parseChoice, parseNumber } from './flags'

export const importOptions = {
  channels: { type: 'string', value: 'N,N,…', description: 'read these channels only, in this order, from 1' },
  mono: { type: 'boolean', description: 'make all channels one, their mean' },
  'sample-rate': { type: 'string', value: 'HZ', description: 'samples per second, instead of what the file says' },
  delimiter: { type: 'string', value: 'SIGN', description: 'what separates cells: comma, semicolon, tab, bar, blank' },
  decimal: { type: 'string', value: 'SIGN', description: 'the decimal sign of a table: point or comma' },
  missing: { type: 'string', value: 'RULE', description: `cells without a number: ${missingRules.join(', ')}` },
  uneven: { type: 'string', value: 'RULE', description: `uneven time stamps: ${unevenRules.join(', ')}` },
  part: { type: 'string', value: 'N', description: 'which part of a record that is split, from 1' },
  strange: {
    type: 'string',
    value: 'RULE',
    description: `samples that are NaN or infinite: ${strangeRules.join(', ')}`
  },
  raw: { type: 'string', value: 'CODING', description: `read samples without a header: ${sampleCodings.join(', ')}` },
  'raw-channels': { type: 'string', value: 'N', description: 'channels of samples without a header (default 1)' },
  'big-endian': { type: 'boolean', description: 'samples without a header have their high byte first' },
  offset: { type: 'string', value: 'BYTES', description: 'bytes before the first sample of a file without a header' }
} as const

export type ImportFlags = { readonly [Name in keyof typeof importOptions]?: string | boolean | undefined }

/** As detected, with what was given in its place. Throws UsageError or InputError. */
export async function openByFlags(
  path: string,
  flags: ImportFlags,
  reading: ReadOptions = {}
): Promise<OpenedRecording> {
  const given = Object.keys(importOptions).map((name) => flags[name as keyof ImportFlags])
  if (given.every((value) => value === undefined || value === false)) return openRecording(path, reading)
  const { choices } = text(flags.raw) === undefined ? await proposeFile(path) : { choices: rawChoices(flags) }
  return openRecording(path, { ...reading, choices: replaced(choices, flags) })
}

const delimiterNames: Readonly<Record<string, Delimiter>> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  bar: '|',
  blank: ' '
}

export function parseDelimiter(given: string): Delimiter {
  return delimiterNames[parseChoice('delimiter', given, Object.keys(delimiterNames))]
}

export function parseDecimal(given: string): '.' | ',' {
  return parseChoice('decimal', given, ['point', 'comma']) === 'comma' ? ',' : '.'
}

function text(flag: string | boolean | undefined): string | undefined {
  return typeof flag === 'string' ? flag : undefined
}

function rawChoices(flags: ImportFlags): ImportChoices {
  const count = (name: 'raw-channels' | 'offset', usual: number, low: number) =>
    parseNumber(name, text(flags[name]) ?? String(usual), { low, high: 1e15, integer: true })
  return {
    kind: 'raw',
    coding: parseChoice('raw', text(flags.raw)!, [...sampleCodings]) as SampleCoding,
    byteOrder: flags['big-endian'] === true ? 'big' : 'little',
    channelCount: count('raw-channels', 1, 1),
    offsetBytes: count('offset', 0, 0),
    sampleRate: 1,
    ...{ channels: null, strange: 'keep', monoMix: false }
  }
}

function replaced(choices: ImportChoices, flags: ImportFlags): ImportChoices {
  const rate = text(flags['sample-rate'])
  const sampleRate =
    rate === undefined ? choices.sampleRate : parseNumber('sample-rate', rate, { low: 1e-6, high: 1e9 })
  const channels = text(flags.channels) === undefined ? null : parseChannels(text(flags.channels)!)
  const monoMix = flags.mono === true
  if (choices.kind === 'table') {
    const { missing, uneven, part, delimiter, decimal } = flags
    return {
      ...choices,
      sampleRate,
      monoMix,
      columns: channels ? chosenColumns(choices.columns, channels) : choices.columns,
      missing: parseChoice('missing', text(missing) ?? choices.missing, [...missingRules]),
      uneven: parseChoice('uneven', text(uneven) ?? choices.uneven, [...unevenRules]),
      part: parseNumber('part', text(part) ?? '1', { low: 1, high: 1e6, integer: true }) - 1,
      delimiter: text(delimiter) === undefined ? choices.delimiter : parseDelimiter(text(delimiter)!),
      decimal: text(decimal) === undefined ? choices.decimal : parseDecimal(text(decimal)!)
    }
  }
  const strange = parseChoice('strange', text(flags.strange) ?? choices.strange, [...strangeRules])
  if (choices.kind === 'wav') return { ...choices, sampleRate, channels, monoMix, strange }
  if (rate === undefined) throw new UsageError('--sample-rate is needed for samples without a header')
  return { ...choices, sampleRate: sampleRate!, channels, monoMix, strange }
}

function parseChannels(given: string): number[] {
  return given.split(',').map((one) => parseNumber('channels', one, { low: 1, high: 1024, integer: true }) - 1)
}

/** Of a table a channel is a column; the order is that of the file. */
function chosenColumns(columns: readonly ColumnChoice[], channels: readonly number[]): ColumnChoice[] {
  const places = columns.flatMap(({ role }, place) => (role === 'channel' ? [place] : []))
  const absent = channels.find((channel) => channel >= places.length)
  if (absent !== undefined) {
    throw new UsageError(`--channels: expected numbers from 1 to ${places.length}. Received: ${absent + 1}`)
  }
  const chosen = new Set(channels.map((channel) => places[channel]))
  return columns.map((column, place) =>
    column.role === 'channel' && !chosen.has(place) ? { ...column, role: 'ignore' } : column
  )
}
