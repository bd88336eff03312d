import { describe, expect, it } from 'vitest'
import { colourMap } from '../spectrum/colour-maps'
import { crossTalkCell } from './cross-talk-cell'
import { placeOfPair, squareIn } from './xy-drawing'

describe('a cell of the cross-talk matrix', () => {
  const colours = colourMap('viridis')

  it('shows the level, the brighter the more leaks', () => {
    expect(crossTalkCell(-0.04, -50, colours)).toMatchObject({ text: '0.0', takesDarkText: true })
    expect(crossTalkCell(-41.26, -50, colours)).toMatchObject({ text: '−41.3', takesDarkText: false })
  })

  it('shows no more than is known: below chance the bound, without the tone a dash', () => {
    expect(crossTalkCell(-71, -52.34, colours)).toMatchObject({ text: '< −52.3' })
    expect(crossTalkCell(-71, -52.34, colours).meaning).toContain('chance')
    expect(crossTalkCell(null, -50, colours).text).toBe('—')
  })
})

describe('output against truth', () => {
  it('has a square in the middle, truth to the right and output up', () => {
    const box = squareIn({ width: 300, height: 202 })
    expect(box).toEqual({ left: 50, top: 1, side: 200 })
    expect(placeOfPair(0, 0, 2, box)).toEqual({ x: 150, y: 101 })
    expect(placeOfPair(2, 2, 2, box)).toEqual({ x: 250, y: 1 })
    expect(placeOfPair(-1, 1, 2, box)).toEqual({ x: 100, y: 51 })
  })
})
