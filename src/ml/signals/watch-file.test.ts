/** A long recording whose file is changed, cut, replaced or removed while it is open. */
import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { wavHeaderBytes } from '../../core/signal/wav-write'
import { openRecording, type OpenedRecording } from './open-recording'
import { describeFileChange, watchFile, type FileChange } from './watch-file'
import { eventually } from '../../core/eventually.testing'

const folder = mkdtempSync(join(tmpdir(), 'watch-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const frameCount = 10_000_000
const longBytes = 44 + 2 * frameCount

/** 20 MB of silence, sparse; too long to be held in memory. */
function longWav(name: string): string {
  const path = join(folder, name)
  const file = openSync(path, 'w')
  writeSync(file, wavHeaderBytes({ coding: 'int16', channelCount: 1, sampleRate: 48_000, frameCount }))
  closeSync(file)
  truncateSync(path, longBytes)
  return path
}

const cases: readonly [FileChange, string, (path: string) => void, (opened: OpenedRecording) => void][] = [
  [
    'gone',
    'removed',
    unlinkSync,
    ({ source }) => expect(source.read(0, frameCount - 2, 9)).toEqual(new Float32Array(2))
  ],
  [
    'shorter',
    'cut',
    (path) => truncateSync(path, 1_000_044),
    ({ source }) => {
      expect(source.read(0, 499_998, 4)).toEqual(Float32Array.of(0, 0, NaN, NaN))
      expect(source.read(0, 0, 3)).toEqual(new Float32Array(3))
    }
  ],
  [
    'changed',
    'grown',
    (path) => appendFileSync(path, 'more'),
    ({ source }) => expect(source.sampleCount).toBe(frameCount)
  ],
  [
    'changed',
    'replaced',
    (path) => renameSync(longWavLonger(), path),
    ({ source }) => expect(source.read(0, 5, 2)).toEqual(new Float32Array(2))
  ]
]

function longWavLonger(): string {
  const path = longWav('longer.wav')
  appendFileSync(path, 'another file')
  return path
}

test.each(cases)(
  '%s: a file that is %s is told of once, and what is left of it can be read',
  async (kind, how, act, check) => {
    const path = longWav(`${how}.wav`)
    const opened = await openRecording(path)
    expect(opened.file?.staysOpen).toBe(true)
    const told = vi.fn()
    const stop = watchFile(path, opened.file!, told, 5)
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(told).not.toHaveBeenCalled()
    act(path)
    await eventually(() => expect(told).toHaveBeenCalledWith(kind))
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(told).toHaveBeenCalledTimes(1)
    check(opened)
    stop()
    opened.source.close()
    expect(describeFileChange(`${how}.wav`, kind)).toMatch(new RegExp(`^${how}\\.wav was .*\\.$`))
  }
)

test('nothing is told after it was stopped', async () => {
  const path = longWav('stopped.wav')
  const opened = await openRecording(path)
  const told = vi.fn()
  watchFile(path, opened.file!, told, 5)()
  unlinkSync(path)
  await new Promise((resolve) => setTimeout(resolve, 40))
  expect(told).not.toHaveBeenCalled()
  opened.source.close()
})

test('a short file is held in memory: nothing that happens to it matters', async () => {
  const path = join(folder, 'short.wav')
  const file = openSync(path, 'w')
  writeSync(file, wavHeaderBytes({ coding: 'int16', channelCount: 1, sampleRate: 1000, frameCount: 100 }))
  closeSync(file)
  truncateSync(path, 244)
  const opened = await openRecording(path)
  expect(opened.file?.staysOpen).toBe(false)
  unlinkSync(path)
  expect(opened.source.read(0, 0, 200)).toEqual(new Float32Array(100))
})
