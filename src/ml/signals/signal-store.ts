/** The decoded signals of this process by id: they stay here, the screen asks for pictures of them. */
import { LabError } from '../../contract/define'
import type { SignalInfo } from '../../contract/lab'
import { findTones } from '../../core/signal/find-tones'
import { durationOf, sampleCountOf, type Signal } from '../../core/signal/signal'

export interface StoredSignal {
  readonly info: SignalInfo
  readonly signal: Signal
  /** The clean tones behind a generated mix, as they stand in it; in the order of info.truthFrequenciesHz. */
  readonly tones: readonly Float32Array[]
}

export interface SignalDescription {
  readonly id: string
  readonly name: string
  readonly format: SignalInfo['format']
  readonly encoding: string
  readonly warnings: readonly string[]
  readonly truthFrequenciesHz?: readonly number[]
}

export class SignalStore {
  readonly #signals = new Map<string, StoredSignal>()

  /** Keep a signal under the id that the caller made. Throws LabError if the id is taken or the signal is empty. */
  add(described: SignalDescription, signal: Signal, tones: readonly Float32Array[] = []): SignalInfo {
    if (this.#signals.has(described.id))
      throw new LabError('bad-request', `There is a signal "${described.id}" already.`)
    if (sampleCountOf(signal) === 0) throw new LabError('bad-input', `${described.name} holds no samples.`)
    const info: SignalInfo = {
      ...described,
      warnings: [...described.warnings],
      truthFrequenciesHz: described.truthFrequenciesHz && [...described.truthFrequenciesHz],
      sampleRate: signal.sampleRate,
      channelNames: [...signal.channelNames],
      sampleCount: sampleCountOf(signal),
      durationSeconds: durationOf(signal),
      foundFrequenciesHz: findTones(signal.channels[0], signal.sampleRate).map(({ frequencyHz }) => frequencyHz)
    }
    this.#signals.set(described.id, { info, signal, tones })
    return info
  }

  /** Throws LabError if there is none. */
  get(id: string): StoredSignal {
    const found = this.#signals.get(id)
    if (!found) throw new LabError('not-found', `There is no open signal "${id}".`)
    return found
  }

  get count(): number {
    return this.#signals.size
  }

  remove(id: string): void {
    this.#signals.delete(id)
  }
}
