/** The unit that the name of a channel tells: "Voltage (mV)", "u [V]", "Pressure/Pa". Knows nothing of files. */

/** Names that stand in brackets for another reason than a unit. */
const noUnits = new Set(['left', 'right', 'mono', 'raw', 'filtered', 'copy', 'ch', 'n', 'a.u.', 'au'])
const longest = 12

/** Empty if the name tells none. */
export function unitOfChannel(name: string): string {
  const text = name.trim()
  const bracketed = /(?:\(([^()]+)\)|\[([^[\]]+)\])$/.exec(text)
  const unit = (bracketed?.[1] ?? bracketed?.[2] ?? behindSlash(text)).trim()
  if (unit === '' || unit.length > longest || noUnits.has(unit.toLowerCase())) return ''
  // A unit holds a letter or a sign like % or °, and no number in front: "(2)" is the second of two equal names.
  return /[\p{L}%°Ω]/u.test(unit) && !/^\d/.test(unit) ? unit : ''
}

/** "Pressure/Pa", "acceleration / m/s²": a slash that a blank stands before goes first, else there must be but one. */
function behindSlash(text: string): string {
  const spaced = text.indexOf(' /')
  if (spaced > 0) return text.slice(spaced + 2)
  const parts = text.split('/')
  return parts.length === 2 && parts[0] !== '' ? parts[1] : ''
}
