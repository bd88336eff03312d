/**
 * Filter a whole channel block by block: what the command line does with a file. A block is forgotten when the next one
 * is asked for, so memory does not grow with the signal.
 */
import type { Samples, Seconds } from '../../core/units'
import { CancelledError } from '../jobs'
import type { ChannelSource } from '../signals/sample-source'
import type { StreamFilter } from './stream-filter'

export interface FilteredBlock {
  readonly start: Samples
  /** One array a selector. */
  readonly outputs: readonly Float32Array[]
  /** Time in the filter alone. */
  readonly seconds: Seconds
}

export interface FilteredSignal {
  /** One array a selector, as long as the signal. */
  readonly outputs: Float32Array[]
  readonly seconds: Seconds
}

const blockLength = 2 ** 16

/** Lets the event loop run between blocks. Throws CancelledError when aborted. */
export async function* filterBlocks(
  filter: StreamFilter,
  samples: ChannelSource,
  abort?: AbortSignal
): AsyncGenerator<FilteredBlock> {
  for (let start = 0; start < samples.sampleCount; start += blockLength) {
    if (abort?.aborted) throw new CancelledError()
    const block = samples.read(start, blockLength)
    const began = performance.now()
    const outputs = filter.process(block)
    yield { start, outputs, seconds: (performance.now() - began) / 1000 }
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** All of it in memory, for signals that are known to be short. Throws CancelledError when aborted. */
export async function filterSignal(
  filter: StreamFilter,
  samples: ChannelSource,
  abort?: AbortSignal
): Promise<FilteredSignal> {
  const outputs = filter.frequenciesHz.map(() => new Float32Array(samples.sampleCount))
  let seconds = 0
  for await (const block of filterBlocks(filter, samples, abort)) {
    block.outputs.forEach((output, selector) => outputs[selector].set(output, block.start))
    seconds += block.seconds
  }
  return { outputs, seconds }
}
