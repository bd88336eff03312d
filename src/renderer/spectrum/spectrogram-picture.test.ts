import { expect, it } from 'vitest'
import { colourMap } from './colour-maps'
import { SpectrogramPicture } from './spectrogram-picture'

/** A canvas of two rows that notes what is put into it and taken from it. */
function notingCanvas() {
  const noted: { puts: { place: number; pixels: number[] }[]; moves: number[][] } = { puts: [], moves: [] }
  const context = {
    createImageData: (width: number, height: number) => ({ data: new Uint8ClampedArray(4 * width * height) }),
    putImageData: (image: { data: Uint8ClampedArray }, place: number) =>
      noted.puts.push({ place, pixels: [...new Uint32Array(image.data.buffer)] }),
    clearRect: () => {}
  }
  const canvas = { width: 0, height: 0, getContext: () => context } as unknown as HTMLCanvasElement
  const target = {
    ...{ save() {}, restore() {}, beginPath() {}, rect() {}, clip() {}, imageSmoothingEnabled: true },
    drawImage: (_: unknown, ...numbers: number[]) => noted.moves.push(numbers)
  } as unknown as CanvasRenderingContext2D
  return { noted, target, picture: new SpectrogramPicture(() => canvas) }
}

const scale = { colours: colourMap('grey'), lowDb: -60, highDb: 0 }
const palette = new Uint32Array(scale.colours.buffer)
const columns = { first: 100, end: 108, rows: 2, key: 'a' }

it('draws each column once, the highest frequency on top, and again where its key changed', () => {
  const { noted, picture } = notingCanvas()
  const levelsOf = (column: number) => (column < 105 ? Float32Array.of(-60, 0) : undefined)
  expect(picture.update(columns, levelsOf, scale)).toBe(5)
  expect(noted.puts[0].pixels).toEqual([palette[255], palette[0]])
  expect(picture.update(columns, levelsOf, scale)).toBe(0)
  // It moves by three, and the missing ones have come.
  expect(picture.update({ ...columns, first: 103, end: 111 }, () => Float32Array.of(-60, 0), scale)).toBe(6)
  expect(picture.update({ ...columns, key: 'b' }, () => Float32Array.of(-60, 0), scale)).toBe(8)
})

it('is put on the screen in at most two pieces, the ring’s seam between them', () => {
  const { noted, target, picture } = notingCanvas()
  picture.update(columns, () => Float32Array.of(-30, -30), scale)
  picture.drawInto(target, { first: 100.5, end: 108 }, { left: 50, top: 0, width: 75, height: 40 })
  // Ten columns and a quarter more in the ring: columns 100 to 103 stand at 9 to 12, the others from 0 on.
  expect(noted.moves.length).toBeLessThanOrEqual(2)
  expect(noted.moves.reduce((sum, [, , count]) => sum + count, 0)).toBe(8)
  expect(noted.moves[0][4]).toBeCloseTo(45)
})
