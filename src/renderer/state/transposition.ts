/** How a signal whose tones nobody can hear is made audible: played faster, by whole octaves. Pure. */
import type { Hertz } from '../../core/units'

/** Below this a tone is felt rather than heard, and small loudspeakers give nothing. */
const audibleFrom: Hertz = 80
/** Where a raised tone lands at least: where ears and loudspeakers are good. */
const raisedTo: Hertz = 220
const mostOctaves = 20

/** By how many octaves the playing is raised so that the tone can be heard; 0 where it can be heard as it is. */
export function octavesUp(toneHz: Hertz): number {
  if (!(toneHz > 0) || toneHz >= audibleFrom) return 0
  return Math.min(mostOctaves, Math.ceil(Math.log2(raisedTo / toneHz)))
}

/** Rates that an audio buffer may have everywhere (Web Audio API 1.1). */
const bufferRates: readonly [low: Hertz, high: Hertz] = [8000, 96_000]

/** The rate that the buffer is made with, and how much faster than that it is played. */
export function playbackOf(sampleRate: Hertz, octaves: number): { bufferRate: Hertz; playbackRate: number } {
  const wanted = sampleRate * 2 ** octaves
  const bufferRate = Math.round(Math.min(bufferRates[1], Math.max(bufferRates[0], wanted)))
  return { bufferRate, playbackRate: wanted / bufferRate }
}

/** What is said beside the button: "as it is", "7 octaves up". */
export function describeOctaves(octaves: number): string {
  return octaves === 0 ? 'as it is' : `${octaves} ${octaves === 1 ? 'octave' : 'octaves'} up`
}
