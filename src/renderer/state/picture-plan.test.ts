import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { ScopeSettings } from '../../contract/scope-settings'
import { planPicture, type PlanInputs } from './picture-plan'

const settings = (change: Partial<ScopeSettings> = {}) => ({ ...v.parse(ScopeSettings, {}), ...change })
const plan = (change: Partial<PlanInputs> = {}) =>
  planPicture({
    view: { kind: 'following', spanSeconds: 5 },
    scope: settings(),
    waitsForSingle: false,
    position: 12_000,
    sampleRate: 1000,
    ...change
  })

describe('the next picture', () => {
  it('rolls with the newest sample at the right', () => {
    expect(plan()).toEqual({ kind: 'roll', range: { start: 7000, end: 12_000 } })
  })

  it('is what the user holds, whatever the mode', () => {
    const range = { start: 10, end: 60 }
    expect(plan({ view: { kind: 'held', range }, scope: settings({ mode: 'sweep' }) })).toEqual({
      kind: 'record',
      range
    })
  })

  it('sweeps over the screen before, with a gap in front of the beam', () => {
    expect(plan({ scope: settings({ mode: 'sweep' }) })).toEqual({
      kind: 'sweep',
      screen: { start: 10_000, end: 15_000 },
      before: { start: 7100, end: 10_000 }
    })
  })

  it('leaves nothing of the screen before when the beam is at the right edge', () => {
    const { before } = plan({ scope: settings({ mode: 'sweep' }), position: 14_950 }) as { before: { start: number } }
    expect(before.start).toBe(10_000)
  })

  it('begins at triggers up to half a second a screen, and not above', () => {
    const scope = settings({ mode: 'sweep' })
    const short = plan({ view: { kind: 'following', spanSeconds: 0.5 }, scope })
    expect(short).toEqual({
      kind: 'triggered',
      sweeps: {
        trigger: { trace: 'output', level: 0, slope: 'rising', hysteresis: 0.01, holdOffSamples: 0 },
        ...{ spanSamples: 500, preTriggerSamples: 100 }
      }
    })
    expect(plan({ view: { kind: 'following', spanSeconds: 1 }, scope }).kind).toBe('sweep')
  })

  it('does without triggers where they are off, and rolls until a single sweep is wanted', () => {
    const view = { kind: 'following', spanSeconds: 0.1 } as const
    const off = { ...settings().trigger, isOn: false }
    expect(plan({ view, scope: settings({ mode: 'sweep', trigger: off }) }).kind).toBe('sweep')
    expect(plan({ view }).kind).toBe('roll')
    expect(plan({ view, waitsForSingle: true }).kind).toBe('triggered')
  })
})
