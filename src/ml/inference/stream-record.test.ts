import { describe, expect, test, vi } from 'vitest'
import { envelope } from '../../core/signal/envelope'
import { arraySource } from '../signals/sample-source'
import { StreamRecord } from './stream-record'
import { GrowingTrace, pageLength, SourceTrace, Tally, WholeTrace } from './trace-store'

const wave = Float32Array.from({ length: 200_000 }, (_, n) => Math.sin(n / 50) + Math.sin(n / 7000))
const tallyOf = (store: { tally(start: number, end: number, into: Tally): void }, start: number, end: number) => {
  const tally = new Tally()
  store.tally(start, end, tally)
  return tally
}

describe('a trace by place', () => {
  test.each([
    [0, 200_000],
    [255, 257],
    [1000, 1300],
    [65_000, 140_001],
    [-50, 300_000]
  ])('sums up the samples from %d to %d as going through them does', (start, end) => {
    const whole = new WholeTrace(wave)
    const growing = new GrowingTrace(16)
    growing.write(0, wave)
    const slow = new Tally()
    slow.addSamples(wave, Math.max(0, start), Math.min(wave.length, end))
    for (const store of [whole, growing]) {
      const tally = tallyOf(store, start, end)
      expect([tally.low, tally.high, tally.count]).toEqual([slow.low, slow.high, slow.count])
      expect(tally.squares / slow.squares).toBeCloseTo(1, 6)
    }
  })

  test('that grows knows what was written, also when a piece is written again', () => {
    const trace = new GrowingTrace(16)
    trace.write(pageLength - 2, Float32Array.of(1, 2, 3, 4))
    const read = new Float32Array(6).fill(NaN)
    trace.copy(pageLength - 3, read)
    expect([...read]).toEqual([NaN, 1, 2, 3, 4, NaN])
    expect(tallyOf(trace, 0, 10 * pageLength)).toMatchObject({ low: 1, high: 4, count: 4 })
    trace.write(pageLength - 2, Float32Array.of(9))
    expect(tallyOf(trace, 0, 10 * pageLength)).toMatchObject({ low: 2, high: 9, count: 4 })
    expect(trace.firstGap(pageLength - 2, pageLength + 5)).toEqual({ start: pageLength + 2, end: pageLength + 5 })
    expect(trace.firstGap(pageLength - 2, pageLength + 2)).toBeUndefined()
    expect(trace.firstGap(5 * pageLength, 8 * pageLength)).toEqual({ start: 5 * pageLength, end: 8 * pageLength })
  })

  test('gives up the pages written longest ago', () => {
    const trace = new GrowingTrace(2)
    const page = new Float32Array(pageLength).fill(1)
    for (const index of [0, 5, 0, 9]) trace.write(index * pageLength, page)
    const has = (index: number) => trace.firstGap(index * pageLength, (index + 1) * pageLength) === undefined
    expect([0, 5, 9].map(has)).toEqual([true, false, true])
  })

  test('of a source reads short stretches and lets long ones be summed up', () => {
    const picture = vi.fn((start: number, end: number) => envelope(wave, start, end, 1))
    const trace = new SourceTrace(arraySource(wave), picture)
    expect(tallyOf(trace, 100, 200).count).toBe(100)
    expect(picture).not.toHaveBeenCalled()
    const long = tallyOf(trace, 0, 100_000)
    expect(picture).toHaveBeenCalledWith(0, 100_000)
    expect(Math.sqrt(long.squares / long.count)).toBeCloseTo(envelope(wave, 0, 100_000, 1).rms[0], 5)
  })
})

describe('the record of a stream', () => {
  const mix = Float32Array.from({ length: 1000 }, (_, n) => n)
  const record = new StreamRecord({ mix: arraySource(mix), truths: [mix.map((sample) => sample / 2)] })
  record.write(300, mix.subarray(300, 500), [mix.subarray(300, 500).map((sample) => sample - 1)])
  const everything = { from: 0, to: 1000 }
  const names = ['mix', 'output', 'truth', 'residual'] as const

  test('has the mix and the truth everywhere, the output where the filter was', () => {
    const { traces, samplesPerColumn } = record.picture(names, 0, { start: 298, end: 302, columns: 10 }, everything)
    expect(samplesPerColumn).toBe(1)
    expect(traces.map(({ max }) => [...max])).toEqual([
      [298, 299, 300, 301],
      [NaN, NaN, 299, 300],
      [149, 149.5, 150, 150.5],
      [NaN, NaN, 1, 1]
    ])
    expect(record.firstGap(250, 350)).toEqual({ start: 250, end: 300 })
  })

  test('draws columns with their RMS, and nothing outside of the record', () => {
    const { traces } = record.picture(names, 0, { start: -500, end: 1500, columns: 4 }, everything)
    expect([...traces[0].min]).toEqual([NaN, 0, 500, NaN])
    expect([...traces[0].max]).toEqual([NaN, 499, 999, NaN])
    const squares = mix.subarray(0, 500).reduce((sum, sample) => sum + sample * sample, 0)
    expect(traces[0].rms[1]).toBeCloseTo(Math.sqrt(squares / 500), 2)
    expect(traces[3].max[1]).toBe(1)
  })

  test('repeats along the stream, as far as the extent goes', () => {
    const samples = record.samples('mix', 0, 1997, 6, { from: 1998, to: 2002 })
    expect([...samples]).toEqual([NaN, 998, 999, 0, 1, NaN])
  })

  test('has nothing for a selector without a truth', () => {
    const other = new StreamRecord({ mix: arraySource(mix), truths: [undefined] })
    expect([...other.samples('truth', 0, 0, 2, everything)]).toEqual([NaN, NaN])
  })
})
