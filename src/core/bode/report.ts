/** A measured Bode plot as tables and as a picture, over a classical filter's in closed form. Knows nothing of files. */
import { chartSvg, type ChartSeries } from '../signal/chart-svg'
import type { Hertz } from '../units'
import type { BodePoint, SelectorBode } from './bode'

export interface BodeResult {
  readonly modelId: string
  readonly modelTitle: string
  readonly sampleRate: Hertz
  /** Of the sines, the amplitude of a tone as it usually stands in the mix. */
  readonly amplitude: number
  readonly latencySamples: number
  readonly selectors: readonly SelectorBode[]
  /** A classical filter beside, in closed form, one plot a selector. */
  readonly reference: { readonly title: string; readonly selectors: readonly (readonly BodePoint[])[] }
}

/** One line for each selector, method and frequency. */
export function bodeCsv({ selectors, reference }: BodeResult): string {
  const lines = selectors.flatMap(({ frequencyHz, stepped, sweep }, selector) => {
    const line = (method: string, point: BodePoint, thdDb: number | '') =>
      [
        frequencyHz,
        method,
        point.frequencyHz,
        point.gainDb,
        point.phaseDegrees,
        point.groupDelaySeconds,
        thdDb === -Infinity ? '' : thdDb
      ].join(',')
    return [
      ...stepped.map((point) => line('stepped', point, point.thdDb)),
      ...sweep.map((point) => line('sweep', point, '')),
      ...reference.selectors[selector].map((point) => line('reference', point, ''))
    ]
  })
  return ['selectorHz,method,frequencyHz,gainDb,phaseDegrees,groupDelaySeconds,thdDb', ...lines, ''].join('\n')
}

export function bodeMarkdown(result: BodeResult): string {
  const rows = result.selectors.map((selector) => {
    const { frequencyHz, stepped, thdDb, intermodulationDb, superpositionErrorDb, levels } = selector
    const own = stepped.reduce((nearest, point) =>
      Math.abs(point.frequencyHz - frequencyHz) < Math.abs(nearest.frequencyHz - frequencyHz) ? point : nearest
    )
    const atLevel = levels.map(({ levelDb, gainDb }) => `${decibels(gainDb)} at ${signed(levelDb)}`)
    return `| ${[
      `${frequencyHz} Hz`,
      decibels(own.gainDb),
      `${own.phaseDegrees.toFixed(1).replace('-', '\u2212')}°`,
      `${Number(own.groupDelaySeconds.toPrecision(3))} s`,
      ...[thdDb, intermodulationDb, superpositionErrorDb].map(decibels),
      atLevel.join(', ')
    ].join(' | ')} |\n`
  })
  return `# Bode plot of ${result.modelTitle}

Sines of amplitude ${Number(result.amplitude.toPrecision(3))}, one at a time, at ${result.sampleRate} Hz; what a linear filter has not: harmonics, intermodulation, an answer to a sum that is not the sum of the answers, and a gain that depends on the level (levels in dB against the usual amplitude). Beside it: ${result.reference.title}, in closed form.

| selector | gain at its tone, dB | phase | group delay | THD, dB | intermodulation, dB | superposition error, dB | gain, dB, at level, dB |
| --- | --- | --- | --- | --- | --- | --- | --- |
${rows.join('')}`
}

function decibels(value: number): string {
  if (value === -Infinity) return '−∞'
  return value.toFixed(1).replace('-', '\u2212')
}

function signed(value: number): string {
  return `${value < 0 ? '\u2212' : '+'}${Math.abs(value)}`
}

/** One selector: stepped sines as dots, the sweep as a line, the classical filter dashed. */
export function bodeSvg({ modelTitle, selectors, reference }: BodeResult, selector: number): string {
  const { frequencyHz, stepped, sweep } = selectors[selector]
  const curves: readonly [string, string, readonly BodePoint[], Partial<ChartSeries>][] = [
    [`${modelTitle}, sweep`, '#f0a070', sweep, {}],
    [`${modelTitle}, stepped sines`, '#c2410c', stepped, { dots: true }],
    [reference.title, '#1d4ed8', reference.selectors[selector], { dashed: true }]
  ]
  const panel = (pick: (point: BodePoint) => number): ChartSeries[] =>
    curves.map(([label, colour, points, style]) => ({
      ...{ label, colour, ...style },
      points: points.map((point) => ({ x: point.frequencyHz, y: pick(point) }))
    }))
  const thd: ChartSeries = {
    ...{ label: `${modelTitle}, stepped sines`, colour: '#c2410c', dots: true },
    points: stepped.map((point) => ({ x: point.frequencyHz, y: point.thdDb }))
  }
  return chartSvg(
    [
      { title: 'Gain, dB', series: panel(({ gainDb }) => gainDb), range: { low: -80, high: 10 } },
      { title: 'Phase, degrees', series: panel(({ phaseDegrees }) => phaseDegrees), range: { low: -180, high: 180 } },
      {
        title: 'Group delay, s',
        series: panel(({ groupDelaySeconds }) => groupDelaySeconds),
        range: delayRange(stepped)
      },
      { title: 'Harmonics, dB', series: [thd] }
    ],
    { label: 'Frequency, Hz', scale: 'log' },
    { title: `Bode plot of ${modelTitle}, selector ${frequencyHz} Hz` }
  )
}

/** As wide as most delays are: where the gain is close to nothing the delay means nothing and may be huge. */
function delayRange(points: readonly BodePoint[]): { low: number; high: number } {
  const heard = points.filter(({ gainDb, groupDelaySeconds }) => gainDb > -30 && Number.isFinite(groupDelaySeconds))
  const delays = heard.map(({ groupDelaySeconds }) => groupDelaySeconds)
  if (delays.length === 0) return { low: -1, high: 1 }
  const [low, high] = [Math.min(0, ...delays), Math.max(0, ...delays)]
  const air = 0.1 * Math.max(high - low, 1e-9)
  return { low: low - air, high: high + air }
}
