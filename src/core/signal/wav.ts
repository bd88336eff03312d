/**
 * WAV to a signal and back. One pass over the RIFF chunks, so that a broken header costs a sentence and not the samples.
 *
 * Knows nothing of files and names. Reads RIFF, RIFX (big-endian) and RF64 / BW64 (long), with integers of 8 to 64 bits,
 * 32- and 64-bit float, A-law and mu-law, plain or EXTENSIBLE. Scaled as libsndfile does: full scale is 1.
 * (Microsoft, "Multiple Channel Audio Data and WAVE Files"; EBU Tech 3306 for RF64; ITU-T G.711 for the two laws.)
 */
import type { Hertz } from '../units'
import { kindOf, latin1 } from './file-kind'
import { InputError, sampleCountOf, type DecodedSignal, type Signal } from './signal'

/** Throws InputError with one sentence where there is no telling what the samples are. */
export function decodeWav(bytes: Uint8Array): DecodedSignal {
  const warnings: string[] = []
  const file = openRiff(bytes)
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

  const channels = Array.from({ length: format.channelCount }, (_, channel) => {
    const samples = new Float32Array(frameCount)
    const start = dataChunk.start + channel * format.containerBytes
    readSamples(samples, file, { start, frameBytes, coding: format.coding })
    return samples
  })
  if (format.coding === 'float32' || format.coding === 'float64') warnings.push(...strangeValues(channels))
  if (format.coding === 'float64') warnings.push(...outOfRange(channels, file, dataChunk.start))
  const channelNames = channels.map((_, channel) => `channel ${channel + 1}`)
  const signal = { sampleRate: format.sampleRate, channels, channelNames }
  return { signal, format: 'wav', encoding: format.description, warnings }
}

/**
 * 32-bit float with a fact chunk, EXTENSIBLE for more than two channels; every bit of the samples is kept.
 * Throws InputError for what the format cannot hold: fractions of a hertz, more than 16,383 channels, more than 4 GiB.
 */
export function encodeWav(signal: Signal): Uint8Array {
  const { sampleRate, channels } = signal
  const frameCount = sampleCountOf(signal)
  const isExtensible = channels.length > 2
  const formatBytes = isExtensible ? 40 : 18
  const headerBytes = 12 + 8 + formatBytes + 8 + 4 + 8
  const frameBytes = 4 * channels.length
  const dataBytes = frameCount * frameBytes
  checkFits(signal, headerBytes + dataBytes)

  const bytes = new Uint8Array(headerBytes + dataBytes)
  const view = new DataView(bytes.buffer)
  let at = 0
  const text = (value: string) => [...value].forEach((letter) => view.setUint8(at++, letter.charCodeAt(0)))
  const short = (value: number) => (view.setUint16(at, value, true), (at += 2))
  const long = (value: number) => (view.setUint32(at, value, true), (at += 4))
  text('RIFF')
  long(bytes.length - 8)
  text('WAVEfmt ')
  long(formatBytes)
  short(isExtensible ? tags.extensible : tags.float)
  short(channels.length)
  long(sampleRate)
  long(Math.min(0xffffffff, sampleRate * frameBytes))
  short(frameBytes)
  short(32)
  short(formatBytes - 18)
  if (isExtensible) {
    short(32)
    long(0) // no loudspeaker positions
    long(tags.float)
    guidTail.forEach((value) => view.setUint8(at++, value))
  }
  text('fact')
  long(4)
  long(frameCount)
  text('data')
  long(dataBytes)
  channels.forEach((samples, channel) => {
    // As bits: a float in between would change some NaNs.
    const bits = new Uint32Array(samples.buffer, samples.byteOffset, samples.length)
    for (let n = 0; n < frameCount; n += 1) view.setUint32(at + n * frameBytes + 4 * channel, bits[n], true)
  })
  return bytes
}

const maxChannelCount = 256
const maxChunkCount = 10_000
/** Above it a header is rather wrong than fast. */
const maxSampleRate = 10_000_000
const unknownSize = 0xffffffff

const tags = { pcm: 1, float: 3, aLaw: 6, muLaw: 7, extensible: 0xfffe } as const
/** KSDATAFORMAT_SUBTYPE_xxx is the tag as 32 bits and these bytes, the first two of them 16-bit words. */
const guidTail = [0x00, 0x00, 0x10, 0x00, 0x80, 0x00, 0x00, 0xaa, 0x00, 0x38, 0x9b, 0x71]

type Coding = 'unsigned8' | 'int16' | 'int24' | 'int32' | 'int64' | 'float32' | 'float64' | 'aLaw' | 'muLaw'

interface Riff {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly littleEndian: boolean
  readonly isLong: boolean
}

interface Chunk {
  readonly start: number
  readonly size: number
}

interface DataChunk extends Chunk {
  /** Why the size is what the file had left and not what the header said. */
  readonly isGuessed?: string
}

interface Format {
  readonly coding: Coding
  readonly channelCount: number
  readonly sampleRate: Hertz
  readonly containerBytes: number
  readonly description: string
}

function openRiff(bytes: Uint8Array): Riff {
  const magic = latin1(bytes.subarray(0, 4))
  const form = latin1(bytes.subarray(8, 12))
  if (!['RIFF', 'RIFX', 'RF64', 'BW64'].includes(magic) || (bytes.length >= 12 && form !== 'WAVE')) {
    throw new InputError(
      `Expected a WAV file. Received: ${kindOf(bytes) ?? 'something else'}. Convert it to WAV or CSV first.`
    )
  }
  if (bytes.length < 20) {
    throw new InputError(`Expected a WAV file. Received: only ${bytes.length} bytes of one. Copy or record it again.`)
  }
  return {
    bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    littleEndian: magic !== 'RIFX',
    isLong: magic === 'RF64' || magic === 'BW64'
  }
}

/** The first fmt and the first data chunk, in any order. The size in the RIFF header is not needed and often wrong. */
function findChunks(file: Riff, warnings: string[]): { formatChunk: Chunk; dataChunk: DataChunk } {
  const { bytes, view, littleEndian } = file
  let formatChunk: Chunk | undefined
  let dataChunk: DataChunk | undefined
  let longDataSize: number | undefined
  let isWaveList = false
  let extra = { format: 0, data: 0 }
  let count = 0
  for (let at = 12; at + 8 <= bytes.length && isName(bytes, at);) {
    count += 1
    if (count > maxChunkCount) {
      throw new InputError(
        `Expected at most ${maxChunkCount} chunks in a WAV file. Received: more. Save it again with an audio program.`
      )
    }
    const name = latin1(bytes.subarray(at, at + 4))
    const start = at + 8
    let size = view.getUint32(at + 4, littleEndian)
    if (name === 'ds64' && size >= 16 && start + 16 <= bytes.length) {
      longDataSize = Number(view.getBigUint64(start + 8, littleEndian))
    } else if (name === 'fmt ') {
      if (formatChunk) extra = { ...extra, format: extra.format + 1 }
      formatChunk ??= { start, size }
    } else if (name === 'data') {
      const found = dataChunkAt(file, start, size, longDataSize)
      size = found.size
      if (dataChunk) extra = { ...extra, data: extra.data + 1 }
      else if (!formatChunk) warnings.push('The format stands after the samples; it was read all the same.')
      dataChunk ??= found
    } else if (name === 'LIST' && latin1(bytes.subarray(start, start + 4)) === 'wavl') {
      isWaveList = true
    }
    at = chunkAfter(bytes, start + size, size)
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
  const left = file.bytes.length - start
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
  return { start, size }
}

/** Odd chunks are followed by a padding byte; some programs forget it. */
function chunkAfter(bytes: Uint8Array, end: number, size: number): number {
  if (size % 2 === 0) return end
  return isName(bytes, end) && !isName(bytes, end + 1) ? end : end + 1
}

/** Chunk names are four printable characters. */
function isName(bytes: Uint8Array, at: number): boolean {
  return at + 4 <= bytes.length && bytes.subarray(at, at + 4).every((code) => code >= 0x20 && code < 0x7f)
}

function isChunk({ bytes, view, littleEndian }: Riff, at: number): boolean {
  return isName(bytes, at) && at + 8 <= bytes.length && at + 8 + view.getUint32(at + 4, littleEndian) <= bytes.length
}

function readFormat(file: Riff, chunk: Chunk, warnings: string[]): Format {
  const { bytes, view, littleEndian } = file
  const { start, size } = chunk
  if (size < 16 || start + 16 > bytes.length) {
    const received = size < 16 ? size : bytes.length - start
    throw new InputError(
      `Expected a fmt chunk of 16 bytes or more. Received: ${received}. Save the file again with an audio program.`
    )
  }
  let tag: number = view.getUint16(start, littleEndian)
  const channelCount = view.getUint16(start + 2, littleEndian)
  const sampleRate = view.getUint32(start + 4, littleEndian)
  const byteRate = view.getUint32(start + 8, littleEndian)
  const blockBytes = view.getUint16(start + 12, littleEndian)
  const bits = view.getUint16(start + 14, littleEndian)
  if (!(channelCount >= 1 && channelCount <= maxChannelCount)) {
    throw new InputError(
      `Expected 1 to ${maxChannelCount} channels. Received: ${channelCount}. Save the file again with fewer channels.`
    )
  }
  if (!(sampleRate >= 1 && sampleRate <= maxSampleRate)) {
    throw new InputError(
      `Expected a sample rate of 1 to ${maxSampleRate} Hz. Received: ${sampleRate}. Set the right rate with an audio program.`
    )
  }
  let validBits = bits
  const isExtensible = tag === tags.extensible
  if (isExtensible) {
    if (size < 40 || start + 40 > bytes.length) {
      throw new InputError(
        `Expected an EXTENSIBLE fmt chunk of 40 bytes. Received: ${size}. Save the file again with an audio program.`
      )
    }
    validBits = view.getUint16(start + 18, littleEndian)
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
    tag === tags.pcm && !isExtensible && [2, 3, 4].includes(bytesPerSample) && byteRate === sampleRate * blockBytes
  const containerBytes = isWider ? Math.max(leastBytes, bytesPerSample) : leastBytes
  if (blockBytes !== containerBytes * channelCount) {
    warnings.push(
      `The header gives ${blockBytes} bytes for the samples of one moment where ${containerBytes * channelCount} are needed; the latter was used.`
    )
  }
  const coding = codingOf(tag, bits, containerBytes)
  const order = littleEndian ? '' : ', big-endian'
  const description = describe(coding, validBits, containerBytes) + order
  return { coding, channelCount, sampleRate, containerBytes, description }
}

function subFormat({ bytes, view, littleEndian }: Riff, at: number): number {
  const words = [view.getUint16(at + 4, littleEndian), view.getUint16(at + 6, littleEndian)]
  const isKnown =
    words[0] === 0 && words[1] === 0x10 && guidTail.slice(4).every((value, n) => bytes[at + 8 + n] === value)
  const tag = view.getUint32(at, littleEndian)
  if (isKnown && tag !== tags.extensible) return tag
  const guid = Array.from(bytes.subarray(at, at + 16), (value) => value.toString(16).padStart(2, '0')).join('')
  throw new InputError(
    `Expected samples as integers or floats. Received: the sub-format ${guid}. Convert the file to PCM or float first.`
  )
}

/** Throws InputError for codings that are not plain samples. */
function codingOf(tag: number, bits: number, containerBytes: number): Coding {
  if (tag === tags.pcm && bits >= 8) {
    const coding = ({ 1: 'unsigned8', 2: 'int16', 3: 'int24', 4: 'int32', 8: 'int64' } as const)[containerBytes]
    if (coding) return coding
  }
  if (tag === tags.float && bits === 32) return 'float32'
  if (tag === tags.float && bits === 64) return 'float64'
  if (tag === tags.aLaw && bits === 8) return 'aLaw'
  if (tag === tags.muLaw && bits === 8) return 'muLaw'
  const known = codingNames[tag]
  const received =
    tag === tags.pcm || tag === tags.float ? `${bits}-bit ${known}` : (known ?? `the format number ${tag}`)
  throw new InputError(
    `Expected integers of 8 to 32 or 64 bits, floats of 32 or 64 bits, A-law or mu-law. Received: ${received}. ` +
      'Convert the file to 16-bit PCM or 32-bit float first.'
  )
}

const codingNames: Readonly<Record<number, string | undefined>> = {
  [tags.pcm]: 'integers',
  [tags.float]: 'floats',
  [tags.aLaw]: 'A-law of a wrong width',
  [tags.muLaw]: 'mu-law of a wrong width',
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

function describe(coding: Coding, validBits: number, containerBytes: number): string {
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
    default:
      return `${validBits}-bit integer` + (validBits < 8 * containerBytes ? ` in ${8 * containerBytes}` : '')
  }
}

/** Narrower samples fill their container from the top, so the container's scale is the right one for them too. */
function readSamples(
  samples: Float32Array,
  { view, littleEndian }: Riff,
  { start, frameBytes, coding }: { start: number; frameBytes: number; coding: Coding }
): void {
  if (coding === 'float32') {
    const bits = new Uint32Array(samples.buffer)
    for (let n = 0, at = start; n < bits.length; n += 1, at += frameBytes) bits[n] = view.getUint32(at, littleEndian)
    return
  }
  for (let n = 0, at = start; n < samples.length; n += 1, at += frameBytes) {
    samples[n] = sampleAt(view, at, coding, littleEndian)
  }
}

function sampleAt(view: DataView, at: number, coding: Exclude<Coding, 'float32'>, littleEndian: boolean): number {
  switch (coding) {
    case 'int16':
      return view.getInt16(at, littleEndian) / 2 ** 15
    case 'int24': {
      const low = view.getUint16(littleEndian ? at : at + 1, littleEndian)
      const high = view.getInt8(littleEndian ? at + 2 : at)
      return (high * 2 ** 16 + low) / 2 ** 23
    }
    case 'int32':
      return view.getInt32(at, littleEndian) / 2 ** 31
    case 'int64': {
      const low = view.getUint32(littleEndian ? at : at + 4, littleEndian)
      const high = view.getInt32(littleEndian ? at + 4 : at, littleEndian)
      return (high * 2 ** 32 + low) / 2 ** 63
    }
    case 'float64':
      return view.getFloat64(at, littleEndian)
    case 'unsigned8':
      return (view.getUint8(at) - 128) / 128
    case 'aLaw':
      return aLaw(view.getUint8(at)) / 2 ** 15
    case 'muLaw':
      return muLaw(view.getUint8(at)) / 2 ** 15
  }
}

/** G.711: sign, 3 bits of exponent, 4 of mantissa, every other bit inverted; to 16 bits. */
function aLaw(code: number): number {
  const plain = code ^ 0x55
  const exponent = (plain >> 4) & 7
  const mantissa = ((plain & 15) << 4) + 8
  const size = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return plain & 0x80 ? size : -size
}

/** G.711: all bits inverted, a bias of 33 (132 at 16 bits) before the logarithm. */
function muLaw(code: number): number {
  const plain = ~code
  const biased = (((plain & 15) << 3) + 0x84) << ((plain >> 4) & 7)
  return plain & 0x80 ? 0x84 - biased : biased - 0x84
}

/** One sentence if some samples are NaN or infinite. */
function strangeValues(channels: readonly Float32Array[]): string[] {
  let count = 0
  let first = ''
  channels.forEach((samples, channel) => {
    for (let n = 0; n < samples.length; n += 1) {
      if (Number.isFinite(samples[n])) continue
      if (count === 0) first = `sample ${n + 1} of channel ${channel + 1}`
      count += 1
    }
  })
  return count === 0 ? [] : [`${count} values are not finite numbers, the first one is ${first}; they were kept.`]
}

/** One sentence if 64-bit values became infinite or zero; rounding to the nearest 32-bit float is not worth one. */
function outOfRange(channels: readonly Float32Array[], { view, littleEndian }: Riff, start: number): string[] {
  let count = 0
  let at = start
  for (let n = 0; n < channels[0].length; n += 1) {
    for (let channel = 0; channel < channels.length; channel += 1, at += 8) {
      const exact = view.getFloat64(at, littleEndian)
      const kept = channels[channel][n]
      if (Number.isFinite(exact) && (!Number.isFinite(kept) || (kept === 0 && exact !== 0))) count += 1
    }
  }
  return count === 0 ? [] : [`${count} values lie outside the range of 32-bit floats and became infinite or zero.`]
}

function checkFits({ sampleRate, channels }: Signal, fileBytes: number): void {
  if (!(Number.isInteger(sampleRate) && sampleRate >= 1 && sampleRate <= unknownSize)) {
    throw new InputError(
      `Expected a sample rate in whole hertz for WAV. Received: ${sampleRate} Hz. Write CSV instead.`
    )
  }
  // The size of a frame has 16 bits in the header.
  if (!(channels.length >= 1 && channels.length <= 16_383)) {
    throw new InputError(`Expected 1 to 16383 channels for WAV. Received: ${channels.length}.`)
  }
  if (channels.some((samples) => samples.length !== channels[0].length)) {
    throw new InputError('Expected channels of one length. Received channels of different lengths.')
  }
  if (fileBytes > unknownSize) {
    throw new InputError(
      `Expected less than 4 GiB for WAV. Received: ${(fileBytes / 2 ** 30).toFixed(1)} GiB. Write a shorter part.`
    )
  }
}
