/** Older sweeps on a canvas of their own that fades: where many of them run, the picture is brighter. */

/** What is left of a sweep's light after so many milliseconds is a half. */
const halfLifeMilliseconds = 250
/** Fading in smaller steps than this would never reach black: a canvas holds 256 steps. */
const leastFade = 0.12

export class Afterglow {
  readonly #canvas = document.createElement('canvas')
  #fadedAt = 0

  /** The canvas to draw the next sweep on, faded; its size is that of the picture. */
  next(width: number, height: number, now: number): CanvasRenderingContext2D | null {
    const context = this.#canvas.getContext('2d')
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
      this.#fadedAt = now
    }
    const fade = fadeAfter(now - this.#fadedAt)
    if (!context || fade === 0) return context
    this.#fadedAt = now
    context.save()
    context.globalCompositeOperation = 'destination-out'
    context.globalAlpha = fade
    context.fillRect(0, 0, width, height)
    context.restore()
    return context
  }

  drawOn(context: CanvasRenderingContext2D): void {
    if (this.#canvas.width > 0) context.drawImage(this.#canvas, 0, 0)
  }

  clear(): void {
    this.#canvas.width = 0
  }
}

/** Which part of the light to take away after so long; 0 while that is too little to be had exactly. */
export function fadeAfter(milliseconds: number): number {
  const fade = 1 - 0.5 ** (Math.max(0, milliseconds) / halfLifeMilliseconds)
  return fade < leastFade ? 0 : fade
}
