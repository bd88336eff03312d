/** A recording in memory. Knows nothing of files, models or screens. */
import type { Hertz, Seconds } from '../units'

export interface Signal {
  readonly sampleRate: Hertz
  /** One array a channel, all of the same length. */
  readonly channels: readonly Float32Array[]
  /** What the file calls its channels; as many as channels. */
  readonly channelNames: readonly string[]
}

export function sampleCountOf(signal: Signal): number {
  return signal.channels[0]?.length ?? 0
}

export function durationOf(signal: Signal): Seconds {
  return sampleCountOf(signal) / signal.sampleRate
}

/** A reading of a file: the signal, how it was stored, and one sentence for each thing that was repaired or assumed. */
export interface DecodedSignal {
  readonly signal: Signal
  readonly format: 'wav' | 'csv' | 'raw'
  /** For people: "32-bit float", "semicolon, decimal comma". */
  readonly encoding: string
  readonly warnings: readonly string[]
}

/** A file that cannot be read. The message says what was expected, what came and what to do. */
export class InputError extends Error {
  override readonly name = 'InputError'
}
