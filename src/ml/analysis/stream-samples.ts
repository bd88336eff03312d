/** Whole samples of a stream's traces for analysis. Knows nothing of what they are analysed for. */
import type { TraceName } from '../../contract/lab'
import type { Samples } from '../../core/units'
import type { LiveStream } from '../inference/live-stream'

export interface StreamRange {
  readonly axis: 'stream' | 'record'
  readonly startSample: Samples
  readonly endSample: Samples
}

/** One array a trace, as long as the range; NaN where nothing exists. */
export function readSamples(
  stream: LiveStream,
  traces: readonly TraceName[],
  selector: number,
  { axis, startSample, endSample }: StreamRange
): Float32Array[] {
  const range = { start: startSample, end: endSample, columns: Math.max(1, endSample - startSample) }
  const data = axis === 'record' ? stream.readRecord(traces, selector, range) : stream.read(traces, selector, range)
  return data.traces.map(({ min }) => min)
}

/** So many missing samples in a row are a part that was not filtered; fewer are flaws of a recording. */
const leastGap: Samples = 64

/** The newest part of an array that exists: without missing samples at its ends, and without a gap. */
export function existingPart(samples: Float32Array): { start: Samples; end: Samples } {
  let end = samples.length
  while (end > 0 && Number.isNaN(samples[end - 1])) end -= 1
  let start = end
  for (let n = end - 1; n >= 0 && start - n <= leastGap; n -= 1) if (!Number.isNaN(samples[n])) start = n
  return { start, end }
}
