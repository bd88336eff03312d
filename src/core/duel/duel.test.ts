import { describe, expect, test } from 'vitest'
import { r2 } from '../metrics/r2'
import { siSdrDb } from '../metrics/si-sdr'
import type { Interval } from '../metrics/interval'
import { duelCsv, duelMarkdown, duelSvg } from './report'
import type { DuelCell, DuelResult } from './result'
import { ScoreSheet, type Figures } from './score-sheet'
import { mixOf, noiseFor, usualDuration, type DuelTask } from './task'
import { formatSeconds, verdictOf } from './verdict'

const task: DuelTask = {
  ...{ frequenciesHz: [2, 5], sampleRate: 100, durationSeconds: 8, degradations: {} },
  ...{ seed: 3, seedCount: 4, tuningSeedCount: 2 }
}

describe('the task', () => {
  test.each([-10, 0, 20])('at %s dB SNR a tone of amplitude 1 has so much more power than the noise', (snrDb) => {
    const tonePower = 0.5 / 4 ** 2
    expect(10 * Math.log10(tonePower / noiseFor(snrDb, 4) ** 2)).toBeCloseTo(snrDb, 9)
  })

  test('the same mix comes again, and no mix for tuning is one that is scored', () => {
    expect(mixOf(task, 0, 'scoring', 1)).toEqual(mixOf(task, 0, 'scoring', 1))
    const mixes = (['scoring', 'tuning'] as const).flatMap((purpose) =>
      [0, 1, 2, 3].map((index) => mixOf(task, 0, purpose, index).mix.join())
    )
    expect(new Set(mixes).size).toBe(8)
    expect(() => mixOf({ ...task, seed: 2 ** 31 - 1 }, 0, 'tuning', 3)).not.toThrow()
  })

  test('twenty periods of the spacing are ten seconds for 1, 3, 5, 7 Hz', () => {
    expect(usualDuration({ frequenciesHz: [1, 3, 5, 7], sampleRate: 1000 })).toBe(10)
    expect(usualDuration({ frequenciesHz: [480, 960], sampleRate: 48_000 })).toBeCloseTo(20 / 480, 12)
  })
})

describe('the score sheet', () => {
  test('figures are means over mixes of means over selectors', () => {
    const sheet = new ScoreSheet(task)
    const perMix = [0, 1, 2].map((index) => {
      const generated = mixOf(task, 10, 'scoring', index)
      const outputs = generated.tones.map((tone) => tone.map((value, n) => 0.8 * value + 0.01 * Math.cos(n * index)))
      sheet.add(generated, outputs)
      const mean = (figure: (t: Float32Array, e: Float32Array) => number) =>
        generated.tones.reduce((sum, tone, k) => sum + figure(tone, outputs[k]), 0) / 2
      return { siSdr: mean(siSdrDb), r2: mean(r2) }
    })
    const figures = sheet.figures()
    expect(figures.siSdrDb.mean).toBeCloseTo(perMix.reduce((sum, { siSdr }) => sum + siSdr, 0) / 3, 9)
    expect(figures.r2.mean).toBeCloseTo(perMix.reduce((sum, { r2: value }) => sum + value, 0) / 3, 9)
    expect(figures.amplitudeError).toBeCloseTo(0.2, 2)
    expect(figures.settlingSeconds).toBe(0)
    expect(sheet.siSdrsDb).toHaveLength(3)
  })

  test('an output that lags is compared with what it lags behind', () => {
    const sheet = new ScoreSheet(task)
    const generated = mixOf(task, 10, 'scoring', 0)
    const late = generated.tones.map((tone) => tone.map((_, n) => tone[n - 30] ?? 0))
    sheet.add(generated, late, 30)
    expect(sheet.figures().r2.mean).toBe(1)
    expect(sheet.figures().siSdrDb.mean).toBe(100)
  })

  test('an output that begins late settles when it begins, and silence never', () => {
    const generated = mixOf(task, 10, 'scoring', 0)
    const late = new ScoreSheet(task)
    late.add(
      generated,
      generated.tones.map((tone) => tone.map((value, n) => (n < 300 ? 0 : value)))
    )
    expect(Math.abs((late.figures().settlingSeconds as number) - 3)).toBeLessThan(0.2)
    const silent = new ScoreSheet(task)
    silent.add(
      generated,
      generated.tones.map((tone) => new Float32Array(tone.length))
    )
    expect(silent.figures().settlingSeconds).toBeNull()
    expect(silent.figures().siSdrDb.mean).toBe(-100)
  })
})

const interval = (mean: number, halfWidth = 0.4): Interval => ({ mean, halfWidth })
const figuresOf = (siSdr: number, settlingSeconds: number | null): Figures => ({
  ...{ siSdrDb: interval(siSdr), siSdrImprovementDb: interval(9), snrImprovementDb: interval(9), r2: interval(0.9) },
  ...{ siSdrSettledDb: interval(siSdr), r2Settled: interval(0.9), amplitudeError: 0.01, phaseErrorDegrees: 1 },
  settlingSeconds
})

function cellOf(
  snrDb: number,
  lead: number,
  settling: readonly [number | null, number | null],
  best = 'kalman'
): DuelCell {
  const rival = (id: string, title: string, causal: boolean) => ({
    ...{ id, title, causal, params: { certainty: 100 }, figures: figuresOf(10 - lead, settling[1]) },
    networkLeadDb: interval(lead)
  })
  return {
    ...{ snrDb, noise: noiseFor(snrDb, 2), network: figuresOf(10, settling[0]), bestRivalId: best },
    rivals: [
      rival('kalman', 'Kalman filter', true),
      rival('butterworth', 'Butterworth band-pass', true),
      rival('zero-phase', 'Zero-phase Butterworth', false)
    ]
  }
}

describe('the verdict', () => {
  test('is one sentence with a lead and its interval for each noise level', () => {
    const cells = [cellOf(0, 3.14, [0.31, 1.18]), cellOf(20, -6.02, [0.2, 0.1])]
    expect(verdictOf({ cells })).toBe(
      'network +3.1 ± 0.4 dB at 0 dB SNR, −6.0 ± 0.4 dB at 20 dB, against the best causal classical filter (Kalman filter); settles in 0.31 s against 1.18 s at 0 dB'
    )
  })

  test('names the rival of each level where they differ, and says what does not settle', () => {
    const cells = [cellOf(-5, 1, [null, null], 'butterworth'), cellOf(10, 1, [0.2, 0.1])]
    expect(verdictOf({ cells })).toBe(
      'network +1.0 ± 0.4 dB at −5 dB SNR (Butterworth band-pass), +1.0 ± 0.4 dB at 10 dB (Kalman filter), against the best causal classical filter; neither settles at −5 dB'
    )
    expect(verdictOf({ cells: [cellOf(0, 1, [0.0501, null])] })).toContain(
      'settles in 50.1 ms against a rival that does not settle'
    )
    expect(verdictOf({ cells: [cellOf(0, 1, [null, 2])] })).toContain('the network does not settle, the rival in 2 s')
  })

  test('times have three digits in a unit that suits them', () => {
    expect([0, 0.00123456, 0.5, 12.345].map(formatSeconds)).toEqual(['0 s', '1.23 ms', '0.5 s', '12.3 s'])
  })
})

describe('tables and picture', () => {
  const result: DuelResult = {
    ...{ modelId: 'm', modelTitle: 'M & N', frequenciesHz: [2, 5], sampleRate: 100, durationSeconds: 8 },
    ...{ degradations: '', seed: 1, seedCount: 4, tuningSeedCount: 2, latencySamples: 0 },
    cells: [cellOf(0, 3, [0.3, 1]), cellOf(20, -6, [0.2, null])],
    verdict: 'network wins'
  }

  test('the CSV has one line for each noise level and contestant, all of one length', () => {
    const lines = duelCsv(result).trimEnd().split('\n')
    expect(lines).toHaveLength(1 + 2 * 4)
    expect(new Set(lines.map((text) => text.split(',').length)).size).toBe(1)
    expect(lines[1]).toMatch(/^0,network,"",10,0.4,/)
  })

  test('the Markdown tells the verdict, each lead, and which mark is not causal', () => {
    const text = duelMarkdown(result)
    expect(text).toContain('network wins.')
    expect(text).toContain('| Zero-phase Butterworth (not causal) |')
    expect(text).toContain('−6.0 ± 0.4 dB')
    expect(text).toContain('never')
  })

  test('the picture is well-formed and holds a curve for each contestant', () => {
    const svg = duelSvg(result)
    expect(svg).toContain('Network M &amp; N')
    expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(svg.match(/<path d="M[^"]*" fill="none"/g)?.length).toBeGreaterThanOrEqual(4 + 4 + 3)
  })
})
