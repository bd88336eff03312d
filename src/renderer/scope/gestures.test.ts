import { describe, expect, it } from 'vitest'
import { dragOf, wheelOf } from './gestures'

const keys = { ctrlKey: false, metaKey: false, shiftKey: false }
const wheel = (change: Partial<WheelEvent>) => wheelOf({ ...keys, deltaX: 0, deltaY: 0, deltaMode: 0, ...change })

describe('a drag in a lane', () => {
  it.each([
    [{}, 'pan', 'pan'],
    [{ ctrlKey: true }, 'pan', 'box'],
    [{}, 'box', 'box'],
    [{ ctrlKey: true }, 'box', 'pan'],
    [{ shiftKey: true }, 'pan', 'select'],
    [{ shiftKey: true }, 'box', 'select'],
    [{ button: 1 }, 'box', 'pan'],
    [{ button: 2 }, 'pan', undefined]
  ] as const)('with %j means, where a plain one is to %s, %s', (change, plain, kind) => {
    expect(dragOf({ ...keys, button: 0, ...change }, plain)).toBe(kind)
  })
})

describe('the wheel', () => {
  it('zooms by steps with Ctrl, and smoothly where it is a pinch', () => {
    expect(wheel({ ctrlKey: true, deltaY: 120 })).toEqual({ kind: 'zoom-step', direction: 1 })
    expect(wheel({ ctrlKey: true, deltaY: -3, deltaMode: 1 })).toEqual({ kind: 'zoom-step', direction: -1 })
    const pinch = wheel({ ctrlKey: true, deltaY: -5 })
    expect(pinch).toMatchObject({ kind: 'zoom' })
    expect((pinch as { factor: number }).factor).toBeCloseTo(0.951, 3)
  })

  it('scrolls with Shift, and where it goes sideways', () => {
    expect(wheel({ shiftKey: true, deltaY: 100 })).toEqual({ kind: 'scroll', screens: 0.1 })
    expect(wheel({ deltaX: -50 })).toEqual({ kind: 'scroll', screens: -0.05 })
  })

  it('alone does nothing in a lane', () => expect(wheel({ deltaY: 100 })).toEqual({ kind: 'nothing' }))
})
