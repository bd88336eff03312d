/** Names for what the page makes in a process: no two alike, in this window or the one before it. */
let counter = 0

export function newId(kind: string): string {
  counter += 1
  return `${kind}-${counter}-${Date.now().toString(36)}`
}
