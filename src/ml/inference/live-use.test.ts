import { describe, expect, test } from 'vitest'
import { delayedStream, liveUseOf } from './live-use'
import type { StreamFilter } from './stream-filter'

const task = { frequenciesHz: [1, 3, 5, 7], sampleRate: 1000 }

test('a causal model runs live; one that sees the future is refused with the reason and the delay that it needs', () => {
  expect(liveUseOf({ title: 'M', causal: true }, task)).toEqual({ kind: 'live' })
  expect(liveUseOf({ title: 'M', causal: false }, task)).toMatchObject({
    kind: 'delayed',
    delaySamples: 1125,
    reason: 'M sees what comes after a sample, so it cannot run live. Delayed by 1125 samples (1.13 s) it can.'
  })
})

describe('a network that reads backwards, as a stream', () => {
  /** Each output is the mean of ten samples before and ten after. */
  function backwards(log: string[]): StreamFilter {
    return {
      ...{ frequenciesHz: [1], latencySamples: 0, hopSamples: 1 },
      process: (block) => [
        block.map((_, n) => block.subarray(Math.max(0, n - 10), n + 11).reduce((sum, value) => sum + value, 0) / 21)
      ],
      reset: () => void log.push('reset'),
      dispose: () => void log.push('dispose')
    }
  }
  const settings = { lookAheadSamples: 20, contextSamples: 40, hopSamples: 5 }
  const samples = Float32Array.from({ length: 400 }, (_, n) => Math.sin(n * n))

  test('answers late by what it waits for, each record from a cold start, however the blocks are cut', () => {
    const log: string[] = []
    const stream = delayedStream(backwards(log), settings)
    expect(stream.latencySamples).toBe(25)
    const [whole] = stream.process(samples)
    const [expected] = backwards([]).process(samples)
    for (let n = 50; n < 400; n += 1) expect(whole[n]).toBeCloseTo(expected[n - 25], 6)
    expect(log.filter((entry) => entry === 'reset')).toHaveLength(76)
    stream.reset()
    const parts: number[] = []
    for (let start = 0; start < 400; start += 7) parts.push(...stream.process(samples.subarray(start, start + 7))[0])
    expect(Float32Array.from(parts)).toEqual(whole)
    stream.dispose()
    expect(log[log.length - 1]).toBe('dispose')
  })
})
