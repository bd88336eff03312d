/** Small recordings for the tests: a WAV, a CSV and something that is neither. */
import { writeFileSync } from 'node:fs'

const sampleRate = 1000

function mixOf(frequenciesHz: readonly number[], seconds: number): Float32Array {
  return Float32Array.from({ length: seconds * sampleRate }, (_, n) =>
    frequenciesHz.reduce((sum, hertz, index) => sum + 0.2 * Math.sin((2 * Math.PI * hertz * n) / sampleRate + index), 0)
  )
}

/** One channel of 16-bit samples. */
export function writeWav(path: string, frequenciesHz: readonly number[], seconds = 6): void {
  const mix = mixOf(frequenciesHz, seconds)
  const bytes = Buffer.alloc(44 + 2 * mix.length)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + 2 * mix.length, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(sampleRate, 24)
  bytes.writeUInt32LE(2 * sampleRate, 28)
  bytes.writeUInt16LE(2, 32)
  bytes.writeUInt16LE(16, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(2 * mix.length, 40)
  mix.forEach((sample, n) => bytes.writeInt16LE(Math.round(sample * 32767), 44 + 2 * n))
  writeFileSync(path, bytes)
}

/** A time column and an amplitude column. */
export function writeCsv(path: string, frequenciesHz: readonly number[], seconds = 6): void {
  const lines = Array.from(mixOf(frequenciesHz, seconds), (sample, n) => `${n / sampleRate},${sample.toFixed(6)}`)
  writeFileSync(path, `time,amplitude\n${lines.join('\n')}\n`)
}

export function writeBroken(path: string): void {
  writeFileSync(path, 'this is no recording')
}
