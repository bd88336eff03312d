/** The numbers of the generator beside its tones, as the form shows them: ranges, units and what each does. */
import type { GenerateForm } from '../state/generate-form.svelte'

export interface NumberField {
  readonly label: string
  readonly low: number
  readonly high: number
  readonly step: number
  readonly usual: number
  readonly unit?: string
  readonly hint?: string
  readonly log?: boolean
  readonly whole?: boolean
}

export interface FieldGroup<Name extends string> {
  readonly title: string
  readonly fields: Readonly<Partial<Record<Name, NumberField>>>
}

export const record: FieldGroup<'sampleRate' | 'durationSeconds' | 'seed'> = {
  title: 'Record',
  fields: {
    sampleRate: { label: 'Sample rate', unit: 'Hz', log: true, whole: true, low: 1, high: 1e6, step: 100, usual: 1000 },
    durationSeconds: { label: 'Duration', unit: 's', log: true, low: 0.01, high: 3600, step: 1, usual: 10 },
    seed: {
      ...{ label: 'Seed', hint: 'The same seed makes the same mix' },
      ...{ whole: true, low: 0, high: 4294967295, step: 1, usual: 1 }
    }
  }
}

type Numbers = keyof GenerateForm['numbers']

export const unsteady: FieldGroup<Numbers> = {
  title: 'Tones that do not hold still',
  fields: {
    amplitudeJitter: {
      ...{ label: 'Amplitude jitter', hint: 'Each sample of a tone times 1 − j to 1 + j' },
      ...{ low: 0, high: 1, step: 0.01, usual: 0 }
    },
    phaseJitter: {
      ...{ label: 'Phase jitter', hint: 'Each sample of a tone off by up to this part of a cycle' },
      ...{ low: 0, high: 0.5, step: 0.005, usual: 0 }
    },
    driftPercent: {
      ...{ label: 'Drift', unit: '%', hint: 'How far a frequency may wander; the clean tones follow it' },
      ...{ low: 0, high: 10, step: 0.1, usual: 0 }
    },
    driftPerRootSecondPercent: {
      ...{ label: 'Drift speed', unit: '%/√s', hint: 'How far it gets in a second' },
      ...{ low: 0, high: 5, step: 0.05, usual: 1 }
    }
  }
}

export const noise: FieldGroup<Numbers> = {
  title: 'Noise',
  fields: {
    noise: { label: 'White', hint: 'Standard deviation', low: 0, high: 2, step: 0.01, usual: 0.3 },
    pink: { label: 'Pink', hint: 'Root mean square; 10 dB less each decade', low: 0, high: 2, step: 0.01, usual: 0 },
    brown: { label: 'Brown', hint: 'Root mean square; 20 dB less each decade', low: 0, high: 2, step: 0.01, usual: 0 }
  }
}

export const faults: FieldGroup<Numbers> = {
  title: 'Faults of the recording',
  fields: {
    impulsePercent: {
      ...{ label: 'Impulses', unit: '%', hint: 'Of the samples' },
      ...{ low: 0, high: 10, step: 0.05, usual: 0 }
    },
    impulseSize: {
      ...{ label: 'Impulse size', hint: 'In amplitudes of one tone' },
      ...{ low: 0, high: 50, step: 0.5, usual: 10 }
    },
    dropoutPercent: {
      ...{ label: 'Dropouts', unit: '%', hint: 'Of the samples' },
      ...{ low: 0, high: 50, step: 0.5, usual: 0 }
    },
    dropoutMilliseconds: {
      ...{ label: 'Dropout length', unit: 'ms', hint: 'On average' },
      ...{ log: true, low: 0.1, high: 5000, step: 1, usual: 20 }
    },
    offset: { label: 'Offset', hint: 'A constant (DC)', low: -2, high: 2, step: 0.01, usual: 0 },
    trendPerSecond: { label: 'Trend', unit: '/s', low: -1, high: 1, step: 0.005, usual: 0 },
    clipLevel: {
      ...{ label: 'Clipping at', hint: 'Values beyond this are cut off; 0 does not clip' },
      ...{ low: 0, high: 3, step: 0.01, usual: 0 }
    }
  }
}
