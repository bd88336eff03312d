/** Every file of the bad-input corpus through the command line: its values with a warning, or one clear sentence. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { csvCases, fileCases, makeCase, wavCases, type CorpusCase } from '../../fixtures/make_corpus.mjs'
import { openRecording } from '../ml/signals/open-recording'
import { main } from './index'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'corpus-'))))
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Answer {
  readonly error?: { readonly code: string; readonly message: string }
  readonly warnings: readonly string[]
  readonly questions: readonly string[]
  readonly sampleCount: number
  readonly sampleRate: number
  readonly channels: number
  readonly channelNames: readonly string[]
}

async function info(path: string): Promise<{ code: number; answer: Answer }> {
  const pieces: string[] = []
  const sink = (keep: boolean) =>
    new Writable({ write: (piece: Buffer, _, done) => (keep && pieces.push(piece.toString('utf8')), done()) })
  const code = await main(['info', path, '--json'], sink(true), sink(false))
  return { code, answer: JSON.parse(pieces.join('')) as Answer }
}

async function check(one: CorpusCase): Promise<void> {
  const path = makeCase(folder, one)
  const { code, answer } = await info(path)
  const { error } = answer
  const told = error ? [error.message] : [...answer.warnings, ...answer.questions]
  if (one.says !== undefined) expect(told.join('\n')).toContain(one.says)
  if (one.verdict === 'refuse') {
    expect({ code, error: error?.code }).toEqual({ code: 1, error: 'bad-input' })
    // One sentence or two: what was expected, what came, what to do; never a stack.
    expect(error!.message.length).toBeLessThan(700)
    expect(error!.message).toMatch(/[.…]$/)
    expect(error!.message).not.toMatch(/\bat .*\.ts|undefined|\[object/)
    return
  }
  if (one.verdict === 'ask' && error) {
    expect({ code, error: error.code }).toEqual({ code: 1, error: 'bad-input' })
    return
  }
  expect(error).toBeUndefined()
  expect(code).toBe(0)
  if (one.verdict === 'ok') expect(told).toEqual([])
  if (one.verdict === 'repair') expect(answer.warnings).not.toEqual([])
  if (one.verdict === 'ask') expect(told).not.toEqual([])
  if (one.rate !== undefined) expect(answer.sampleRate).toBe(one.rate)
  if (one.channels !== undefined) expect(answer.channels).toBe(one.channels)
  if (one.count !== undefined) expect(answer.sampleCount).toBe(one.count)
  if (one.names) expect(answer.channelNames).toEqual(one.names)
  expect(answer.sampleCount).toBeGreaterThan(0)
  if (!one.samples) return
  const { source } = await openRecording(path)
  const samples = [...source.readExact(0, 0, source.sampleCount)]
  source.close()
  expect(samples).toHaveLength(one.samples.length)
  samples.forEach((sample, n) => {
    if (Number.isNaN(one.samples![n])) expect(sample).toBeNaN()
    else expect(sample).toBeCloseTo(one.samples![n], 15)
  })
}

describe.each([
  ['WAV', wavCases],
  ['tables', csvCases],
  ['the file system', fileCases]
] as const)('%s', (_, cases) => {
  test.each(cases.map((one) => [one.id, one.what, one] as const))(
    '%s: %s',
    { timeout: 60_000 },
    async (_id, _what, one) => {
      if (one.notForRoot && process.getuid?.() === 0) return
      await check(one)
    }
  )
})
