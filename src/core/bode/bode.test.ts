import { beforeAll, describe, expect, test } from 'vitest'
import { causalRivals } from '../filters/rivals'
import type { CausalRival } from '../filters/rivals/define'
import { parseParams } from '../params/params'
import { bodeStepCount, closedForm, measureBode, type Answer, type SelectorBode } from './bode'
import { bodeCsv, bodeMarkdown, bodeSvg, type BodeResult } from './report'
import { bodeFrequencies } from './stimuli'

const task = { frequenciesHz: [4, 10], sampleRate: 200 }
const frequencies = bodeFrequencies(task)

/** Narrow notches ring longer than the plan waits: the comb is given wider ones. */
const paramsOf = ({ id, params }: CausalRival) => parseParams(params, id === 'comb' ? { bandwidth: 0.25 } : {})

/** A rival as the measuring code sees a network: single precision, from a cold start. */
function answerOf(rival: CausalRival, distort: (value: number) => number = (value) => value): Answer {
  const filter = rival.create(task, paramsOf(rival))
  return async (input) => {
    filter.reset()
    return filter.process(input).map((output) => Float32Array.from(output, distort))
  }
}

const isLinear = (rival: CausalRival) => rival.sections !== undefined

test('frequencies ascend, hold every tone, and stay below half the rate', () => {
  expect([...frequencies].sort((a, b) => a - b)).toEqual(frequencies)
  for (const tone of task.frequenciesHz) expect(frequencies).toContain(tone)
  expect(Math.max(...frequencies)).toBeLessThan(100)
})

describe.each(causalRivals.filter(isLinear))('$title measured as a network is', (rival) => {
  const sections = rival.sections?.(task, paramsOf(rival)) ?? []
  let measured: SelectorBode[]
  let asked = 0
  beforeAll(async () => {
    const answer = answerOf(rival)
    measured = await measureBode(task, 0.5, (input) => {
      asked += 1
      return answer(input)
    })
  })

  test.each([0, 1])(
    'gain and phase of selector %s are those of the closed form, by sines and by the sweep',
    (selector) => {
      const expected = closedForm(sections[selector], task.sampleRate, frequencies)
      for (const points of [measured[selector].stepped, measured[selector].sweep]) {
        points.forEach(({ frequencyHz, gainDb, phaseDegrees }, index) => {
          // Where hardly anything comes through, there is no angle to compare.
          if (expected[index].gainDb < -50) return
          expect({ frequencyHz, off: Math.abs(gainDb - expected[index].gainDb) < 0.05 }).toEqual({
            frequencyHz,
            off: true
          })
          const turned = Math.abs(phaseDegrees - expected[index].phaseDegrees) % 360
          expect(Math.min(turned, 360 - turned)).toBeLessThan(0.5)
        })
      }
    }
  )

  test.each([0, 1])('the group delay of selector %s is that of the closed form by the sweep', (selector) => {
    const expected = closedForm(sections[selector], task.sampleRate, frequencies)
    measured[selector].sweep.forEach(({ groupDelaySeconds }, index) => {
      if (expected[index].gainDb < -40) return
      expect(Math.abs(groupDelaySeconds - expected[index].groupDelaySeconds)).toBeLessThan(
        0.002 + 0.02 * Math.abs(expected[index].groupDelaySeconds)
      )
    })
  })

  test('it has no harmonics, no intermodulation, one gain for all levels, and superposes', () => {
    for (const { thdDb, intermodulationDb, superpositionErrorDb, levels } of measured) {
      expect(thdDb).toBeLessThan(-70)
      expect(intermodulationDb).toBeLessThan(-60)
      expect(superpositionErrorDb).toBeLessThan(-100)
      for (const { gainDb } of levels) expect(Math.abs(gainDb - levels[0].gainDb)).toBeLessThan(0.001)
    }
  })

  test('the number of inputs is known before', () => expect(asked).toBe(bodeStepCount(task)))
})

describe('a filter that saturates', () => {
  // Behind a resonator, so that sines come in whole: x - x^3 / 3 makes a third harmonic of amplitude a^3 / 12.
  const resonator = causalRivals.find(({ id }) => id === 'resonator') as CausalRival
  let measured: SelectorBode[]
  beforeAll(async () => {
    measured = await measureBode(
      task,
      0.5,
      answerOf(resonator, (value) => value - value ** 3 / 3)
    )
  })

  test('shows its harmonic: a^2 / 12 of the fundamental, less what that lost', () => {
    const fundamental = 0.5 - 0.5 ** 3 / 4
    expect(measured[0].thdDb).toBeCloseTo(20 * Math.log10(0.5 ** 3 / 12 / fundamental), 1)
  })

  test('loses gain as the level rises: 1 - a^2 / 4', () => {
    for (const { levelDb, gainDb } of measured[0].levels.slice(0, 3)) {
      const amplitude = 0.5 * 10 ** (levelDb / 20)
      expect(gainDb).toBeCloseTo(20 * Math.log10(1 - amplitude ** 2 / 4), 2)
    }
  })

  test('has products of two tones, and does not superpose', () => {
    expect(measured[0].intermodulationDb).toBeGreaterThan(-50)
    expect(measured[0].superpositionErrorDb).toBeGreaterThan(-50)
  })
})

test('tables and picture hold every point and are well-formed', async () => {
  const [butterworth] = causalRivals
  const selectors = await measureBode(task, 0.5, answerOf(butterworth))
  const sections = butterworth.sections?.(task, parseParams(butterworth.params)) ?? []
  const result: BodeResult = {
    ...{ modelId: 'm', modelTitle: 'M < N', sampleRate: 200, amplitude: 0.5, latencySamples: 0, selectors },
    reference: { title: 'Butterworth', selectors: sections.map((list) => closedForm(list, 200, frequencies)) }
  }
  const lines = bodeCsv(result).trimEnd().split('\n')
  expect(lines).toHaveLength(1 + 2 * 3 * frequencies.length)
  expect(new Set(lines.map((text) => text.split(',').length)).size).toBe(1)
  expect(bodeMarkdown(result)).toContain('| 10 Hz |')
  const svg = bodeSvg(result, 1)
  expect(svg).toContain('M &lt; N, sweep')
  expect(svg).not.toMatch(/NaN|Infinity|undefined/)
})
