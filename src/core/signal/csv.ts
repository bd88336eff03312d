/**
 * CSV to a signal in memory and back: one channel a column of numbers, a column of time stamps for the sample rate.
 *
 * Knows nothing of files and names. Whatever was assumed or repaired is told in one sentence each; samples are never
 * sorted, dropped or set to zero unless that was chosen.
 */
import { MemoryStore } from './column-store'
import { detectTable } from './csv-detect'
import { TableReader, type TableReading } from './csv-read'
import { csvHead, csvRows, usualCsvStyle } from './csv-write'
import { kindOf } from './file-kind'
import type { TableChoices } from './import-choices'
import { InputError, sampleCountOf, type DecodedSignal, type Signal } from './signal'

/** Throws InputError with one sentence for what holds no table of numbers. */
export function decodeCsv(bytes: Uint8Array, choices?: TableChoices): DecodedSignal {
  const kind = kindOf(bytes)
  if (kind) throw new InputError(`Expected a CSV or WAV file. Received: ${kind}. Export it as CSV or WAV first.`)
  const proposal = choices ? undefined : detectTable(bytes)
  const reading = readTable(bytes, choices ?? proposal!.choices)
  const { store, columns, start, sampleCount, sampleRate, channelNames, encoding } = reading
  const channels = columns.map((column) => Float32Array.from(store.read(column, start, sampleCount)))
  const warnings = [...(proposal?.assumptions ?? []), ...reading.warnings]
  return { signal: { sampleRate, channels, channelNames }, format: 'csv', encoding, warnings }
}

/** The whole of a table in memory. */
export function readTable(bytes: Uint8Array, choices: TableChoices): TableReading {
  const reader = new TableReader(choices, (columnCount) => new MemoryStore(columnCount))
  for (let start = 0; start < bytes.length; start += pieceBytes) reader.push(bytes.subarray(start, start + pieceBytes))
  const finishing = reader.finish()
  for (;;) {
    const step = finishing.next()
    if (step.done) return step.value
  }
}

const pieceBytes = 2 ** 20

/**
 * A time column, one column a channel, and every 32-bit float in digits that give the same bits again.
 * Throws InputError if the text would be longer than a string can be.
 */
export function encodeCsv(signal: Signal): string {
  const { sampleRate, channels } = signal
  const channelNames = channels.map((_, channel) => signal.channelNames[channel] ?? '')
  const blocks = [csvHead({ sampleRate, channelNames }, usualCsvStyle, 'float32')]
  let length = blocks[0].length
  const sampleCount = sampleCountOf(signal)
  for (let start = 0; start < sampleCount; start += blockLength) {
    const piece = channels.map((samples) => samples.subarray(start, start + blockLength))
    const block = csvRows(piece, { start, sampleRate }, usualCsvStyle, 'float32')
    length += block.length
    if (length > maxTextLength) {
      throw new InputError('Expected a signal of less than 500 MB as CSV. Received a longer one. Write WAV, or a part.')
    }
    blocks.push(block)
  }
  return blocks.join('')
}

const blockLength = 8192
const maxTextLength = 500e6
