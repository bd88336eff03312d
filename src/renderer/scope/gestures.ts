/** What a press or a wheel means, by button, keys and place. Pure: the same table for every lane. */
export type DragKind = 'pan' | 'box' | 'select'

type Keys = Pick<MouseEvent, 'ctrlKey' | 'metaKey' | 'shiftKey'>

/** A plain drag does what the user chose, with Ctrl the other; Shift selects; the middle button always pans. */
export function dragOf(event: Keys & Pick<MouseEvent, 'button'>, plain: 'pan' | 'box'): DragKind | undefined {
  if (event.button === 1) return 'pan'
  if (event.button !== 0) return undefined
  if (event.shiftKey) return 'select'
  const other = plain === 'pan' ? 'box' : 'pan'
  return event.ctrlKey || event.metaKey ? other : plain
}

export type WheelAction =
  | { readonly kind: 'zoom-step'; readonly direction: -1 | 1 }
  /** A pinch: finer than the steps of a wheel. */
  | { readonly kind: 'zoom'; readonly factor: number }
  /** In parts of the screen. */
  | { readonly kind: 'scroll'; readonly screens: number }
  | { readonly kind: 'nothing' }

/** A notch of a usual wheel is 100 pixels or more; the deltas of a pinch are small. */
const leastNotch = 40
const pinchRate = 0.01
/** A notch scrolls by so much of the screen. */
const scrollPerNotch = 0.1
const pixelsPerNotch = 100
const pixelsPerLine = 33

export function wheelOf(event: Keys & Pick<WheelEvent, 'deltaX' | 'deltaY' | 'deltaMode'>): WheelAction {
  const unit = event.deltaMode === 0 ? 1 : pixelsPerLine
  const [x, y] = [event.deltaX * unit, event.deltaY * unit]
  if (event.ctrlKey || event.metaKey) {
    if (y === 0) return { kind: 'nothing' }
    if (Math.abs(y) >= leastNotch) return { kind: 'zoom-step', direction: y > 0 ? 1 : -1 }
    return { kind: 'zoom', factor: Math.exp(pinchRate * y) }
  }
  const along = event.shiftKey ? y || x : x
  return along === 0 ? { kind: 'nothing' } : { kind: 'scroll', screens: (along / pixelsPerNotch) * scrollPerNotch }
}
