import { beforeAll, describe, expect, test } from 'vitest'
import { r2 } from '../../core/metrics/r2'
import { generateMix } from '../../core/signal/synth'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { readModelFile, type StoredModel } from '../library/model-file'
import { createStreamFilter } from './stream-filter'

let engine: LoadedEngine
let universal: StoredModel
beforeAll(async () => {
  engine = loadEngine()
  universal = await readModelFile('resources/models/universal.safetensors')
})

/** Four tones in noise as strong as any of them, ten thousand samples long. */
function filterMix({ frequenciesHz, sampleRate, seed }: { frequenciesHz: number[]; sampleRate: number; seed: number }) {
  const durationSeconds = 10_000 / sampleRate
  const { mix, tones } = generateMix({ frequenciesHz, sampleRate, durationSeconds, noise: 0.3, phase: 'random', seed })
  const filter = createStreamFilter(engine, universal, { sampleRate, frequenciesHz })
  try {
    const outputs = filter.process(mix)
    const mean = (start: number) =>
      tones.reduce((sum, tone, index) => sum + r2(tone, outputs[index], start), 0) / tones.length
    return { cold: mean(0), settled: mean(2000) }
  } finally {
    filter.dispose()
  }
}

describe('the universal model, each decade of frequency', () => {
  test.each([
    [10, [0.1, 0.25, 0.42, 0.7]],
    [100, [1, 2.5, 4.2, 7]],
    [1000, [10, 25, 42, 70]],
    [10_000, [100, 250, 420, 700]],
    [48_000, [1000, 2500, 4200, 10_000]]
  ])('at %s samples a second it takes out %s Hz', (sampleRate, frequenciesHz) => {
    const { cold, settled } = filterMix({ frequenciesHz, sampleRate, seed: 11 })
    expect(cold).toBeGreaterThan(0.9)
    expect(settled).toBeGreaterThan(0.97)
  })
})

test('a tone without noise is taken out without a jump, at any level', () => {
  for (const level of [0.9, 1e-3]) {
    const tone = Float32Array.from({ length: 6000 }, (_, n) => level * Math.sin((2 * Math.PI * 5 * n) / 1000))
    const filter = createStreamFilter(engine, universal, { sampleRate: 1000, frequenciesHz: [5], gain: 0.5 / level })
    const [output] = filter.process(tone)
    filter.dispose()
    const worst = output.slice(2000).reduce((most, sample, at) => Math.max(most, Math.abs(sample - tone[2000 + at])), 0)
    expect(worst / level).toBeLessThan(0.03)
  }
})
