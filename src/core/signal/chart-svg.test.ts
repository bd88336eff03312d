import { expect, test } from 'vitest'
import { chartSvg, type ChartPanel } from './chart-svg'

const panel = (points: { x: number; y: number; halfWidth?: number }[]): ChartPanel => ({
  title: 'Gain, dB',
  series: [{ label: 'a < b', colour: '#123456', dots: true, points }]
})
const pathOf = (svg: string) => /<path d="(M[^"]*)" fill="none" stroke="#123456"/.exec(svg)?.[1] ?? ''

test('a curve goes through its points, and a value that is not finite leaves a gap', () => {
  const points = [0, 1, 2, 3, 4].map((x) => ({ x, y: x === 2 ? NaN : x }))
  const svg = chartSvg([panel(points)], { label: 'Hz', scale: 'linear' }, { title: 't' })
  expect(pathOf(svg).match(/M/g)).toHaveLength(2)
  expect(pathOf(svg).match(/L/g)).toHaveLength(2)
  expect(svg.match(/<circle/g)).toHaveLength(4)
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})

test('on a logarithmic axis decades are equally far apart', () => {
  const points = [1, 10, 100].map((x) => ({ x, y: 0 }))
  const svg = chartSvg([panel(points)], { label: 'Hz', scale: 'log' }, { title: 't' })
  const places = [...pathOf(svg).matchAll(/[ML]([\d.]+)/g)].map(([, x]) => Number(x))
  expect(places[1] - places[0]).toBeCloseTo(places[2] - places[1], 1)
  expect(svg).toContain('>10</text>')
})

test('an error bar reaches from the low end to the high end', () => {
  const svg = chartSvg(
    [
      panel([
        { x: 0, y: 0, halfWidth: 1 },
        { x: 1, y: 0 }
      ])
    ],
    { label: '', scale: 'linear' },
    { title: '' }
  )
  const [, low, high] = /<path d="M[\d.]+ ([\d.]+)L[\d.]+ ([\d.]+)" stroke="#123456"\/>/.exec(svg) ?? []
  expect(Number(low)).toBeGreaterThan(Number(high))
})

test('labels are escaped and stand once in the legend, and no points at all are no error', () => {
  const svg = chartSvg([panel([{ x: 1, y: 1 }]), panel([])], { label: '', scale: 'linear' }, { title: '<t>' })
  expect(svg.match(/a &lt; b/g)).toHaveLength(1)
  expect(svg).toContain('<title>&lt;t&gt;</title>')
  expect(chartSvg([panel([])], { label: '', scale: 'log' }, { title: '' })).not.toMatch(/NaN|Infinity/)
})
