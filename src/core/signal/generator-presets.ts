/** Named mixes for the generator: what people meet in practice. Knows nothing of data sets or networks. */
import { presets } from './presets'
import type { MixRecipe } from './synth'

export interface GeneratorPreset {
  readonly title: string
  /** What it is good for, in one sentence. */
  readonly summary: string
  readonly recipe: Omit<MixRecipe, 'seed' | 'noiseSeed'>
}

const { frequenciesHz, sampleRate, durationSeconds, noise, phase, amplitudeJitter, phaseJitter } = presets.seed

export const generatorPresets = {
  seed: {
    title: 'Four tones, heavy jitter',
    summary:
      'The mix that the reference network learns from: 1, 3, 5 and 7 Hz, each sample off in amplitude and phase.',
    recipe: { frequenciesHz, sampleRate, durationSeconds, noise, phase, amplitudeJitter, phaseJitter }
  },
  bench: {
    title: 'Noisy bench',
    summary:
      'Four tones from a cheap set-up: white and pink noise, hits, short losses, an offset and a stage that clips.',
    recipe: {
      ...{ frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, durationSeconds: 20, phase: 'random', noise: 0.2 },
      colours: { pink: 0.15 },
      degradations: {
        drift: { range: 0.01, perRootSecond: 0.003 },
        impulses: { share: 0.002, size: 8 },
        dropouts: { share: 0.01, meanSeconds: 0.02 }
      },
      ...{ offset: 0.1, trendPerSecond: 0.005, clipLevel: 1.5 }
    }
  },
  hum: {
    title: 'Mains hum and harmonics',
    summary: '50 Hz with its harmonics at 100, 150 and 250 Hz, as a sensor beside a transformer picks them up.',
    recipe: {
      ...{ frequenciesHz: [50, 100, 150, 250], sampleRate: 2000, durationSeconds: 10, phase: 'fixed', noise: 0.03 },
      tones: [
        { amplitude: 1, phaseRadians: 0.3 },
        { amplitude: 0.35, phaseRadians: 1.9 },
        { amplitude: 0.5, phaseRadians: 2.6 },
        { amplitude: 0.2, phaseRadians: 4.4 }
      ],
      colours: { pink: 0.02 },
      degradations: { drift: { range: 0.002, perRootSecond: 0.0005 } }
    }
  },
  heartbeat: {
    title: 'Heartbeat-like',
    summary: 'A pulse of 72 beats a minute from eight harmonics, swayed by breathing, with a wandering base line.',
    recipe: {
      frequenciesHz: [1.2, 2.4, 3.6, 4.8, 6, 7.2, 8.4, 9.6],
      ...{ sampleRate: 250, durationSeconds: 30, phase: 'fixed', noise: 0.01 },
      // Cosines that agree at one moment of the beat; the higher ones are weaker.
      tones: [1, 0.95, 0.86, 0.74, 0.6, 0.46, 0.34, 0.24].map((amplitude) => ({
        ...{ amplitude, phaseRadians: Math.PI / 2 },
        am: { rateHz: 0.25, depth: 0.1 }
      })),
      colours: { brown: 0.08 }
    }
  },
  machine: {
    title: 'Machine vibration',
    summary:
      'A shaft at 25 Hz with its second order, a fan, and a gear mesh that the shaft modulates; knocks and noise.',
    recipe: {
      ...{ frequenciesHz: [25, 50, 175, 575], sampleRate: 4000, durationSeconds: 10, phase: 'fixed', noise: 0.08 },
      tones: [
        { amplitude: 1, phaseRadians: 0.7 },
        { amplitude: 0.45, phaseRadians: 2.1 },
        { amplitude: 0.5, phaseRadians: 4, am: { rateHz: 25, depth: 0.2 } },
        { amplitude: 0.7, phaseRadians: 5.5, am: { rateHz: 25, depth: 0.5 }, fm: { rateHz: 25, deviationHz: 6 } }
      ],
      colours: { pink: 0.06 },
      degradations: { drift: { range: 0.004, perRootSecond: 0.002 }, impulses: { share: 0.0008, size: 3 } }
    }
  }
} as const satisfies Record<string, GeneratorPreset>

export type GeneratorPresetName = keyof typeof generatorPresets
export const generatorPresetNames = Object.keys(generatorPresets) as GeneratorPresetName[]
