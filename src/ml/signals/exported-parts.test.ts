import { describe, expect, test } from 'vitest'
import type { StreamFilter } from '../inference/stream-filter'
import { exportedParts, type ExportedParts } from './exported-parts'
import { memorySource } from './sample-source'

const mix = Float32Array.from({ length: 40_000 }, (_, n) => n)
const source = memorySource({ sampleRate: 1000, channels: [mix, mix.map((x) => -x)], channelNames: ['left', 'right'] })

/** Output is the sum of the last two samples: what came before the block shows. */
function summingFilter(log: (number | 'reset')[]): StreamFilter {
  let last = 0
  return {
    ...{ frequenciesHz: [3, 5], latencySamples: 0, hopSamples: 1, dispose: () => {} },
    reset: () => {
      last = 0
      log.push('reset')
    },
    process(block) {
      log.push(block.length)
      const output = block.map((sample) => {
        const sum = sample + last
        last = sample
        return sum
      })
      return [output, output.map((value) => 2 * value)]
    }
  }
}

const whole = (given: Partial<ExportedParts>) => {
  const log: (number | 'reset')[] = []
  const answer = { filter: summingFilter(log), channel: 0, truths: [mix, undefined] }
  const signal = exportedParts({ source, parts: [], range: { start: 0, end: 40_000 }, answer, ...given })
  const pieces = [...signal.pieces()]
  return { signal, log, channels: signal.channelNames.map((_, c) => pieces.flatMap((piece) => [...piece[c]])) }
}

test('each part is a channel with a name of its own', () => {
  const parts = [
    { trace: 'mix', index: 1 },
    { trace: 'output', index: 1 },
    { trace: 'residual', index: 0 },
    { trace: 'truth', index: 0 }
  ] as const
  const { signal, channels } = whole({ parts })
  expect(signal.channelNames).toEqual(['right', 'output 5 Hz', 'residual 3 Hz', 'truth 3 Hz'])
  expect(channels.map((channel) => channel.length)).toEqual([40_000, 40_000, 40_000, 40_000])
  expect(channels.map((channel) => channel[30_000])).toEqual([-30_000, 2 * 59_999, 30_000 - 59_999, 30_000])
})

test('the filter is settled before the range, and starts anew for a second pass', () => {
  const { signal, log, channels } = whole({
    parts: [{ trace: 'output', index: 0 }],
    range: { start: 10_000, end: 10_003 }
  })
  expect(channels[0]).toEqual([19_999, 20_001, 20_003])
  expect(log).toEqual(['reset', 2000, 3])
  expect([...[...signal.pieces()][0][0]]).toEqual(channels[0])
})

test('what lags stands where it belongs, to the last sample', () => {
  const late: StreamFilter = {
    ...{ frequenciesHz: [3], latencySamples: 5, hopSamples: 1, reset: () => (past = []), dispose: () => {} },
    process(block) {
      past.push(...block)
      const from = past.length - block.length - 5
      return [block.map((_, n) => past[from + n] ?? 0)]
    }
  }
  let past: number[] = []
  const answer = { filter: late, channel: 0, truths: [undefined] }
  for (const range of [
    { start: 0, end: 40_000 },
    { start: 39_990, end: 40_000 }
  ]) {
    const { channels } = whole({ parts: [{ trace: 'output', index: 0 }], range, answer })
    expect(channels[0]).toEqual([...mix.subarray(range.start, range.end)])
  }
})

describe('what there is not is refused', () => {
  test.each([
    [{ trace: 'mix', index: 2 }, 'none numbered 3'],
    [{ trace: 'output', index: 2 }, 'There is no tone 3'],
    [{ trace: 'truth', index: 1 }, 'The clean tone at 5 Hz is not known']
  ] as const)('%j', (part, message) => expect(() => whole({ parts: [part] })).toThrow(message))

  test('an output without a filter', () => {
    expect(() => whole({ parts: [{ trace: 'output', index: 0 }], answer: undefined })).toThrow('no tone 1')
  })
})
