/** Learning-rate schedules: their names and settings, and each as a pure function of the step. */
import { float, int, parseParams, type ParamTable, type ParamValues } from '../params/params'

/** Where a training is. */
export interface SchedulePlace {
  /** The greatest rate, as it was asked for. */
  readonly peak: number
  /** From 0. */
  readonly step: number
  readonly stepCount: number
  /** Steps of one pass over the data, or of what counts as one on streams. */
  readonly stepsPerEpoch: number
  /** How often the validation loss has stood still for longer than the schedule's patience. */
  readonly plateaus: number
}

export interface Schedule<P extends ParamTable = ParamTable> {
  readonly title: string
  /** One line for people. */
  readonly summary: string
  readonly params: P
  rate(place: SchedulePlace, params: ParamValues<P>): number
  /** Epochs without a better validation loss after which a plateau is counted; absent where they do not matter. */
  patience?(params: ParamValues<P>): number
}

function defineSchedule<P extends ParamTable>(schedule: Schedule<P>): Schedule {
  return schedule as unknown as Schedule
}

export const schedules = {
  constant: defineSchedule({
    title: 'Constant',
    summary: 'The same rate from the first step to the last.',
    params: {},
    rate: ({ peak }) => peak
  }),
  step: defineSchedule({
    title: 'Steps down',
    summary: 'Multiplied by a factor after every so many epochs (StepLR).',
    params: {
      everyEpochs: int({ label: 'Every', low: 1, high: 100_000, log: true, default: 10, hint: 'Epochs' }),
      factor: float({ label: 'Factor', low: 0.001, high: 1, default: 0.5 })
    },
    rate: ({ peak, step, stepsPerEpoch }, { everyEpochs, factor }) =>
      peak * factor ** Math.floor(Math.floor(step / stepsPerEpoch) / everyEpochs)
  }),
  /** Linear warm-up, then half a cosine down (Loshchilov & Hutter 2017, without restarts). */
  cosine: defineSchedule({
    title: 'Cosine',
    summary: 'Up in a short warm-up, then down along half a cosine.',
    params: {
      warmUp: float({ label: 'Warm-up', low: 0, high: 0.9, default: 0.05, hint: 'Share of all steps' }),
      last: float({ label: 'Last rate', low: 0, high: 1, default: 0, hint: 'Share of the peak' })
    },
    rate({ peak, step, stepCount }, { warmUp, last }) {
      const rise = Math.round(warmUp * stepCount)
      if (step < rise) return (peak * (step + 1)) / (rise + 1)
      return cosine(peak, peak * last, (step - rise) / Math.max(1, stepCount - 1 - rise))
    }
  }),
  /** Smith & Topin 2018, as in PyTorch's OneCycleLR: from a 25th of the peak up to it, then down to a 250,000th. */
  'one-cycle': defineSchedule({
    title: 'One cycle',
    summary: 'From a 25th of the peak up to it and far down again: fast and robust on streams.',
    params: { rise: float({ label: 'Rise', low: 0.01, high: 0.9, default: 0.1, hint: 'Share of all steps' }) },
    rate({ peak, step, stepCount }, { rise }) {
      const top = rise * stepCount - 1
      const last = stepCount - 1
      // So few steps that the first is at the top already: there is no rise to divide.
      if (step <= top && top > 0) return cosine(peak / 25, peak, step / top)
      return cosine(peak, peak / 250_000, last > top ? (step - top) / (last - top) : 0)
    }
  }),
  plateau: defineSchedule({
    title: 'Reduce on plateau',
    summary: 'Multiplied by a factor whenever the validation loss stands still.',
    params: {
      factor: float({ label: 'Factor', low: 0.001, high: 0.99, default: 0.5 }),
      patience: int({ label: 'Patience', low: 0, high: 10_000, default: 3, hint: 'Epochs without a better loss' }),
      least: float({ label: 'Least rate', low: 0, high: 1, default: 0.001, hint: 'Share of the peak' })
    },
    rate: ({ peak, plateaus }, { factor, least }) => peak * Math.max(least, factor ** plateaus),
    patience: ({ patience }) => patience
  })
} as const satisfies Record<string, Schedule>

export type ScheduleId = keyof typeof schedules
export const scheduleIds = Object.keys(schedules) as ScheduleId[]

/** A schedule by name with its settings. Throws RangeError for a setting that it does not have. */
export interface ScheduleChoice {
  readonly id: ScheduleId
  readonly params: Readonly<Record<string, unknown>>
}

/** The rate of a step. Throws RangeError for settings that the schedule does not have. */
export function learningRateAt({ id, params }: ScheduleChoice, place: SchedulePlace): number {
  const schedule: Schedule = schedules[id]
  return schedule.rate(place, parseParams(schedule.params, params))
}

function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * Math.min(1, Math.max(0, share))) + 1)
}
