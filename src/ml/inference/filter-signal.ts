/** Filter a whole channel block by block: what the command line does with a file. */
import type { ChannelSource } from '../signals/sample-source'
import type { StreamFilter } from './stream-filter'

export interface FilteredSignal {
  /** One array a selector, as long as the signal. */
  readonly outputs: Float32Array[]
  /** Time in the filter alone. */
  readonly seconds: number
}

const blockLength = 16_384

/** Lets the event loop run between blocks; `onProgress` hears the share done, from 0 to 1. */
export async function filterSignal(
  filter: StreamFilter,
  samples: ChannelSource,
  onProgress: (share: number) => void = () => {}
): Promise<FilteredSignal> {
  const outputs = filter.frequenciesHz.map(() => new Float32Array(samples.sampleCount))
  let seconds = 0
  for (let start = 0; start < samples.sampleCount; start += blockLength) {
    const began = performance.now()
    const parts = filter.process(samples.read(start, blockLength))
    seconds += (performance.now() - began) / 1000
    parts.forEach((part, selector) => outputs[selector].set(part, start))
    onProgress(Math.min(1, (start + blockLength) / samples.sampleCount))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { outputs, seconds }
}
