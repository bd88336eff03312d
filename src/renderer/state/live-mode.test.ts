import { beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveMode } from './live-mode.svelte'
import type { SweepRequest } from './picture-plan'

const request: SweepRequest = {
  trigger: { trace: 'output', level: 0, slope: 'rising', hysteresis: 0, holdOffSamples: 0 },
  ...{ spanSamples: 100, preTriggerSamples: 20 }
}
const state = { kind: 'auto' as 'auto' | 'normal', caught: [] as { start: number; end: number }[] }
let live: LiveMode
beforeEach(() => {
  vi.useFakeTimers()
  Object.assign(state, { kind: 'auto', caught: [] })
  live = new LiveMode({
    triggerKind: () => state.kind,
    spanSamples: () => 100,
    onSingle: (range) => state.caught.push(range)
  })
  return () => void vi.useRealTimers()
})

describe('triggered sweeps', () => {
  it('go on behind the screen that was shown, or after the hold-off', () => {
    live.onTriggered(500, request)
    expect(live.afterSample(700)).toBe(580)
    live.onTriggered(600, { ...request, trigger: { ...request.trigger, holdOffSamples: 300 } })
    expect(live.afterSample(1000)).toBe(900)
    expect(live.status).toBe('triggered')
  })

  it('begin anew where the stream went back', () => {
    live.onTriggered(500, request)
    expect(live.afterSample(120)).toBeLessThanOrEqual(120)
  })

  it('are done without after two screens in auto, and waited for in normal', () => {
    expect(live.goesOnWithout(1000, 0.1)).toBe(false)
    expect(live.goesOnWithout(1150, 0.1)).toBe(false)
    expect(live.goesOnWithout(1250, 0.1)).toBe(true)
    state.kind = 'normal'
    expect(live.goesOnWithout(5000, 0.1)).toBe(false)
    expect(live.status).toBe('waiting')
  })
})

describe('a single sweep', () => {
  it('is the screen about the trigger', () => {
    live.armSingle(400)
    expect(live.afterSample(400)).toBe(400)
    live.onTriggered(450.5, request)
    expect(state.caught).toEqual([{ start: 430.5, end: 530.5 }])
    expect(live.waitsForSingle).toBe(false)
  })

  it('without triggers is the screen that begins when it was asked for', () => {
    live.armSingle(400)
    live.onFree(499)
    expect(state.caught).toEqual([])
    live.onFree(510)
    expect(state.caught).toEqual([{ start: 400, end: 500 }])
  })

  it('is not replaced by an untriggered one, and can be called off', () => {
    live.armSingle(400)
    live.goesOnWithout(0, 0.1)
    expect(live.goesOnWithout(1e6, 0.1)).toBe(false)
    live.cancelSingle()
    expect(live.goesOnWithout(1e6, 0.1)).toBe(true)
  })
})
