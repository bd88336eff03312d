/** One cell of the cross-talk matrix as it is shown: number, colour, and a sentence. Pure. */
import { formatDecibels, noValue } from '../format'
import { writeNumber } from '../number-style.svelte'
import { colourStep, cssColour } from '../spectrum/colour-maps'

export interface CrossTalkCell {
  readonly text: string
  readonly meaning: string
  readonly background: string
  readonly takesDarkText: boolean
}

/** From nothing to all of the tone. */
const range = { lowDb: -60, highDb: 0 }

/** A level below what chance makes is shown as less than that. */
export function crossTalkCell(level: number | null, floor: number | null, colours: Uint8ClampedArray): CrossTalkCell {
  if (level === null) {
    const meaning = 'The mix does not hold this tone, so there is nothing that could leak.'
    return { text: noValue, meaning, ...cssColour(colours, 0) }
  }
  const isChance = floor !== null && level < floor
  const shown = isChance ? floor : level
  const digits = writeNumber(shown.toFixed(1).replace(/^-0\.0$/, '0.0'))
  return {
    text: isChance ? `< ${digits}` : digits,
    meaning: isChance
      ? `Less than ${formatDecibels(floor)}: not more than chance`
      : `${formatDecibels(level)} of this tone’s level in the mix`,
    ...cssColour(colours, colourStep(shown, range))
  }
}
