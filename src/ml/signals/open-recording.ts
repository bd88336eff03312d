/**
 * From a path, or from text, to samples that can be read at any place: by choice, or as detected.
 *
 * A WAV file is only looked at where it is read. A table is read through once: a long one in slices, so that its
 * beginning can be seen and other work goes on meanwhile.
 */
import type { ByteSource } from '../../core/signal/byte-source'
import { memoryBytes } from '../../core/signal/byte-source'
import { describeTable, TableReader } from '../../core/signal/csv-read'
import { checkChannels, layoutOf, proposeImport, previewImport, proposeRaw } from '../../core/signal/import'
import type {
  ImportChoices,
  ImportPreview,
  ImportProposal,
  TableChoices,
  TimeSteps
} from '../../core/signal/import-choices'
import { InputError } from '../../core/signal/signal'
import { openFile, type OpenFile } from './byte-file'
import { growingStore } from './column-file'
import { mendedSource } from './mended-source'
import { selectChannels, type SampleSource } from './sample-source'
import { StoredSamples } from './stored-samples'
import { strangeWarnings } from './strange-samples'
import { TableSource } from './table-source'

export interface OpenedRecording {
  readonly source: SampleSource
  readonly format: 'wav' | 'csv' | 'raw'
  /** For people: "32-bit float", "semicolon, decimal comma". */
  readonly encoding: string
  /** How it was read: these choices give the same again. */
  readonly choices: ImportChoices
  /** Of what was detected; empty for choices that were given. */
  readonly evidence: ImportProposal['evidence']
  readonly questions: ImportProposal['questions']
  /** One sentence for each thing that was repaired or assumed. */
  readonly warnings: readonly string[]
  readonly timeSteps: TimeSteps | null
  readonly partCount: number
  /** Which version of which file it is; undefined for text. */
  readonly file?: {
    readonly size: number
    readonly changedMilliseconds: number
    /** True if it is read where it is looked at, as long as it is open. */
    readonly staysOpen: boolean
  }
  /** Reads what is left of a long table; undefined when everything was read. */
  readonly readRest?: (options?: ReadOptions) => Promise<OpenedRecording>
}

export interface ReadOptions {
  /** Stops reading and keeps what was read by then. */
  readonly abort?: AbortSignal
  /** The share of the file that was read, from 0 to 1. */
  onProgress?(share: number): void
}

export interface OpenOptions extends ReadOptions {
  /** How to read it; as detected if not given. */
  readonly choices?: ImportChoices
  /** Where a long table keeps its numbers while it is open; the system's own if not given. */
  readonly temporaryFolder?: string
  /** Return when the beginning of a long table was read; the rest is read by `readRest`. */
  readonly beginningOnly?: boolean
}

/** Throws InputError with one sentence: what was expected, what came, what to do. */
export async function openRecording(path: string, options: OpenOptions = {}): Promise<OpenedRecording> {
  const file = await openFile(path)
  try {
    return await withPath(path, () => open(file, file, options))
  } catch (error) {
    file.close()
    throw error
  }
}

/** Samples out of pasted text. */
export function openText(text: string, options: OpenOptions = {}): Promise<OpenedRecording> {
  return open(textBytes(text), undefined, options)
}

/** What a file is and how it should be read; looks at its beginning only. */
export function proposeFile(path: string, isRaw = false): Promise<ImportProposal> {
  return withFile(path, (file) => plain(isRaw ? proposeRaw(file) : proposeImport(file)))
}

export function previewFile(path: string, choices: ImportChoices): Promise<ImportPreview> {
  return withFile(path, (file) => previewImport(file, choices))
}

export function proposeText(text: string): ImportProposal {
  return plain(proposeImport(textBytes(text)))
}

export function previewText(text: string, choices: ImportChoices): ImportPreview {
  return previewImport(textBytes(text), choices)
}

/** Bytes of a table that are read at once, and how long that may keep the process from other work. */
const pieceBytes = 2 ** 18
const sliceMilliseconds = 8
/** A longer table is shown before it was read. */
const beginningBytes = 2 ** 21

/** The part of a proposal that crosses to the page. */
function plain({ choices, evidence, questions }: ImportProposal): ImportProposal {
  return { choices, evidence, questions }
}

function textBytes(text: string): ByteSource {
  return memoryBytes(new TextEncoder().encode(text))
}

async function withFile<T>(path: string, look: (file: OpenFile) => T): Promise<T> {
  const file = await openFile(path)
  try {
    return await withPath(path, async () => look(file))
  } finally {
    file.close()
  }
}

async function withPath<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof InputError && !error.message.includes(path)) throw new InputError(`${path}: ${error.message}`)
    throw error
  }
}

async function open(bytes: ByteSource, file: OpenFile | undefined, options: OpenOptions): Promise<OpenedRecording> {
  const proposal = options.choices ? undefined : proposeImport(bytes)
  const choices = options.choices ?? proposal!.choices
  const { evidence = [], questions = [], assumptions = [] } = proposal ?? {}
  const version = file && {
    ...{ size: file.size, changedMilliseconds: file.changedMilliseconds },
    staysOpen: !file.isHeld && choices.kind !== 'table'
  }
  const told = { choices, evidence, questions, file: version }
  if (choices.kind === 'table') return openTable(bytes, file, choices, { ...told, assumptions }, options)

  const { layout, sampleRate, encoding, warnings } = layoutOf(bytes, choices)
  checkChannels(choices.channels, layout.channelCount)
  const stored = new StoredSamples(file ?? bytes, layout, sampleRate)
  const mended = mendedSource(stored, choices.strange)
  const source = selectChannels(mended, choices)
  return {
    ...told,
    ...{ source, encoding, timeSteps: null, partCount: 1 },
    format: choices.kind,
    warnings: [...assumptions, ...warnings, ...strangeWarnings(stored, choices.strange)]
  }
}

interface Told extends Pick<OpenedRecording, 'choices' | 'evidence' | 'questions' | 'file'> {
  readonly assumptions: readonly string[]
}

async function openTable(
  bytes: ByteSource,
  file: OpenFile | undefined,
  choices: TableChoices,
  { assumptions, ...told }: Told,
  options: OpenOptions
): Promise<OpenedRecording> {
  const reader = new TableReader(choices, (columnCount) => growingStore(columnCount, options.temporaryFolder))
  const reading = { reader, bytes, at: 0 }
  const isLong = options.beginningOnly === true && bytes.size > beginningBytes
  try {
    if (isLong) await readBeginning(reading, options)
    const source = new TableSource({
      ...{ sampleRate: isLong ? reader.sampleRateSoFar : 1, channelNames: reader.channelNames },
      ...{
        store: reader.store,
        precision: reader.precision,
        columns: reader.channelColumns,
        start: 0,
        sampleCount: null
      }
    })
    const encoding = describeTable(choices)
    const finish = async (rest: ReadOptions): Promise<OpenedRecording> => {
      try {
        const isWhole = await readUpTo(reading, bytes.size, rest)
        file?.checkUnchanged()
        const found = await inSlices(reader.finish(!isWhole))
        source.reshape({ ...found, precision: choices.uneven === 'resample' ? 'float64' : reader.precision })
        return {
          ...told,
          ...{ source: selectChannels(source, { channels: null, monoMix: choices.monoMix }), format: 'csv' },
          ...{ encoding: found.encoding, timeSteps: found.timeSteps, partCount: found.partCount },
          warnings: [...assumptions, ...found.warnings]
        }
      } finally {
        file?.close()
      }
    }
    if (!isLong) return await finish(options)
    return {
      ...told,
      ...{ source: selectChannels(source, { channels: null, monoMix: choices.monoMix }), format: 'csv', encoding },
      ...{ timeSteps: null, partCount: 1, warnings: assumptions },
      readRest: (rest = {}) => finish(rest)
    }
  } catch (error) {
    reader.store.close()
    throw error
  }
}

interface Reading {
  readonly reader: TableReader
  readonly bytes: ByteSource
  at: number
}

/** So much that there are rows to look at. */
async function readBeginning(reading: Reading, options: ReadOptions): Promise<void> {
  for (let end = beginningBytes; ; end *= 2) {
    await readUpTo(reading, Math.min(end, reading.bytes.size), options)
    if (reading.reader.store.rowCount > 0 || end >= reading.bytes.size || options.abort?.aborted) return
  }
}

/** False if it was stopped before. */
async function readUpTo(reading: Reading, end: number, { abort, onProgress }: ReadOptions): Promise<boolean> {
  let sliceStart = performance.now()
  while (reading.at < end) {
    const piece = reading.bytes.read(reading.at, Math.min(pieceBytes, end - reading.at))
    if (piece.length === 0) return true // The file was cut; that is noticed at the end.
    reading.reader.push(piece)
    reading.at += piece.length
    if (performance.now() - sliceStart < sliceMilliseconds) continue
    onProgress?.(reading.at / reading.bytes.size)
    await new Promise((resolve) => setImmediate(resolve))
    if (abort?.aborted) return false
    sliceStart = performance.now()
  }
  return true
}

async function inSlices<T>(work: Generator<void, T>): Promise<T> {
  let sliceStart = performance.now()
  for (;;) {
    const step = work.next()
    if (step.done) return step.value
    if (performance.now() - sliceStart < sliceMilliseconds) continue
    await new Promise((resolve) => setImmediate(resolve))
    sliceStart = performance.now()
  }
}
