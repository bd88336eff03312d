import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NextFrame } from './next-frame'

let waiting: Map<number, () => void>

/** The screen is ready for the next frame. */
function frame(): void {
  const due = [...waiting.values()]
  waiting.clear()
  for (const callback of due) callback()
}

beforeEach(() => {
  waiting = new Map()
  let count = 0
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
    waiting.set((count += 1), callback)
    return count
  })
  vi.stubGlobal('cancelAnimationFrame', (request: number) => waiting.delete(request))
})
afterEach(() => vi.unstubAllGlobals())

describe('what is done with the next frame', () => {
  it('is done once, with the newest of all values', () => {
    const used: number[] = []
    const next = new NextFrame<number>((value) => used.push(value))
    for (const value of [1, 2, 3]) next.take(value)
    expect(used).toEqual([])
    frame()
    frame()
    expect(used).toEqual([3])
  })

  it('is done again where a value comes after it, even meanwhile', () => {
    const used: number[] = []
    const next = new NextFrame<number>((value) => {
      used.push(value)
      if (value === 1) next.take(2)
    })
    next.take(1)
    frame()
    expect(used).toEqual([1])
    frame()
    expect(used).toEqual([1, 2])
  })

  it('is not done once it was cancelled', () => {
    const use = vi.fn()
    const next = new NextFrame<number>(use)
    next.take(1)
    next.cancel()
    frame()
    expect(use).not.toHaveBeenCalled()
  })
})
