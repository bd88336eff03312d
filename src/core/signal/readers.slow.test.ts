/**
 * Ten thousand damaged files through both readers: sizes flipped, pieces cut, doubled, swapped. Each gives samples or an
 * InputError, soon, and never more samples than the file has room for.
 */
import { expect, test } from 'vitest'
import { csvCases, wavCases } from '../../../fixtures/make_corpus.mjs'
import { Random } from '../random'
import { memoryBytes } from './byte-source'
import { decodeCsv } from './csv'
import { previewImport, proposeImport, proposeRaw } from './import'
import { InputError } from './signal'
import { decodeWav } from './wav'

const fileCount = 10_000
const longestSeconds = 2

const seeds = (cases: typeof wavCases) =>
  cases.flatMap(({ content }) => (content && content.length > 0 && content.length < 20_000 ? [content] : []))

/** One to six changes, of the kinds that cut cables, full disks and other programs make. */
function mutated(seed: Uint8Array, others: readonly Uint8Array[], random: Random): Uint8Array {
  let bytes = Uint8Array.from(seed)
  const place = () => random.integer(bytes.length + 1)
  for (let change = random.integer(6); change >= 0; change -= 1) {
    const [from, to] = [place(), place()].sort((a, b) => a - b)
    switch (random.integer(7)) {
      case 0:
        if (bytes.length > 0) bytes[random.integer(bytes.length)] = random.integer(256)
        break
      case 1:
        if (bytes.length > 0) bytes[random.integer(bytes.length)] ^= 1 << random.integer(8)
        break
      case 2: {
        // A size or a count: four bytes at an even place.
        const at = 2 * random.integer(Math.max(1, Math.min(64, bytes.length >> 1)))
        const sizes = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff0, bytes.length, random.nextUint32()]
        const size = sizes[random.integer(sizes.length)]
        for (let n = 0; n < 4 && at + n < bytes.length; n += 1) bytes[at + n] = (size >>> (8 * n)) & 255
        break
      }
      case 3:
        bytes = bytes.slice(0, to)
        break
      case 4:
        bytes = concat(bytes.subarray(0, from), bytes.subarray(to))
        break
      case 5:
        bytes = concat(bytes.subarray(0, to), bytes.subarray(from, Math.min(to, from + 4096)), bytes.subarray(to))
        break
      default: {
        const other = others[random.integer(others.length)]
        const start = random.integer(other.length + 1)
        bytes = concat(bytes.subarray(0, from), other.subarray(start, start + 200), bytes.subarray(from))
      }
    }
  }
  return bytes
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

test.each([
  ['WAV', seeds(wavCases), decodeWav],
  ['CSV', seeds(csvCases), decodeCsv]
] as const)('%s', (_, files, decode) => {
  const random = new Random(77)
  let opened = 0
  let slowest = 0
  for (let n = 0; n < fileCount; n += 1) {
    const bytes = mutated(files[random.integer(files.length)], files, random)
    const attempt = (read: () => void) => {
      const before = process.cpuUsage()
      try {
        read()
      } catch (error) {
        if (!(error instanceof InputError)) {
          throw new Error(`file ${n} (${Buffer.from(bytes).toString('base64')}): ${(error as Error).stack}`, {
            cause: error
          })
        }
      }
      slowest = Math.max(slowest, process.cpuUsage(before).user / 1e6)
    }
    attempt(() => {
      const { signal } = decode(bytes)
      opened += 1
      expect(signal.sampleRate).toBeGreaterThan(0)
      expect(signal.channels.length * signal.channels[0].length).toBeLessThanOrEqual(bytes.length)
    })
    attempt(() => {
      const { choices } = proposeImport(memoryBytes(bytes))
      const preview = previewImport(memoryBytes(bytes), choices)
      if (preview.problem === null) expect(preview.sampleCount).toBeGreaterThan(0)
    })
    if (n % 10 === 0) attempt(() => previewImport(memoryBytes(bytes), proposeRaw(memoryBytes(bytes)).choices))
  }
  // A fuzz that never gets past the door would test nothing.
  expect(opened).toBeGreaterThan(fileCount / 20)
  expect(slowest).toBeLessThan(longestSeconds)
})
