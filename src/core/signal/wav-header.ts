/**
 * Where the samples of a WAV file stand and how they are stored: one pass over its chunks, so that a broken header
 * costs a sentence and not the samples. Reads the chunks' heads alone, whatever lies between them.
 *
 * Knows RIFF, RIFX (big-endian) and RF64 / BW64 (long), plain and EXTENSIBLE formats.
 * (Microsoft, "Multiple Channel Audio Data and WAVE Files"; EBU Tech 3306 for RF64.)
 */
import type { Hertz } from '../units'
import type { ByteSource } from './byte-source'
import { kindOf, latin1 } from './file-kind'
import type { SampleCoding } from './import-choices'
import { InputError } from './signal'

/** How samples stand one behind the other. */
export interface SampleLayout {
  readonly coding: SampleCoding
  readonly littleEndian: boolean
  readonly channelCount: number
  /** Bytes of one sample of one channel. */
  readonly containerBytes: number
  /** Byte of the first sample. */
  readonly dataStart: number
  /** Samples of each channel. */
  readonly frameCount: number
}

export interface WavHeader extends SampleLayout {
  /** As the header says it: 0 and absurd rates are for the caller to refuse or to replace. */
  readonly sampleRate: Hertz
  /** For people: "24-bit integer in 32, big-endian". */
  readonly encoding: string
  /** One sentence for each thing that was repaired or assumed. */
  readonly warnings: readonly string[]
}

/** Throws InputError with one sentence where there is no telling what the samples are. */
export function readWavHeader(source: ByteSource): WavHeader {
  const warnings: string[] = []
  const file = openRiff(source)
  const { formatChunk, dataChunk } = findChunks(file, warnings)
  const format = readFormat(file, formatChunk, warnings)

  const frameBytes = format.containerBytes * format.channelCount
  const frameCount = Math.floor(dataChunk.size / frameBytes)
  if (frameCount === 0) {
    throw new InputError(
      `Expected samples in the WAV file. Received: a data chunk of ${dataChunk.size} bytes. Record it again.`
    )
  }
  const torn = dataChunk.size % frameBytes
  if (torn > 0) warnings.push(`The last sample is cut off after ${torn} of ${frameBytes} bytes and was dropped.`)
  if (dataChunk.isGuessed)
    warnings.push(`${dataChunk.isGuessed}; ${frameCount} samples up to the end of the file were read.`)
  const { littleEndian } = file
  return { ...format, littleEndian, dataStart: dataChunk.start, frameCount, warnings }
}

/** Throws InputError for a rate that no recording has. */
export function checkSampleRate(sampleRate: Hertz): Hertz {
  if (isSampleRate(sampleRate)) return sampleRate
  throw new InputError(
    `Expected a sample rate of 1 to ${maxSampleRate} Hz. Received: ${sampleRate}. Give the right rate when it is opened.`
  )
}

export function isSampleRate(sampleRate: Hertz): boolean {
  return sampleRate >= 1 && sampleRate <= maxSampleRate
}

/** RIFF (little-endian), RIFX (big-endian), RF64 and BW64 (long); anything else is read as text. */
export function isWav(head: Uint8Array): boolean {
  return magics.includes(latin1(head.subarray(0, 4)))
}

const magics = ['RIFF', 'RIFX', 'RF64', 'BW64']
const maxChunkCount = 10_000
/** Above them a header is rather wrong than wide or fast. */
export const maxChannelCount = 256
export const maxSampleRate = 10_000_000
export const unknownSize = 0xffffffff

export const wavTags = { pcm: 1, float: 3, aLaw: 6, muLaw: 7, extensible: 0xfffe } as const
/** KSDATAFORMAT_SUBTYPE_xxx is the tag as 32 bits and these bytes, the first two of them 16-bit words. */
export const guidTail = [0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71]

/** The bytes of a file by place, read in windows: heads of chunks stand close together or far apart. */
class Riff {
  #window: Uint8Array = new Uint8Array(0)
  #windowStart = 0
  #view: DataView = new DataView(new ArrayBuffer(0))

  constructor(
    readonly source: ByteSource,
    readonly littleEndian: boolean,
    readonly isLong: boolean
  ) {}

  get size(): number {
    return this.source.size
  }

  /** Fewer bytes only where the file ends. */
  bytes(at: number, count: number): Uint8Array {
    const place = at - this.#windowStart
    if (place < 0 || place + count > this.#window.length) {
      this.#window = this.source.read(at, Math.max(count, windowBytes))
      this.#windowStart = at
      this.#view = new DataView(this.#window.buffer, this.#window.byteOffset, this.#window.byteLength)
      return this.#window.subarray(0, count)
    }
    return this.#window.subarray(place, place + count)
  }

  text(at: number, count: number): string {
    return latin1(this.bytes(at, count))
  }

  /** The callers have checked that the file reaches so far. */
  short(at: number): number {
    this.bytes(at, 2)
    return this.#view.getUint16(at - this.#windowStart, this.littleEndian)
  }

  long(at: number): number {
    this.bytes(at, 4)
    return this.#view.getUint32(at - this.#windowStart, this.littleEndian)
  }

  veryLong(at: number): number {
    this.bytes(at, 8)
    return Number(this.#view.getBigUint64(at - this.#windowStart, this.littleEndian))
  }
}

const windowBytes = 4096

interface Chunk {
  readonly start: number
  readonly size: number
}

interface DataChunk extends Chunk {
  /** Why the size is what the file had left and not what the header said. */
  readonly isGuessed?: string
}

type Format = Pick<WavHeader, 'coding' | 'channelCount' | 'sampleRate' | 'containerBytes' | 'encoding'>

function openRiff(source: ByteSource): Riff {
  const head = source.read(0, 4096)
  const magic = latin1(head.subarray(0, 4))
  const form = latin1(head.subarray(8, 12))
  if (!isWav(head) || (head.length >= 12 && form !== 'WAVE')) {
    throw new InputError(
      `Expected a WAV file. Received: ${kindOf(head) ?? 'something else'}. Convert it to WAV or CSV first.`
    )
  }
  if (head.length < 20) {
    throw new InputError(`Expected a WAV file. Received: only ${head.length} bytes of one. Copy or record it again.`)
  }
  return new Riff(source, magic !== 'RIFX', magic === 'RF64' || magic === 'BW64')
}

/** The first fmt and the first data chunk, in any order. The size in the RIFF header is not needed and often wrong. */
function findChunks(file: Riff, warnings: string[]): { formatChunk: Chunk; dataChunk: DataChunk } {
  let formatChunk: Chunk | undefined
  let dataChunk: DataChunk | undefined
  let longDataSize: number | undefined
  let isWaveList = false
  let extra = { format: 0, data: 0 }
  let count = 0
  for (let at = 12; at + 8 <= file.size && isName(file, at);) {
    count += 1
    if (count > maxChunkCount) {
      throw new InputError(
        `Expected at most ${maxChunkCount} chunks in a WAV file. Received: more. Save it again with an audio program.`
      )
    }
    const name = file.text(at, 4)
    const start = at + 8
    let size = file.long(at + 4)
    if (name === 'ds64' && size >= 16 && start + 16 <= file.size) {
      longDataSize = file.veryLong(start + 8)
    } else if (name === 'fmt ') {
      if (formatChunk) extra = { ...extra, format: extra.format + 1 }
      formatChunk ??= { start, size }
    } else if (name === 'data') {
      const found = dataChunkAt(file, start, size, longDataSize)
      size = found.size
      if (dataChunk) extra = { ...extra, data: extra.data + 1 }
      else if (!formatChunk) warnings.push('The format stands after the samples; it was read all the same.')
      dataChunk ??= found
    } else if (name === 'LIST' && file.text(start, 4) === 'wavl') {
      isWaveList = true
    }
    at = chunkAfter(file, start + size, size)
  }
  if (!formatChunk)
    throw new InputError('Expected a fmt chunk in the WAV file. Received: none. Save it again with an audio program.')
  if (!dataChunk) {
    const received = isWaveList ? 'a wave list (wavl)' : 'none'
    throw new InputError(
      `Expected a data chunk in the WAV file. Received: ${received}. Save it again with an audio program.`
    )
  }
  if (extra.format > 0) warnings.push(`The file has ${extra.format + 1} format chunks; the first one was used.`)
  if (extra.data > 0) warnings.push(`The file has ${extra.data + 1} data chunks; only the first one was read.`)
  return { formatChunk, dataChunk }
}

function dataChunkAt(file: Riff, start: number, announced: number, longSize: number | undefined): DataChunk {
  const left = file.size - start
  if (announced === unknownSize && !(file.isLong && longSize !== undefined)) {
    return { start, size: left, isGuessed: 'The header does not say how many samples there are' }
  }
  const size = announced === unknownSize ? longSize! : announced
  if (size > left)
    return { start, size: left, isGuessed: `The header announces ${size} bytes of samples, the file has ${left}` }
  // Programs that write to a pipe leave 0 behind; an empty chunk that is meant is followed by another chunk or nothing.
  if (size === 0 && left > 0 && !isChunk(file, start)) {
    return { start, size: left, isGuessed: 'The header announces no samples' }
  }
  // A long file without a long header: the size is told modulo 4 GiB.
  const wrapped = left - size
  if (wrapped >= 2 ** 32 && wrapped % 2 ** 32 < 2 && !isChunk(file, start + size + (size % 2))) {
    return { start, size: left, isGuessed: 'The file is longer than its header can tell' }
  }
  return { start, size }
}

/** Odd chunks are followed by a padding byte; some programs forget it. */
function chunkAfter(file: Riff, end: number, size: number): number {
  if (size % 2 === 0) return end
  return isName(file, end) && !isName(file, end + 1) ? end : end + 1
}

/** Chunk names are four printable characters. */
function isName(file: Riff, at: number): boolean {
  return at + 4 <= file.size && file.bytes(at, 4).every((code) => code >= 0x20 && code < 0x7f)
}

function isChunk(file: Riff, at: number): boolean {
  return at + 8 <= file.size && isName(file, at) && at + 8 + file.long(at + 4) <= file.size
}

function readFormat(file: Riff, chunk: Chunk, warnings: string[]): Format {
  const { start, size } = chunk
  if (size < 16 || start + 16 > file.size) {
    const received = size < 16 ? size : file.size - start
    throw new InputError(
      `Expected a fmt chunk of 16 bytes or more. Received: ${received}. Save the file again with an audio program.`
    )
  }
  let tag: number = file.short(start)
  const channelCount = file.short(start + 2)
  const sampleRate = file.long(start + 4)
  const byteRate = file.long(start + 8)
  const blockBytes = file.short(start + 12)
  const bits = file.short(start + 14)
  if (!(channelCount >= 1 && channelCount <= maxChannelCount)) {
    throw new InputError(
      `Expected 1 to ${maxChannelCount} channels. Received: ${channelCount}. Save the file again with fewer channels.`
    )
  }
  let validBits = bits
  const isExtensible = tag === wavTags.extensible
  if (isExtensible) {
    if (size < 40 || start + 40 > file.size) {
      throw new InputError(
        `Expected an EXTENSIBLE fmt chunk of 40 bytes. Received: ${size}. Save the file again with an audio program.`
      )
    }
    validBits = file.short(start + 18)
    tag = subFormat(file, start + 24)
    if (validBits === 0 || validBits > bits) {
      warnings.push(`The header counts ${validBits} valid bits in samples of ${bits}; ${bits} were assumed.`)
      validBits = bits
    }
  }
  const leastBytes = Math.ceil(bits / 8)
  const bytesPerSample = blockBytes / channelCount
  // 24 bits in 32: believed if the two fields that tell of it agree.
  const isWider =
    tag === wavTags.pcm &&
    !isExtensible &&
    [2, 3, 4, 8].includes(bytesPerSample) &&
    byteRate === sampleRate * blockBytes
  const containerBytes = isWider ? Math.max(leastBytes, bytesPerSample) : leastBytes
  if (blockBytes !== containerBytes * channelCount) {
    warnings.push(
      `The header gives ${blockBytes} bytes for the samples of one moment where ${containerBytes * channelCount} are needed; the latter was used.`
    )
  }
  const coding = codingOf(tag, bits, containerBytes)
  const encoding = describeCoding(coding, validBits, containerBytes) + (file.littleEndian ? '' : ', big-endian')
  return { coding, channelCount, sampleRate, containerBytes, encoding }
}

function subFormat(file: Riff, at: number): number {
  const tail = file.bytes(at + 8, 8)
  const isKnown =
    file.short(at + 4) === 0 && file.short(at + 6) === 0x10 && guidTail.slice(4).every((value, n) => tail[n] === value)
  const tag = file.long(at)
  if (isKnown && tag !== wavTags.extensible) return tag
  const guid = Array.from(file.bytes(at, 16), (value) => value.toString(16).padStart(2, '0')).join('')
  throw new InputError(
    `Expected samples as integers or floats. Received: the sub-format ${guid}. Convert the file to PCM or float first.`
  )
}

/** Throws InputError for codings that are not plain samples. */
function codingOf(tag: number, bits: number, containerBytes: number): SampleCoding {
  if (tag === wavTags.pcm && bits >= 8) {
    const coding = ({ 1: 'unsigned8', 2: 'int16', 3: 'int24', 4: 'int32', 8: 'int64' } as const)[containerBytes]
    if (coding) return coding
  }
  if (tag === wavTags.float && bits === 32) return 'float32'
  if (tag === wavTags.float && bits === 64) return 'float64'
  if (tag === wavTags.aLaw && bits === 8) return 'aLaw'
  if (tag === wavTags.muLaw && bits === 8) return 'muLaw'
  const known = codingNames[tag]
  const received =
    tag === wavTags.pcm || tag === wavTags.float ? `${bits}-bit ${known}` : (known ?? `the format number ${tag}`)
  throw new InputError(
    `Expected integers of 8 to 32 or 64 bits, floats of 32 or 64 bits, A-law or mu-law. Received: ${received}. ` +
      'Convert the file to 16-bit PCM or 32-bit float first.'
  )
}

const codingNames: Readonly<Record<number, string | undefined>> = {
  [wavTags.pcm]: 'integers',
  [wavTags.float]: 'floats',
  [wavTags.aLaw]: 'A-law of a wrong width',
  [wavTags.muLaw]: 'mu-law of a wrong width',
  0x02: 'Microsoft ADPCM',
  0x11: 'IMA ADPCM',
  0x31: 'GSM 6.10',
  0x40: 'G.721 ADPCM',
  0x50: 'MPEG audio',
  0x55: 'MP3',
  0xff: 'AAC',
  0x161: 'Windows Media audio',
  0x162: 'Windows Media audio'
}

/** For people: "24-bit integer in 32". */
export function describeCoding(coding: SampleCoding, validBits: number, containerBytes: number): string {
  switch (coding) {
    case 'float32':
      return '32-bit float'
    case 'float64':
      return '64-bit float'
    case 'aLaw':
      return 'A-law'
    case 'muLaw':
      return 'mu-law'
    case 'unsigned8':
      return '8-bit unsigned integer'
    case 'int8':
      return '8-bit signed integer'
    default:
      return `${validBits}-bit integer` + (validBits < 8 * containerBytes ? ` in ${8 * containerBytes}` : '')
  }
}
