/** The colours of the drawn parts, read from the same tokens as everything else. */

export interface ScopeColours {
  readonly ground: string
  readonly grid: string
  readonly line: string
  readonly muted: string
  readonly mix: string
  readonly truth: string
  readonly residual: string
  readonly rival: string
  readonly accent: string
  readonly tones: readonly string[]
  readonly font: string
}

export function readColours(): ScopeColours {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ground: token('ground'),
    grid: token('grid'),
    line: token('line'),
    muted: token('muted'),
    mix: token('mix'),
    truth: token('truth'),
    residual: token('residual'),
    rival: token('rival'),
    accent: token('accent'),
    tones: [1, 2, 3, 4].map((tone) => token(`tone-${tone}`)),
    font: `11px ${token('font') || 'sans-serif'}`
  }
}
