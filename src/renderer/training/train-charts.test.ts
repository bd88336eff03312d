import { expect, it } from 'vitest'
import type { ScopeColours } from '../scope/theme-colours'
import type { RunCurves } from '../state/run-watch.svelte'
import { lossChart, overlayChart, sideChart } from './train-charts'

const colours = {
  tones: ['#1', '#2', '#3', '#4'],
  residual: '#5',
  mix: '#6',
  accent: '#7',
  line: '#8'
} as unknown as ScopeColours
const curves: RunCurves = {
  points: {
    ...{ step: [1, 2, 3], epoch: [1, 1, 1], loss: [3, NaN, 1], learningRate: [0.1, 0.1, 0.05] },
    ...{ gradientNorm: [5, 4, 3], stepMilliseconds: [9, 9, 9] }
  },
  epochs: { epoch: [1], step: [3], loss: [2], validationLoss: [1.5], validationR2: [0.4] }
}
const best = { epoch: 1, step: 3, loss: 2, validationLoss: 1.5, validationR2: 0.4 }

it('shows the loss smoothed over what it was, the validation beside it, and marks the best', () => {
  const chart = lossChart(curves, best, { isLog: true, smoothing: 0.5 }, colours)
  expect(chart.curves.map(({ label }) => label)).toEqual(['As it was', 'Training', 'Validation'])
  expect(chart.curves[0].y).toEqual([3, null, 1])
  expect(chart.curves[1].y[2]).toBeCloseTo((0.25 * 3 + 0.5 * 1) / 0.75, 12)
  expect(chart.marks).toEqual([{ x: 3, y: 1.5, label: 'best: epoch 1', colour: '#2' }])
})

it('leaves out what there is nothing of', () => {
  const none = { ...curves, epochs: { ...curves.epochs, validationLoss: [NaN] } }
  const chart = lossChart(none, null, { isLog: false, smoothing: 0 }, colours)
  expect(chart.curves.map(({ label }) => label)).toEqual(['Training'])
  expect(chart.marks).toEqual([])
})

it('never shows R² by ratio, for it may be below zero', () => {
  expect(sideChart(curves, 'validationR2', { isLog: true, smoothing: 0 }, colours).y.isLog).toBe(false)
  expect(sideChart(curves, 'gradientNorm', { isLog: true, smoothing: 0 }, colours).y.isLog).toBe(true)
})

it('lays runs over each other, each by its own hue and name', () => {
  const runs = ['one', 'two', 'one'].map((title) => ({ title, ...curves }))
  const chart = overlayChart(runs, 'validationLoss', { isLog: true, smoothing: 0 }, colours)
  expect(chart.curves.map(({ label }) => label)).toEqual(['one', 'two', 'one (2)'])
  expect(new Set(chart.curves.map(({ colour, dash }) => `${colour} ${dash}`)).size).toBe(3)
  expect(chart.curves[0]).toMatchObject({ x: [3], y: [1.5] })
})
