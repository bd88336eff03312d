/** Let everything else that waits have its turn: messages, timers, other streams. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
