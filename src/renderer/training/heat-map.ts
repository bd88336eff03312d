/** Values over time as a picture: rows of units, columns of steps, hue for the sign and strength for the size. */

export interface HeatMap {
  readonly rows: number
  readonly columns: number
  value(row: number, column: number): number
}

/** From [steps, size], or from attention [heads, steps, seen]: a row for each head and distance, the newest on top. */
export function heatMapOf({ shape, values }: { shape: readonly number[]; values: Float32Array }): HeatMap {
  if (shape.length === 3) {
    const [heads, steps, seen] = shape
    return {
      ...{ rows: heads * seen, columns: steps },
      value(row, column) {
        const [head, back] = [Math.floor(row / seen), row % seen]
        return values[(head * steps + column) * seen + (seen - 1 - back)]
      }
    }
  }
  const [columns, rows] = shape
  return { rows, columns, value: (row, column) => values[column * rows + row] }
}

/** The greatest size among all values; 1 where everything is zero. */
export function greatestOf(values: Float32Array): number {
  let greatest = 0
  for (const value of values) if (Number.isFinite(value)) greatest = Math.max(greatest, Math.abs(value))
  return greatest || 1
}

/** Red, green and blue of "#rrggbb"; grey for anything else. */
export function rgbOf(colour: string): readonly [number, number, number] {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour.trim())
  return match ? [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)] : [128, 128, 128]
}

/** Four bytes a cell, row by row: above zero one colour, below the other, as opaque as the value is large. */
export function paint(
  map: HeatMap,
  greatest: number,
  { above, below }: { readonly above: string; readonly below: string }
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * map.rows * map.columns)
  const colours = [rgbOf(below), rgbOf(above)]
  for (let row = 0, at = 0; row < map.rows; row += 1) {
    for (let column = 0; column < map.columns; column += 1, at += 4) {
      const value = map.value(row, column)
      bytes.set(colours[value >= 0 ? 1 : 0], at)
      bytes[at + 3] = Number.isFinite(value) ? 255 * Math.min(1, Math.abs(value) / greatest) : 0
    }
  }
  return bytes
}
