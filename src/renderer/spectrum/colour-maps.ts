/**
 * Colours for levels that people with any colour vision can order: their lightness rises evenly. Viridis (van der Walt
 * and Smith 2015) and cividis (Nunez, Anderton and Renslow 2018) at ten even steps, straight lines between; and grey.
 */
import type { SpectrumSettings } from '../../contract/analysis-settings'

export type ColourMapName = SpectrumSettings['colourMap']

const anchors: Readonly<Record<ColourMapName, readonly string[]>> = {
  viridis: [
    ...['440154', '482878', '3e4989', '31688e', '26828e'],
    ...['1f9e89', '35b779', '6ece58', 'b5de2b', 'fde725']
  ],
  cividis: [
    ...['00204d', '00336f', '39486b', '575c6d', '707173'],
    ...['8a8779', 'a69d75', 'c4b56c', 'e4cf5b', 'ffea46']
  ],
  grey: ['0b0b0b', 'f6f6f6']
}

const stepCount = 256

/** 256 colours from the lowest level to the highest, four bytes each: red, green, blue, opaque. */
export function colourMap(name: ColourMapName): Uint8ClampedArray {
  const stops = anchors[name].map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)))
  const colours = new Uint8ClampedArray(4 * stepCount)
  for (let step = 0; step < stepCount; step += 1) {
    const place = (step / (stepCount - 1)) * (stops.length - 1)
    const below = Math.min(stops.length - 2, Math.floor(place))
    for (let part = 0; part < 3; part += 1) {
      const [from, to] = [stops[below][part], stops[below + 1][part]]
      colours[4 * step + part] = from + (place - below) * (to - from)
    }
    colours[4 * step + 3] = 255
  }
  return colours
}

/** Which of the 256 steps a level has; those outside take the ends. */
export function colourStep(levelDb: number, { lowDb, highDb }: { lowDb: number; highDb: number }): number {
  const share = (levelDb - lowDb) / (highDb - lowDb)
  return Math.max(0, Math.min(stepCount - 1, Math.round(share * (stepCount - 1))))
}

/** A colour of the map for CSS, and whether dark text is read better on it. */
export function cssColour(colours: Uint8ClampedArray, step: number): { background: string; takesDarkText: boolean } {
  const [red, green, blue] = colours.subarray(4 * step, 4 * step + 3)
  return { background: `rgb(${red} ${green} ${blue})`, takesDarkText: luminance(red, green, blue) > 0.179 }
}

/** Relative luminance of WCAG 2; above 0.179 black text has the higher contrast. */
function luminance(...parts: number[]): number {
  const [red, green, blue] = parts.map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
