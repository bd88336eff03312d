/**
 * WAV to a signal in memory and back. Knows nothing of files and names; longer recordings are read by pieces from the
 * same header and the same samples.
 */
import { memoryBytes } from './byte-source'
import { checkSampleRate, readWavHeader } from './wav-header'
import { decodeSamples } from './wav-samples'
import { InputError, sampleCountOf, type DecodedSignal, type Signal } from './signal'
import { encodeFrames, wavHeaderBytes } from './wav-write'

/** Throws InputError with one sentence where there is no telling what the samples are. */
export function decodeWav(bytes: Uint8Array): DecodedSignal {
  const header = readWavHeader(memoryBytes(bytes))
  const sampleRate = checkSampleRate(header.sampleRate)
  const { coding, littleEndian, channelCount, containerBytes, frameCount, dataStart, encoding } = header
  const frameBytes = containerBytes * channelCount
  const data = bytes.subarray(dataStart, dataStart + frameCount * frameBytes)
  const channels = Array.from({ length: channelCount }, (_, channel) => {
    const samples = new Float32Array(frameCount)
    decodeSamples(samples, data, { coding, littleEndian, start: channel * containerBytes, frameBytes })
    return samples
  })
  const warnings = [...header.warnings]
  if (coding === 'float32' || coding === 'float64') warnings.push(...strangeValues(channels))
  if (coding === 'float64') warnings.push(...outOfRange(channels, data, littleEndian))
  const channelNames = channels.map((_, channel) => `channel ${channel + 1}`)
  return { signal: { sampleRate, channels, channelNames }, format: 'wav', encoding, warnings }
}

/**
 * 32-bit float with a fact chunk, EXTENSIBLE for more than two channels; every bit of the samples is kept.
 * Throws InputError for what could not be read again: fractions of a hertz, too many channels, absurd rates.
 */
export function encodeWav(signal: Signal): Uint8Array {
  const { sampleRate, channels } = signal
  const frameCount = sampleCountOf(signal)
  if (channels.some((samples) => samples.length !== frameCount)) {
    throw new InputError('Expected channels of one length. Received channels of different lengths.')
  }
  const head = wavHeaderBytes({ coding: 'float32', channelCount: channels.length, sampleRate, frameCount })
  const { bytes: data } = encodeFrames(channels, 'float32')
  const bytes = new Uint8Array(head.length + data.length)
  bytes.set(head)
  bytes.set(data, head.length)
  return bytes
}

/** One sentence if some samples are NaN or infinite. */
export function strangeValues(channels: readonly Float32Array[]): string[] {
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
function outOfRange(channels: readonly Float32Array[], data: Uint8Array, littleEndian: boolean): string[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  let count = 0
  let at = 0
  for (let n = 0; n < channels[0].length; n += 1) {
    for (let channel = 0; channel < channels.length; channel += 1, at += 8) {
      const exact = view.getFloat64(at, littleEndian)
      const kept = channels[channel][n]
      if (Number.isFinite(exact) && (!Number.isFinite(kept) || (kept === 0 && exact !== 0))) count += 1
    }
  }
  return count === 0 ? [] : [`${count} values lie outside the range of 32-bit floats and became infinite or zero.`]
}
