/** The registry: one line a family. Order is the order in lists and tables. */
import { parseParams } from '../../core/params/params'
import bilstm from './bilstm'
import cnn from './cnn'
import convLstm from './conv-lstm'
import type { Architecture } from './define'
import dense from './dense'
import gru from './gru'
import lockIn from './lock-in'
import lru from './lru'
import lstm from './lstm'
import lstmAttention from './lstm-attention'
import rnn from './rnn'
import tcn from './tcn'
import transformer from './transformer'

const registered: Architecture[] = [
  ...[lstm, gru, rnn, bilstm, lstmAttention, convLstm, lockIn],
  ...[lru, tcn, cnn, transformer, dense]
]

export const architectures: readonly Architecture[] = registered

/** Adds a family while the program runs. Throws RangeError if its id is taken. */
export function registerArchitecture(architecture: Architecture): void {
  if (registered.some(({ id }) => id === architecture.id)) {
    throw new RangeError(`There is an architecture "${architecture.id}" already: give the new one an id of its own.`)
  }
  registered.push(architecture)
}

/** Throws RangeError naming the known ids. */
export function architectureById(id: string): Architecture {
  const found = architectures.find((architecture) => architecture.id === id)
  if (!found) {
    const known = architectures.map((architecture) => architecture.id).join(', ')
    throw new RangeError(`There is no architecture "${id}". Expected one of: ${known}.`)
  }
  return found
}

/** Can a network of this recipe run live? */
export function isCausal({ architecture, params }: Recipe): boolean {
  const { causal, params: table } = architectureById(architecture)
  return causal(parseParams(table, params))
}

/** What a manifest and a training request share. */
export interface Recipe {
  readonly architecture: string
  readonly params: Readonly<Record<string, unknown>>
}
