/** The registry: one line a family. Order is the order in lists and tables. */
import type { Architecture } from './define'
import gru from './gru'
import lstm from './lstm'

export const architectures: readonly Architecture[] = [lstm, gru]

/** Throws RangeError naming the known ids. */
export function architectureById(id: string): Architecture {
  const found = architectures.find((architecture) => architecture.id === id)
  if (!found) {
    const known = architectures.map((architecture) => architecture.id).join(', ')
    throw new RangeError(`There is no architecture "${id}". Expected one of: ${known}.`)
  }
  return found
}
