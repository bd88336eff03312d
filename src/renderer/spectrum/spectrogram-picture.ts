/**
 * The picture of the spectrogram: a ring of pixel columns, one for each column that was read, drawn once and then only
 * moved. Knows nothing of the laboratory.
 */
import { colourStep } from './colour-maps'

export interface ColourScale {
  readonly colours: Uint8ClampedArray
  readonly lowDb: number
  readonly highDb: number
}

/** What gives a column's levels, from the lowest row up; undefined where there are none. */
export type LevelsOf = (column: number) => Float32Array | undefined

export class SpectrogramPicture {
  readonly #canvas: HTMLCanvasElement
  readonly #context: CanvasRenderingContext2D | null
  /** Which column stands in each place of the ring, and whether it was drawn with levels. */
  #drawn: (number | undefined)[] = []
  #rows = 0
  #key = ''
  #image: ImageData | undefined

  constructor(createCanvas: () => HTMLCanvasElement = () => document.createElement('canvas')) {
    this.#canvas = createCanvas()
    this.#context = this.#canvas.getContext('2d')
  }

  /**
   * Draw the columns from `first` to `end` that are not drawn yet; `key` names what all of them depend on. Returns how
   * many were drawn.
   */
  update(
    columns: { first: number; end: number; rows: number; key: string },
    levelsOf: LevelsOf,
    scale: ColourScale
  ): number {
    const { first, end, rows, key } = columns
    const size = end - first + 2
    if (key !== this.#key || rows !== this.#rows || this.#drawn.length < size) this.#begin(size, rows, key)
    let count = 0
    for (let column = first; column < end; column += 1) {
      const place = column % this.#drawn.length
      const levels = levelsOf(column)
      if (this.#drawn[place] === column) continue
      if (!levels) {
        if (this.#drawn[place] !== undefined) this.#context?.clearRect(place, 0, 1, rows)
        this.#drawn[place] = undefined
        continue
      }
      this.#paint(place, levels, scale)
      this.#drawn[place] = column
      count += 1
    }
    return count
  }

  /** Put the columns between two places, which need not be whole, into a box of another context. */
  drawInto(
    target: CanvasRenderingContext2D,
    range: { first: number; end: number },
    box: { left: number; top: number; width: number; height: number }
  ): void {
    const ring = this.#drawn.length
    if (ring === 0 || this.#rows === 0) return
    const perColumn = box.width / (range.end - range.first)
    target.save()
    target.beginPath()
    target.rect(box.left, box.top, box.width, box.height)
    target.clip()
    target.imageSmoothingEnabled = false
    // At most two runs: the ring's seam may lie between.
    for (let column = Math.floor(range.first); column < range.end;) {
      const place = column % ring
      const count = Math.min(ring - place, Math.ceil(range.end) - column)
      const x = box.left + (column - range.first) * perColumn
      target.drawImage(this.#canvas, place, 0, count, this.#rows, x, box.top, count * perColumn, box.height)
      column += count
    }
    target.restore()
  }

  #begin(size: number, rows: number, key: string): void {
    // A little larger than needed: a slightly wider view does not begin anew.
    this.#drawn = new Array(Math.ceil(size * 1.25)).fill(undefined)
    this.#rows = rows
    this.#key = key
    Object.assign(this.#canvas, { width: this.#drawn.length, height: Math.max(1, rows) })
    this.#image = this.#context?.createImageData(1, Math.max(1, rows))
  }

  #paint(place: number, levels: Float32Array, { colours, ...range }: ColourScale): void {
    const image = this.#image
    if (!image) return
    // A pixel at a time, not a byte.
    const pixels = new Uint32Array(image.data.buffer)
    const palette = new Uint32Array(colours.buffer)
    for (let row = 0; row < this.#rows; row += 1) {
      // Row 0 is the lowest frequency, the picture begins at its top.
      pixels[this.#rows - 1 - row] = palette[colourStep(levels[row], range)]
    }
    this.#context?.putImageData(image, place, 0)
  }
}
