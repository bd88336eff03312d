import { describe, expect, test } from 'vitest'
import type { Manifest, Running } from '../library/manifest'
import { checkDomain, type SignalDomain } from './domain-guard'

function manifestOf(running: Running, frequenciesHz: number[]): Manifest {
  return {
    ...{ formatVersion: 2, id: 'm', title: 'M', architecture: 'lstm', params: {}, featureCount: 5, outputCount: 2 },
    ...{ running, frequenciesHz, inputScale: 1, targetScale: 1, trainingRms: 0.4 },
    training: {
      ...{ command: 'siglab train', noise: [0.2, 0.4], seed: 1, steps: 1, seconds: 90, kernel: '' },
      ...{ createdAt: '', appVersion: '' }
    },
    ...{ metrics: {}, summary: '' }
  }
}

const samples = manifestOf({ kind: 'samples', sampleRate: 1000, sequenceLength: 50 }, [1, 3, 5, 7])
const ticks = manifestOf({ kind: 'ticks', sampleRate: 1000, modelRate: 50 }, [1, 3, 5, 7])
const any = { ...ticks, frequenciesHz: [] }
const good: SignalDomain = { sampleRate: 1000, sampleCount: 10_000, tonesHz: [1, 3, 5, 7], rms: 0.4, noise: 0.3 }
const alternatives = { universalId: 'universal', trainingSeconds: 60 }

function check(manifest: Manifest, change: Partial<SignalDomain> = {}, wantedHz = [1, 3, 5, 7], gain = 1) {
  return checkDomain({ manifest, wantedHz, gain }, { ...good, ...change }, alternatives)
}
const subjects = (report: ReturnType<typeof check>) => report.findings.map(({ subject, verdict }) => [subject, verdict])

test.each([samples, ticks, any])('the signal of its training is green and needs no cure', (manifest) => {
  expect(check(manifest)).toEqual({ verdict: 'green', findings: [], cures: [] })
})

describe('rate', () => {
  test('another rate is red for a network at the signal rate, and cured by resampling, another model or training', () => {
    const report = check(samples, { sampleRate: 8000, sampleCount: 80_000, noise: 0.01 })
    expect(subjects(report)).toEqual([['rate', 'red']])
    expect(report.findings[0].sentence).toBe('M was trained at 1000 samples a second; this signal has 8000.')
    expect(report.cures).toEqual([
      { kind: 'resample', sampleRate: 1000 },
      { kind: 'use-universal', modelId: 'universal', frequenciesHz: [1, 3, 5, 7] },
      { kind: 'train-for-these', frequenciesHz: [1, 3, 5, 7], sampleRate: 8000, estimatedSeconds: 60 }
    ])
  })

  test('a network at ticks takes any rate but one below its ticks', () => {
    expect(check(ticks, { sampleRate: 8000, sampleCount: 80_000 }).verdict).toBe('green')
    expect(subjects(check(ticks, { sampleRate: 40, sampleCount: 400, noise: 0.01 }))).toContainEqual(['rate', 'red'])
  })

  test('a wanted tone that the rate cannot hold is red', () => {
    const report = check(any, {}, [1, 600])
    expect(report.findings[0]).toMatchObject({ subject: 'rate', verdict: 'red' })
    expect(report.findings[0].sentence).toContain('below 500 Hz; wanted are 600 Hz')
  })
})

describe('frequencies', () => {
  test('some tones missing is amber, all missing red, and the cures name the tones that are there', () => {
    expect(check(ticks, { tonesHz: [1, 3, 50] }).verdict).toBe('amber')
    const report = check(ticks, { tonesHz: [120, 50] })
    expect(report.verdict).toBe('red')
    expect(report.findings[0].sentence).toBe('M answers 1, 3, 5, 7 Hz; this signal has tones at 120, 50 Hz.')
    expect(report.cures.map((cure) => 'frequenciesHz' in cure && cure.frequenciesHz)).toEqual([
      [50, 120],
      [50, 120]
    ])
    expect(check(ticks, { tonesHz: [] }).findings[0].sentence).toContain('has no clear tones')
  })

  test('a tone more than the model knows is amber', () => {
    const report = check(ticks, { tonesHz: [1, 3, 5, 7, 9] })
    expect(subjects(report)).toEqual([['frequencies', 'amber']])
    expect(report.findings[0].sentence).toContain('also has 9 Hz')
  })

  test('a tone as close as a found peak can be is the same tone', () => {
    expect(check(ticks, { tonesHz: [1.05, 3, 5.04, 7] }).verdict).toBe('green')
  })

  test('a model that takes any frequencies has nothing to say about them', () => {
    expect(check(any, { tonesHz: [50, 120] }, [50, 120]).verdict).toBe('green')
  })
})

test('for a model that takes any, a tone closer than the selectors are, or a signal too short for them, is amber', () => {
  const near = check(any, { tonesHz: [10, 12, 20] }, [10, 20])
  expect(subjects(near)).toEqual([['spacing', 'amber']])
  expect(near.findings[0].sentence).toContain('12 Hz stands closer than the 10 Hz between the selectors')
  expect(subjects(check(any, { sampleCount: 500 }))).toEqual([['spacing', 'amber']])
})

test('silence is red; a level far away is scaled, told, and green', () => {
  expect(subjects(check(ticks, { rms: 0 }))).toContainEqual(['level', 'red'])
  const scaled = check(ticks, { rms: 40, noise: 30 }, [1, 3, 5, 7], 0.01)
  expect(scaled.verdict).toBe('green')
  expect(scaled.findings[0].sentence).toContain('scaled by 0.01')
})

test('more noise than in training is amber, far more red, and a higher rate spreads the same noise wider', () => {
  expect(check(ticks, { noise: 0.5 }).verdict).toBe('green')
  expect(subjects(check(ticks, { noise: 1 }))).toEqual([['noise', 'amber']])
  expect(subjects(check(ticks, { noise: 2 }))).toEqual([['noise', 'red']])
  expect(check(ticks, { noise: 1, sampleRate: 8000, sampleCount: 80_000 }).verdict).toBe('green')
  expect(check(ticks, { noise: NaN }).verdict).toBe('green')
  expect(check({ ...ticks, training: { ...ticks.training, noise: undefined } }, { noise: 9 }).verdict).toBe('green')
})

test('without another model the only cure is training', () => {
  const report = checkDomain({ manifest: ticks, wantedHz: [1, 3, 5, 7], gain: 1 }, { ...good, tonesHz: [50] })
  expect(report.cures).toEqual([
    { kind: 'train-for-these', frequenciesHz: [50], sampleRate: 1000, estimatedSeconds: null }
  ])
})

test('a model that sees the future is red, and cured by running it delayed', () => {
  const report = checkDomain({ manifest: ticks, wantedHz: [1, 3, 5, 7], gain: 1, causal: false }, good)
  expect(subjects(report)).toEqual([['latency', 'red']])
  expect(report.findings[0].sentence).toContain('Delayed by 1125 samples')
  expect(report.cures).toEqual([{ kind: 'run-delayed' }])
})
