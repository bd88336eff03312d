/** How the curves of many contestants are told apart: by hue and by stroke, never by hue alone. */
import type { ScopeColours } from '../scope/theme-colours'
import type { XyCurve } from './xy-plot'

export type CurveStyle = Pick<XyCurve, 'colour' | 'dash' | 'width'>

/** The network is the strongest line of every chart. */
export function networkStyle({ accent }: ScopeColours): CurveStyle {
  return { colour: accent, width: 3 }
}

const dashes: readonly (readonly number[] | undefined)[] = [undefined, [8, 4], [2, 3]]

/** The same rival looks the same in every chart: `place` is its place in the list of all rivals. */
export function rivalStyle({ tones, residual, mix }: ScopeColours, place: number): CurveStyle {
  const hues = [tones[1], tones[2], tones[3], residual, mix]
  return {
    colour: hues[place % hues.length],
    dash: dashes[Math.floor(place / hues.length) % dashes.length],
    width: 1.5
  }
}
