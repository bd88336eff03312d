/**
 * What a recording is, how it should be read and why, and how its beginning looks when it is read with given choices.
 * Looks at the beginning of the bytes only. Knows nothing of files.
 */
import type { ByteSource } from './byte-source'
import { readTable } from './csv'
import { detectTable, detectionBytes } from './csv-detect'
import { describeTable } from './csv-read'
import { eachRow, unifyLineEnds } from './csv-rows'
import { AsciiBytes, textOf } from './csv-text'
import { envelope } from './envelope'
import { kindOf } from './file-kind'
import type {
  Evidence,
  ImportChoices,
  ImportPreview,
  ImportProposal,
  RawChoices,
  SampleCoding,
  TableChoices
} from './import-choices'
import { InputError } from './signal'
import { checkSampleRate, describeCoding, isSampleRate, isWav, readWavHeader, type SampleLayout } from './wav-header'
import { bytesOf, decodeSamples } from './wav-samples'

export interface FullProposal extends ImportProposal {
  /** What is assumed or repaired if the choices are taken as they are, a sentence each. */
  readonly assumptions: readonly string[]
}

/** WAV by its header, anything else as a table. Throws InputError for what is neither. */
export function proposeImport(bytes: ByteSource): FullProposal {
  const head = bytes.read(0, detectionBytes)
  if (isWav(head)) return proposeWav(bytes)
  const kind = kindOf(head)
  if (kind) throw new InputError(`Expected a CSV or WAV file. Received: ${kind}. Export it as CSV or WAV first.`)
  return detectTable(head)
}

/** For bytes without a header: the coding in which neighbouring samples differ least. */
export function proposeRaw(bytes: ByteSource): FullProposal {
  const head = bytes.read(0, rawLook)
  const rated = rawCodings
    .flatMap((coding) => [1, 2].map((channelCount) => ({ ...coding, channelCount })))
    .map((candidate) => ({ ...candidate, roughness: roughnessOf(head, candidate) }))
  const best = rated.reduce((leader, next) => (next.roughness < leader.roughness ? next : leader))
  const { coding, byteOrder, channelCount } = best
  const name = describeCoding(coding, 8 * bytesOf[coding], bytesOf[coding])
  const choices: RawChoices = {
    ...{ kind: 'raw', coding, byteOrder, channelCount, offsetBytes: 0, sampleRate: 48_000 },
    ...{ channels: null, strange: 'keep', monoMix: false }
  }
  const evidence = [
    { about: 'coding', sentence: `As ${name} neighbouring samples differ least.` },
    { about: 'channelCount', sentence: `${channelCount === 1 ? 'One channel is' : 'Two channels are'} the smoothest.` }
  ]
  const questions = ['Which coding, how many channels and what sample rate does the file have? It has no header.']
  return { choices, evidence, questions, assumptions: [] }
}

/** Throws nothing for bytes that do not fit the choices: the preview says why. */
export function previewImport(bytes: ByteSource, choices: ImportChoices): ImportPreview {
  try {
    return choices.kind === 'table' ? previewTable(bytes, choices) : previewSamples(bytes, choices)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    const lines = choices.kind === 'table' ? linesOf(bytes, choices) : { lines: [], rows: [] }
    return { ...nothing, ...lines, problem: error.message }
  }
}

/** Where the samples stand, by the header or by choice. */
export function layoutOf(
  bytes: ByteSource,
  choices: Exclude<ImportChoices, TableChoices>
): { layout: SampleLayout; sampleRate: number; encoding: string; warnings: readonly string[] } {
  if (choices.kind === 'wav') {
    const header = readWavHeader(bytes)
    const sampleRate = checkSampleRate(choices.sampleRate ?? header.sampleRate)
    return { layout: header, sampleRate, encoding: header.encoding, warnings: header.warnings }
  }
  const { coding, byteOrder, channelCount, offsetBytes, sampleRate } = choices
  const containerBytes = bytesOf[coding]
  const frameBytes = containerBytes * channelCount
  const frameCount = Math.floor((bytes.size - offsetBytes) / frameBytes)
  if (frameCount < 1) {
    throw new InputError(
      `Expected at least ${frameBytes} bytes from byte ${offsetBytes} on. Received: ${Math.max(0, bytes.size - offsetBytes)}. Choose a smaller offset.`
    )
  }
  const littleEndian = byteOrder === 'little'
  const layout = { coding, littleEndian, channelCount, containerBytes, dataStart: offsetBytes, frameCount }
  const order = littleEndian || containerBytes === 1 ? '' : ', big-endian'
  const encoding = `raw ${describeCoding(coding, 8 * containerBytes, containerBytes)}${order}`
  return { layout, sampleRate: checkSampleRate(sampleRate), encoding, warnings: [] }
}

/** Throws InputError for channels that are not there. */
export function checkChannels(channels: readonly number[] | null, channelCount: number): void {
  const absent = channels?.find((channel) => channel >= channelCount)
  if (absent === undefined) return
  throw new InputError(`Expected channels from 1 to ${channelCount}. Received: ${absent + 1}.`)
}

/** Bytes of a table that a preview reads; samples that it shows of a recording. */
const previewBytes = 2 ** 20
const previewSampleCount = 2 ** 17
const plotColumns = 512
const shownLines = 100
const shownCells = 64
const longestShown = 500
const rawLook = 2 ** 16

const nothing: Omit<ImportPreview, 'lines' | 'rows' | 'problem'> = {
  ...{ encoding: '', sampleRate: 0, channelNames: [], sampleCount: 0, isEstimate: false },
  ...{ plot: [], plotSamples: 0, timeSteps: null, partCount: 1, warnings: [] }
}

function proposeWav(bytes: ByteSource): FullProposal {
  const { encoding, sampleRate, channelCount, warnings, ...layout } = readWavHeader(bytes)
  const evidence: Evidence[] = [
    { about: 'kind', sentence: `The header tells of ${encoding}, ${channelCount} channels, ${sampleRate} Hz.` },
    ...warnings.map((sentence) => ({ about: 'kind', sentence }))
  ]
  const questions: string[] = []
  if (!isSampleRate(sampleRate)) questions.push(`What is the sample rate? The header says ${sampleRate} Hz.`)
  if (layout.coding === 'float32' || layout.coding === 'float64') {
    const channels = headChannels(bytes, { ...layout, channelCount })
    const count = channels.flatMap((samples) => samples.filter((sample) => !Number.isFinite(sample)).length)
    const strange = count.reduce((sum, some) => sum + some, 0)
    if (strange > 0) questions.push(`What should become of the ${strange} samples that are NaN or infinite?`)
  }
  const choices = { kind: 'wav', sampleRate: null, channels: null, strange: 'keep', monoMix: false } as const
  return { choices, evidence, questions, assumptions: [] }
}

const rawCodings: readonly { coding: SampleCoding; byteOrder: 'little' | 'big' }[] = [
  { coding: 'int16', byteOrder: 'little' },
  { coding: 'float32', byteOrder: 'little' },
  { coding: 'int24', byteOrder: 'little' },
  { coding: 'int32', byteOrder: 'little' },
  { coding: 'unsigned8', byteOrder: 'little' },
  { coding: 'int8', byteOrder: 'little' },
  { coding: 'float64', byteOrder: 'little' },
  { coding: 'int16', byteOrder: 'big' },
  { coding: 'float32', byteOrder: 'big' },
  { coding: 'int24', byteOrder: 'big' },
  { coding: 'int32', byteOrder: 'big' }
]

/** Mean step from sample to sample over the mean deviation: small for a signal, about 1.4 for noise. */
function roughnessOf(
  head: Uint8Array,
  { coding, byteOrder, channelCount }: { coding: SampleCoding; byteOrder: string; channelCount: number }
): number {
  const frameBytes = bytesOf[coding] * channelCount
  const samples = new Float64Array(Math.floor(head.length / frameBytes))
  if (samples.length < 16) return Infinity
  let rough = 0
  for (let channel = 0; channel < channelCount; channel += 1) {
    const start = channel * bytesOf[coding]
    decodeSamples(samples, head, { coding, littleEndian: byteOrder === 'little', start, frameBytes })
    const isPlausible = samples.every((sample) => Number.isFinite(sample) && Math.abs(sample) < 1e6)
    const mean = samples.reduce((sum, sample) => sum + sample, 0) / samples.length
    let steps = 0
    let deviation = 0
    for (let n = 1; n < samples.length; n += 1) {
      steps += Math.abs(samples[n] - samples[n - 1])
      deviation += Math.abs(samples[n] - mean)
    }
    // Numbers that are read as floats are often all but zero.
    if (!isPlausible || !(deviation > 1e-9 * samples.length)) return Infinity
    // Whole numbers make no floats of sensible size: if nearly all are, they are floats.
    const isFloat = coding === 'float32' || coding === 'float64'
    const sensible = samples.filter((sample) => sample === 0 || (Math.abs(sample) > 1e-7 && Math.abs(sample) < 1e5))
    const doubt = isFloat && sensible.length > 0.9 * samples.length ? 0.1 : 1
    rough += (doubt * steps) / deviation / channelCount
  }
  return rough
}

function previewTable(bytes: ByteSource, choices: TableChoices): ImportPreview {
  const head = headOf(bytes, choices)
  const { store, columns, start, sampleCount, ...reading } = readTable(head, choices)
  const isEstimate = head.length < bytes.size
  const channels = mixed(
    columns.map((column) => Float32Array.from(store.read(column, start, Math.min(sampleCount, previewSampleCount)))),
    choices.monoMix
  )
  return {
    ...linesOf(bytes, choices),
    encoding: describeTable(choices),
    sampleRate: reading.sampleRate,
    channelNames: namesOf(reading.channelNames, choices.monoMix),
    sampleCount: isEstimate ? Math.round((sampleCount * bytes.size) / head.length) : sampleCount,
    isEstimate,
    ...plotOf(channels),
    timeSteps: reading.timeSteps,
    partCount: reading.partCount,
    warnings: reading.warnings,
    problem: null
  }
}

/** Whole lines of the beginning. */
function headOf(bytes: ByteSource, { textEncoding }: TableChoices): Uint8Array {
  const head = bytes.read(0, previewBytes)
  if (head.length === bytes.size) return head
  // In UTF-16 a line feed is two bytes: which one is zero does not matter, as the cut is at a pair.
  const isWide = textEncoding === 'utf-16le' || textEncoding === 'utf-16be'
  const last = head.lastIndexOf(10)
  const cut = isWide ? last + 2 - (last % 2) : last + 1
  return last === -1 ? head : head.subarray(0, cut)
}

function linesOf(bytes: ByteSource, choices: TableChoices): Pick<ImportPreview, 'lines' | 'rows'> {
  const head = new AsciiBytes(choices.textEncoding).next(bytes.read(0, detectionBytes))
  const text = unifyLineEnds(textOf(head, choices.textEncoding))
  const lines = text.split('\n', shownLines).map((line, n) => ({ line: n + 1, text: line.slice(0, longestShown) }))
  const rows: { line: number; cells: string[] }[] = []
  try {
    eachRow(text, choices.delimiter, (cells, line) => {
      rows.push({ line, cells: cells.slice(0, shownCells).map((cell) => cell.slice(0, longestShown)) })
      return rows.length < shownLines
    })
  } catch (error) {
    // A quote that is open where the head ends, or for good: the reading says so.
    if (!(error instanceof InputError)) throw error
  }
  return { lines, rows }
}

function previewSamples(bytes: ByteSource, choices: Exclude<ImportChoices, TableChoices>): ImportPreview {
  const { layout, sampleRate, encoding, warnings } = layoutOf(bytes, choices)
  checkChannels(choices.channels, layout.channelCount)
  const all = headChannels(bytes, layout)
  const chosen = choices.channels ?? all.map((_, channel) => channel)
  const names = chosen.map((channel) => `channel ${channel + 1}`)
  return {
    ...nothing,
    ...{ lines: [], rows: [], problem: null },
    ...{ encoding, sampleRate, warnings, sampleCount: layout.frameCount },
    channelNames: namesOf(names, choices.monoMix),
    ...plotOf(
      mixed(
        chosen.map((channel) => all[channel]),
        choices.monoMix
      )
    )
  }
}

function headChannels(bytes: ByteSource, layout: SampleLayout): Float32Array[] {
  const { coding, littleEndian, containerBytes, channelCount, dataStart, frameCount } = layout
  const frameBytes = containerBytes * channelCount
  const count = Math.min(frameCount, Math.ceil(previewSampleCount / channelCount))
  const data = bytes.read(dataStart, count * frameBytes)
  return Array.from({ length: channelCount }, (_, channel) => {
    const samples = new Float32Array(Math.floor(data.length / frameBytes))
    decodeSamples(samples, data, { coding, littleEndian, start: channel * containerBytes, frameBytes })
    return samples
  })
}

function mixed(channels: readonly Float32Array[], monoMix: boolean): readonly Float32Array[] {
  if (!monoMix || channels.length < 2) return channels
  return [channels[0].map((_, n) => channels.reduce((sum, samples) => sum + samples[n], 0) / channels.length)]
}

function namesOf(names: readonly string[], monoMix: boolean): readonly string[] {
  return monoMix && names.length > 1 ? [`mean of ${names.join(', ')}`] : names
}

function plotOf(channels: readonly Float32Array[]): Pick<ImportPreview, 'plot' | 'plotSamples'> {
  const plotSamples = channels[0]?.length ?? 0
  const columns = Math.min(plotColumns, Math.max(1, plotSamples))
  const plot = channels.map((samples) => {
    const { min, max } = envelope(samples, 0, plotSamples, columns)
    return { min, max }
  })
  return { plot, plotSamples }
}
