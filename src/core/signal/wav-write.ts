/**
 * A WAV file in pieces: its header, and samples in any coding. EXTENSIBLE for more than two channels, a fact chunk for
 * floats and the two laws, RF64 from 4 GiB on. Knows nothing of files.
 */
import type { Hertz, Samples } from '../units'
import type { SampleCoding } from './import-choices'
import { InputError } from './signal'
import { guidTail, isSampleRate, maxChannelCount, maxSampleRate, unknownSize, wavTags } from './wav-header'
import { bytesOf, encodeSamples } from './wav-samples'

export interface WavFormat {
  readonly coding: SampleCoding
  readonly channelCount: number
  readonly sampleRate: Hertz
  readonly frameCount: Samples
}

/** Throws InputError for what could not be read again: fractions of a hertz, too many channels, absurd rates. */
export function wavHeaderBytes(format: WavFormat): Uint8Array {
  checkFits(format)
  const { coding, channelCount, sampleRate, frameCount } = format
  const tag = tagOf(coding)
  const sampleBytes = bytesOf[coding]
  const isExtensible = channelCount > 2
  const isPlain = tag === wavTags.pcm && !isExtensible
  const formatBytes = isExtensible ? 40 : isPlain ? 16 : 18
  const frameBytes = sampleBytes * channelCount
  const dataBytes = frameCount * frameBytes
  const padding = dataBytes % 2
  const factBytes = isPlain ? 0 : 12
  const shortBytes = 12 + 8 + formatBytes + factBytes + 8
  const isLong = shortBytes + dataBytes + padding > unknownSize
  const headerBytes = shortBytes + (isLong ? 36 : 0)

  const bytes = new Uint8Array(headerBytes)
  const view = new DataView(bytes.buffer)
  let at = 0
  const text = (value: string) => [...value].forEach((letter) => view.setUint8(at++, letter.charCodeAt(0)))
  const short = (value: number) => (view.setUint16(at, value, true), (at += 2))
  const long = (value: number) => (view.setUint32(at, value, true), (at += 4))
  const veryLong = (value: number) => (view.setBigUint64(at, BigInt(value), true), (at += 8))
  text(isLong ? 'RF64' : 'RIFF')
  long(isLong ? unknownSize : headerBytes - 8 + dataBytes + padding)
  text('WAVE')
  if (isLong) {
    text('ds64')
    long(28)
    veryLong(headerBytes - 8 + dataBytes + padding)
    veryLong(dataBytes)
    veryLong(frameCount)
    long(0) // no other long chunks
  }
  text('fmt ')
  long(formatBytes)
  short(isExtensible ? wavTags.extensible : tag)
  short(channelCount)
  long(sampleRate)
  long(Math.min(unknownSize, sampleRate * frameBytes))
  short(frameBytes)
  short(8 * sampleBytes)
  if (formatBytes > 16) short(formatBytes - 18)
  if (isExtensible) {
    short(8 * sampleBytes)
    long(0) // no loudspeaker positions
    long(tag)
    guidTail.forEach((value) => view.setUint8(at++, value))
  }
  if (!isPlain) {
    text('fact')
    long(4)
    long(Math.min(unknownSize, frameCount))
  }
  text('data')
  long(isLong ? unknownSize : dataBytes)
  return bytes
}

/** A piece of all channels as stored; `clipped` counts the values beyond full scale. */
export function encodeFrames(
  channels: readonly (Float32Array | Float64Array)[],
  coding: SampleCoding
): { bytes: Uint8Array; clipped: number } {
  const sampleBytes = bytesOf[coding]
  const frameBytes = sampleBytes * channels.length
  const bytes = new Uint8Array(frameBytes * (channels[0]?.length ?? 0))
  let clipped = 0
  channels.forEach((samples, channel) => {
    clipped += encodeSamples(samples, bytes, {
      ...{ coding, littleEndian: true, start: channel * sampleBytes, frameBytes }
    })
  })
  return { bytes, clipped }
}

function tagOf(coding: SampleCoding): number {
  switch (coding) {
    case 'float32':
    case 'float64':
      return wavTags.float
    case 'aLaw':
      return wavTags.aLaw
    case 'muLaw':
      return wavTags.muLaw
    case 'int8':
      throw new InputError('WAV holds integers of 8 bits without a sign only. Choose those, or 16 bits.')
    default:
      return wavTags.pcm
  }
}

/** What is written can be opened: the limits are those of reading. */
function checkFits({ sampleRate, channelCount }: WavFormat): void {
  if (!(Number.isInteger(sampleRate) && isSampleRate(sampleRate))) {
    throw new InputError(
      `Expected a sample rate of 1 to ${maxSampleRate} Hz, in whole hertz for WAV. Received: ${sampleRate} Hz. Write CSV instead.`
    )
  }
  if (!(channelCount >= 1 && channelCount <= maxChannelCount)) {
    throw new InputError(
      `Expected 1 to ${maxChannelCount} channels for WAV. Received: ${channelCount}. Write CSV instead.`
    )
  }
}
