/** The kinds of measurement: their names, their units and what each means. Knows nothing of how they are computed. */

export type MeasureUnit = 'seconds' | 'hertz' | 'amplitude' | 'percent' | 'decibels' | 'degrees' | 'ratio'

export interface MeasureKind {
  readonly title: string
  readonly unit: MeasureUnit
  readonly group: 'Time' | 'Level' | 'Purity' | 'Chosen tone'
  /** One sentence for people. */
  readonly meaning: string
}

const kind = (title: string, unit: MeasureUnit, group: MeasureKind['group'], meaning: string): MeasureKind => ({
  title,
  unit,
  group,
  meaning
})

export const measureKinds = {
  period: kind('Period', 'seconds', 'Time', 'Mean time from one rise through the middle to the next.'),
  frequency: kind('Frequency', 'hertz', 'Time', 'One over the period, its crossings interpolated between samples.'),
  riseTime: kind('Rise time', 'seconds', 'Time', 'Mean time from 10 to 90 % between base and top.'),
  fallTime: kind('Fall time', 'seconds', 'Time', 'Mean time from 90 to 10 % between top and base.'),
  width: kind('Width', 'seconds', 'Time', 'Mean time above the middle, from a rise to the next fall.'),
  duty: kind('Duty', 'percent', 'Time', 'Share of a cycle above the middle.'),
  min: kind('Minimum', 'amplitude', 'Level', 'Least sample.'),
  max: kind('Maximum', 'amplitude', 'Level', 'Greatest sample.'),
  peakToPeak: kind('Peak to peak', 'amplitude', 'Level', 'Maximum less minimum.'),
  mean: kind('Mean', 'amplitude', 'Level', 'Mean of the samples.'),
  rms: kind('RMS', 'amplitude', 'Level', 'Root of the mean square.'),
  acRms: kind('AC RMS', 'amplitude', 'Level', 'Root of the mean square about the mean.'),
  amplitude: kind('Amplitude', 'amplitude', 'Level', 'Top less base: the levels it rests at, found from a histogram.'),
  overshoot: kind('Overshoot', 'percent', 'Level', 'How far the maximum lies above the top, per amplitude.'),
  crestFactor: kind('Crest factor', 'ratio', 'Level', 'Greatest size of a sample per RMS.'),
  snr: kind('SNR', 'decibels', 'Purity', 'The chosen tone against all that is neither it nor its harmonics.'),
  sinad: kind('SINAD', 'decibels', 'Purity', 'The chosen tone against all else but the mean.'),
  thd: kind('THD', 'decibels', 'Purity', 'Harmonics 2 to 5 together against the chosen tone.'),
  sfdr: kind('SFDR', 'decibels', 'Purity', 'The chosen tone against the strongest other line of the spectrum.'),
  toneAmplitude: kind('Tone amplitude', 'amplitude', 'Chosen tone', 'Of the chosen tone, fitted by least squares.'),
  tonePhase: kind('Tone phase', 'degrees', 'Chosen tone', 'Of the chosen tone as a sine from the start of the signal.'),
  amplitudeError: kind('Amplitude error', 'percent', 'Chosen tone', 'Of the output’s tone against the truth.'),
  phaseError: kind('Phase error', 'degrees', 'Chosen tone', 'Of the output’s tone against the truth.'),
  siSdr: kind('SI-SDR', 'decibels', 'Chosen tone', 'Scale-invariant signal-to-distortion ratio of the output.'),
  r2: kind('R²', 'ratio', 'Chosen tone', 'Share of the truth’s variance that the output explains.')
} as const satisfies Record<string, MeasureKind>

export type MeasureId = keyof typeof measureKinds
export const measureIds = Object.keys(measureKinds) as MeasureId[]

/** A value that does not exist, as the period of a constant, is null. Infinite ones exist: a perfect SI-SDR. */
export type Measurements = Readonly<Record<MeasureId, number | null>>
