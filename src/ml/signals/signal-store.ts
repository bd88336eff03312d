/** The decoded signals of this process by id: they stay here, the screen asks for pictures of them. */
import { LabError } from '../../contract/define'
import type { SignalInfo } from '../../contract/lab'
import { findTones, longestLook } from '../../core/signal/find-tones'
import { SignalPictures, type PictureOptions, type Pictures } from './signal-pictures'
import type { SampleSource } from './sample-source'

export interface StoredSignal {
  readonly info: SignalInfo
  readonly source: SampleSource
  readonly pictures: Pictures
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
  readonly isLoading?: boolean
  readonly choices?: SignalInfo['choices']
  readonly partCount?: number
}

export interface AddOptions {
  readonly tones?: readonly Float32Array[]
  readonly pictures?: PictureOptions
  /** Pictures of the source's own, in place of a pyramid. */
  readonly made?: Pictures
}

/** Who reads samples of a signal, and what waits for the last of them. */
interface Readers {
  count: number
  whenNone?: () => void
}

export class SignalStore {
  readonly #readers = new Map<string, Readers>()
  readonly #signals = new Map<string, StoredSignal>()
  readonly #atRemoval = new Map<string, () => void>()

  /** Keep a signal under the id that the caller made. Throws LabError if the id is taken or the signal is empty. */
  add(
    described: SignalDescription,
    source: SampleSource,
    { tones = [], pictures = {}, made }: AddOptions = {}
  ): SignalInfo {
    if (this.#signals.has(described.id))
      throw new LabError('bad-request', `There is a signal "${described.id}" already.`)
    const info = describe(described, source)
    this.#signals.set(described.id, { info, source, tones, pictures: made ?? new SignalPictures(source, pictures) })
    this.#readers.set(described.id, { count: 0 })
    return info
  }

  /** A signal that is known better by now: read to its end. Its picture is kept if its samples are the same. */
  replace(
    described: SignalDescription,
    source: SampleSource,
    { pictures, isSame }: { pictures: PictureOptions; isSame: boolean }
  ): SignalInfo {
    const before = this.get(described.id)
    const info = describe(described, source)
    if (!isSame) before.pictures.dispose()
    const shown = isSame ? before.pictures : new SignalPictures(source, pictures)
    this.#signals.set(described.id, { ...before, info, source, pictures: shown })
    return info
  }

  has(id: string): boolean {
    return this.#signals.has(id)
  }

  /** Throws LabError if there is none. */
  get(id: string): StoredSignal {
    const found = this.#signals.get(id)
    if (!found) throw new LabError('not-found', `There is no open signal "${id}".`)
    return found
  }

  /**
   * Keep the samples of a signal readable, though it be removed, until the function returned is called: what is written
   * to a file goes on when another signal is opened. Throws LabError if there is none.
   */
  hold(id: string): () => void {
    this.get(id)
    const readers = this.#readers.get(id)!
    readers.count += 1
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      readers.count -= 1
      if (readers.count === 0) readers.whenNone?.()
    }
  }

  get count(): number {
    return this.#signals.size
  }

  /** What to do when the signal is closed; one for each. */
  onRemoved(id: string, done: () => void): void {
    this.#atRemoval.set(id, done)
  }

  remove(id: string): void {
    const found = this.#signals.get(id)
    this.#signals.delete(id)
    this.#atRemoval.get(id)?.()
    this.#atRemoval.delete(id)
    found?.pictures.dispose()
    const readers = this.#readers.get(id)
    this.#readers.delete(id)
    const close = () => found?.source.close()
    if (readers && readers.count > 0) readers.whenNone = close
    else close()
  }

  dispose(): void {
    for (const id of this.#signals.keys()) this.remove(id)
  }
}

function describe(described: SignalDescription, source: SampleSource): SignalInfo {
  const { sampleRate, sampleCount, channelNames } = source
  if (sampleCount === 0) throw new LabError('bad-input', `${described.name} holds no samples.`)
  const foundTones = findTones(source.read(0, 0, longestLook), sampleRate)
  return {
    ...described,
    warnings: [...described.warnings],
    truthFrequenciesHz: described.truthFrequenciesHz && [...described.truthFrequenciesHz],
    sampleRate,
    channelNames: [...channelNames],
    sampleCount,
    durationSeconds: sampleCount / sampleRate,
    foundFrequenciesHz: foundTones.map(({ frequencyHz }) => frequencyHz),
    foundTones
  }
}
