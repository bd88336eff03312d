import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { readSignalFile, writeSignalBlocks, writeSignalFile } from './read-signal-file'

let folder: string
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'signal-file-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

const random = new Random(3)
const signal = {
  sampleRate: 1000,
  channels: [0, 1].map(() => Float32Array.from({ length: 500 }, () => random.normal() * 10 ** random.uniform(-30, 30))),
  channelNames: ['a', 'b']
}

test.each(['.wav', '.csv', '.WAV'])('what is written as %s comes back bit for bit', async (ending) => {
  const path = join(folder, `signal${ending}`)
  await writeSignalFile(path, signal)
  const read = await readSignalFile(path)
  expect(read.signal.channels).toEqual(signal.channels)
  expect(read.signal.sampleRate).toBe(1000)
})

test.each(['.wav', '.csv'])('what is written block by block as %s is the file of the whole', async (ending) => {
  const [whole, parts] = [join(folder, `whole${ending}`), join(folder, `parts${ending}`)]
  await writeSignalFile(whole, signal)
  async function* blocks() {
    for (let start = 0; start < 500; start += 77) {
      yield signal.channels.map((samples) => samples.subarray(start, start + 77))
    }
  }
  await writeSignalBlocks(parts, { ...signal, sampleCount: 500 }, blocks())
  expect((await readFile(parts)).equals(await readFile(whole))).toBe(true)
})

test('blocks that end in an error leave no file behind', async () => {
  const path = join(folder, 'broken.wav')
  async function* blocks() {
    yield signal.channels
    throw new Error('the filter failed')
  }
  await expect(writeSignalBlocks(path, { ...signal, sampleCount: 1000 }, blocks())).rejects.toThrow('the filter failed')
  await expect(readFile(path)).rejects.toThrow('ENOENT')
})

test('the content decides, not the name', async () => {
  await writeSignalFile(join(folder, 'a.wav'), signal)
  const misnamed = join(folder, 'really-wav.csv')
  execFileSync('cp', [join(folder, 'a.wav'), misnamed])
  expect((await readSignalFile(misnamed)).format).toBe('wav')
})

test('another ending is refused before anything is written', async () => {
  await expect(writeSignalFile(join(folder, 'a.mp3'), signal)).rejects.toThrow('ends in .wav or .csv')
})

describe('what cannot be opened gives one sentence with its path', () => {
  test.each([
    ['missing', async () => {}, 'does not exist'],
    ['folder', (path: string) => mkdir(path), 'is a folder'],
    ['pipe', async (path: string) => void execFileSync('mkfifo', [path]), 'not a regular file'],
    ['dangling', (path: string) => symlink(join(folder, 'nowhere'), path), 'does not exist'],
    ['loop', (path: string) => symlink(path, path), 'leads to itself'],
    ['empty', (path: string) => writeFile(path, ''), 'empty']
  ])('%s', async (name, make, message) => {
    const path = join(folder, name)
    await make(path)
    await expect(readSignalFile(path)).rejects.toThrow(message)
    await expect(readSignalFile(path)).rejects.toThrow(path)
  })

  test('an endless device', async () => {
    await expect(readSignalFile('/dev/zero')).rejects.toThrow('not a regular file')
  })

  test.skipIf(process.getuid?.() === 0)('a file without permission', async () => {
    const path = join(folder, 'locked.wav')
    await writeFile(path, 'RIFF')
    await chmod(path, 0)
    await expect(readSignalFile(path)).rejects.toThrow('may not be read')
  })

  test('a sparse file of 100 GB without a header is refused by its beginning', async () => {
    const path = join(folder, 'huge.wav')
    execFileSync('truncate', ['-s', '100G', path])
    await expect(readSignalFile(path)).rejects.toThrow('binary data')
  })
})
