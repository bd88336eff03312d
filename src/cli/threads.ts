/** How many threads a training computes with, from an option. */
import { parseNumber } from './flags'

/** What TensorFlow and our kernels read when they start. Throws UsageError. */
export function threadVariables(text: string): Record<string, string> {
  const count = String(parseNumber('threads', text, { low: 1, high: 256, integer: true }))
  return { TF_NUM_INTRAOP_THREADS: count, SIGNAL_LAB_THREADS: count }
}
