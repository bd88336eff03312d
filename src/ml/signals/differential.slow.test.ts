/**
 * 500 random WAV files and 2,000 random tables against libsndfile's and Python's readers, to the last bit. Runs where
 * PEER_PYTHON, or python3, has numpy and soundfile; says so where it has not.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { openRecording } from './open-recording'

interface Expected {
  readonly file: string
  readonly rate: number
  readonly channels: number
  readonly frames: number
  readonly coding: string
}

const python = process.env.PEER_PYTHON ?? 'python3'
const isThere = spawnSync(python, ['-c', 'import numpy, soundfile']).status === 0
const folder = mkdtempSync(join(tmpdir(), 'differential-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(!isThere)('every file holds what the other readers see in it', async () => {
  const seed = process.env.SIGNAL_LAB_SEED ?? '1'
  execFileSync(python, [join(__dirname, '../../../fixtures/make_differential.py'), folder, '--seed', seed])
  const lines = readFileSync(join(folder, 'expected.jsonl'), 'utf8').trim().split('\n')
  expect(lines).toHaveLength(2500)
  const wrong: string[] = []
  for (const line of lines) {
    const expected = JSON.parse(line) as Expected
    const difference = await differenceOf(expected)
    if (difference !== undefined) wrong.push(`${expected.file} (${expected.coding}): ${difference}`)
  }
  expect(wrong).toEqual([])
})

async function differenceOf({ file, rate, channels, frames }: Expected): Promise<string | undefined> {
  const path = join(folder, file)
  const { source } = await openRecording(path)
  const bytes = readFileSync(file.endsWith('.wav') ? path.replace('.wav', '.f64') : `${path}.f64`)
  const answer = new Float64Array(Uint8Array.from(bytes).buffer)
  try {
    const found = `${source.channelNames.length} x ${source.sampleCount} at ${source.sampleRate} Hz`
    const wanted = `${channels} x ${frames} at ${rate} Hz`
    if (found !== wanted) return `${found} instead of ${wanted}`
    for (let channel = 0; channel < channels; channel += 1) {
      const samples = source.readExact(channel, 0, frames)
      const at = samples.findIndex((sample, n) => sample !== answer[channel * frames + n])
      if (at >= 0)
        return `channel ${channel + 1}, sample ${at}: ${samples[at]} instead of ${answer[channel * frames + at]}`
    }
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    source.close()
  }
}
