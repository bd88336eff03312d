import { expect, test } from 'vitest'
import { plotSvg, type Lane, type Trace } from './plot-svg'

const sine = (count: number, period: number) =>
  Float32Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * n) / period))
const trace = (samples: Float32Array, given: Partial<Trace> = {}): Trace => ({
  label: 'output',
  colour: '#0072b2',
  samples,
  ...given
})
const lane = (traces: readonly Trace[], given: Partial<Lane> = {}): Lane => ({
  title: '5 Hz',
  xLabel: 'time (s)',
  sampleRate: 100,
  startSample: 0,
  endSample: traces[0]?.samples.length ?? 100,
  traces,
  ...given
})
const tracesOf = (svg: string) => [...svg.matchAll(/<path d="([^"]*)" stroke="#0072b2"/g)].map(([, path]) => path)
const pointsOf = (path: string) =>
  [...path.matchAll(/([ML])(\S+?) ([^ML]+)/g)].map(([, pen, x, y]) => ({ pen, x: Number(x), y: Number(y) }))
const labelsOf = (svg: string, anchor: 'middle' | 'end') =>
  [...svg.matchAll(new RegExp(`<text x="(\\S+)" y="(\\S+)" text-anchor="${anchor}" fill="#667075">([^<]+)<`, 'g'))].map(
    ([, x, y, label]) => ({ x: Number(x), y: Number(y), label })
  )

test('few samples are a line through each of them', () => {
  const [path] = tracesOf(plotSvg([lane([trace(Float32Array.of(0, 1, 0, -1))])], { laneHeight: 116 }))
  const points = pointsOf(path).slice(1)
  expect(points).toHaveLength(4)
  // The range is -1.16 to 1.16: 50 pixels are 1.
  expect(points.map(({ y }) => y)).toEqual([58, 8, 58, 108])
  const [a, b, c, d] = points.map(({ x }) => x)
  expect(a).toBe(0)
  expect(b - a).toBeCloseTo(c - b, 1)
  expect(d - c).toBeCloseTo(c - b, 1)
})

test('more samples than pixels are drawn as an envelope that keeps the extremes', () => {
  const samples = new Float32Array(200_000)
  samples[123_456] = 5
  samples[60_000] = -3
  const [path] = tracesOf(plotSvg([lane([trace(samples)])], { laneHeight: 100 }))
  const points = pointsOf(path)
  expect(points.length).toBeLessThan(2000)
  // 8 % of air above and below the eight between the extremes.
  expect(Math.min(...points.map(({ y }) => y))).toBeCloseTo((0.64 / 9.28) * 100, 1)
  expect(Math.max(...points.map(({ y }) => y))).toBeCloseTo((8.64 / 9.28) * 100, 1)
  expect(points.filter(({ pen }) => pen === 'M')).toHaveLength(1)
})

test('samples that are not finite leave a gap, and one alone between gaps is a point', () => {
  const few = Float32Array.of(0, 1, NaN, 2, Infinity, 1, 0)
  const [path] = tracesOf(plotSvg([lane([trace(few)])]))
  expect(path.match(/M/g)).toHaveLength(3)
  expect(pointsOf(path)).toHaveLength(5 + 3)
  const many = sine(100_000, 1000)
  many.fill(NaN, 40_000, 60_000)
  expect(tracesOf(plotSvg([lane([trace(many)])]))[0].match(/M/g)).toHaveLength(2)
  expect(tracesOf(plotSvg([lane([trace(new Float32Array(50).fill(NaN))])]))).toEqual([''])
})

test('dashed traces lie above the others and are named in the legend in the order given', () => {
  const svg = plotSvg([lane([trace(sine(50, 9), { label: 'truth', dashed: true }), trace(sine(50, 9))])])
  expect(svg.lastIndexOf('stroke-dasharray')).toBeGreaterThan(svg.indexOf('stroke="#0072b2"/>'))
  expect(svg.indexOf('>truth<')).toBeLessThan(svg.indexOf('>output<'))
})

test('the labels of an axis never collide and stand 1, 2 or 5 apart', () => {
  for (const width of [200, 333, 480, 960, 2000]) {
    for (const count of [3, 17, 100, 999, 12_345, 70_000]) {
      for (const startSample of [0, 360_000]) {
        const given = { startSample, endSample: startSample + count }
        const svg = plotSvg([lane([trace(sine(startSample + count, 7))], given)], { width })
        const labels = labelsOf(svg, 'middle')
        labels.slice(1).forEach((after, index) => {
          const before = labels[index]
          const room = (3.9 * (before.label.length + after.label.length)) | 0
          expect(after.x - before.x).toBeGreaterThan(room)
        })
        if (labels.length < 2) continue
        const step = Number(labels[1].label) - Number(labels[0].label)
        expect(['1', '2', '5']).toContain(step.toExponential(0)[0])
      }
    }
  }
})

test('amplitudes of any size have two labels or more', () => {
  for (const amplitude of [1e-20, 1e-7, 0.003, 1, 7, 12_345, 3e7, 1e30]) {
    const samples = sine(100, 20).map((sample) => sample * amplitude)
    for (const laneHeight of [90, 132, 400]) {
      const labels = labelsOf(plotSvg([lane([trace(samples)])], { laneHeight }), 'end')
      expect(labels.length).toBeGreaterThanOrEqual(2)
      expect(new Set(labels.map(({ label }) => label)).size).toBe(labels.length)
    }
  }
})

test('a constant, no traces, no samples and no lanes can be drawn', () => {
  const constant = plotSvg([lane([trace(new Float32Array(10).fill(3))])])
  expect(labelsOf(constant, 'end').map(({ label }) => label)).toEqual(['0', '1', '2', '3', '4', '5', '6'])
  for (const lanes of [[lane([])], [lane([trace(new Float32Array(0))])], []]) {
    expect(plotSvg(lanes)).toMatch(/^<svg [^]*<\/svg>\n$/)
    expect(plotSvg(lanes)).not.toMatch(/NaN|Infinity|undefined/)
  }
})

test('lanes of different rates share one time axis', () => {
  const slow = lane([trace(sine(11, 5))], { sampleRate: 10 })
  const fast = lane([trace(sine(21, 5))], { sampleRate: 40 })
  const [slowPoints, fastPoints] = tracesOf(plotSvg([slow, fast])).map((path) => pointsOf(path).slice(1))
  expect(fastPoints[20].x).toBeCloseTo(slowPoints[5].x, 1)
})

test('every text is escaped', () => {
  const nasty = '<script>"&\u0000'
  const svg = plotSvg([lane([trace(sine(5, 3), { label: nasty, colour: nasty })], { title: nasty, xLabel: nasty })])
  expect(svg).not.toContain('<script')
  expect(svg).not.toContain('\u0000')
  expect(svg.match(/&lt;script&gt;&quot;&amp;\ufffd/g)).toHaveLength(6)
})

test('a title that would run into the legend is cut', () => {
  const svg = plotSvg([lane([trace(sine(5, 3))], { title: 'x'.repeat(300) })], { width: 400 })
  expect(svg).toMatch(/>x{10,40}…<\/text>/)
})
