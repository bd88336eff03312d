import { describe, expect, it } from 'vitest'
import { octavesUp, playbackOf } from './transposition'

describe('a tone for the ear', () => {
  it.each([
    [440, 0],
    [80, 0],
    [50, 3],
    [1, 8],
    [0.1, 12],
    [0, 0]
  ])('of %d Hz is raised by %d octaves', (hertz, octaves) => expect(octavesUp(hertz)).toBe(octaves))

  it.each([0.05, 1, 3.5, 7, 60, 79.9])('of %d Hz lands where it can be heard', (hertz) => {
    const heard = hertz * 2 ** octavesUp(hertz)
    expect(heard).toBeGreaterThanOrEqual(220)
    expect(heard).toBeLessThan(640)
  })

  it.each([
    [48_000, 0],
    [1000, 8],
    [10, 12],
    [192_000, 0]
  ])('at %d Hz and %d octaves keeps its pitch whatever rate the buffer has', (sampleRate, octaves) => {
    const { bufferRate, playbackRate } = playbackOf(sampleRate, octaves)
    expect(bufferRate).toBeGreaterThanOrEqual(8000)
    expect(bufferRate).toBeLessThanOrEqual(96_000)
    expect(bufferRate * playbackRate).toBeCloseTo(sampleRate * 2 ** octaves, 6)
  })
})
