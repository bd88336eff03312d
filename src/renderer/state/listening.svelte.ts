/**
 * What is heard: the mix, the output or the residual of the selected part, else of the visible one, over and over.
 *
 * All three are played at one loudness and keep their place when one follows another, so that they can be compared. Tones
 * too low for the ear are raised by octaves. Speaks to the laboratory and to the sound card; draws nothing.
 */
import { mostSamplesRead } from '../../contract/streams'
import type { LabClient } from '../client'
import type { Stream } from './stream.svelte'
import { octavesUp, playbackOf } from './transposition'
import type { SampleRange } from './visible-range'

export const heardTraces = ['mix', 'output', 'residual'] as const
export type HeardTrace = (typeof heardTraces)[number]

export interface ListeningInputs {
  stream(): Stream | undefined
  lab(): LabClient | undefined
  selector(): number
  /** Places in the record. */
  range(): SampleRange
}

/** What the sound card is asked for; the browser's own in the app. */
export type OpenAudio = () => AudioContext

/** Quiet enough for headphones at full volume of the system. */
const loudness = 0.25
/** A start or an end at once would click. */
const fadeSeconds = 0.01

interface Playing {
  readonly key: string
  readonly source: AudioBufferSourceNode
  readonly gain: GainNode
  /** When the first sample of the part was, or would have been, heard. */
  readonly startedAt: number
}

export class Listening {
  /** Which trace is heard; null for silence. */
  trace = $state<HeardTrace | null>(null)
  /** How many octaves above its own pitch it is heard. */
  octaves = $state(0)
  readonly #inputs: ListeningInputs
  readonly #onFailure: (error: Error) => void
  readonly #openAudio: OpenAudio
  #audio: AudioContext | undefined
  #playing: Playing | undefined
  #request = 0

  constructor(
    inputs: ListeningInputs,
    onFailure: (error: Error) => void,
    openAudio: OpenAudio = () => new AudioContext()
  ) {
    this.#inputs = inputs
    this.#onFailure = onFailure
    this.#openAudio = openAudio
  }

  /** Hear this trace; if it is heard already, stop. */
  toggle(trace: HeardTrace): void {
    if (this.trace === trace) this.stop()
    else void this.#play(trace)
  }

  stop(): void {
    this.#request += 1
    this.trace = null
    this.#fadeOut()
    this.#playing = undefined
  }

  async #play(trace: HeardTrace): Promise<void> {
    const [lab, stream] = [this.#inputs.lab(), this.#inputs.stream()]
    if (!lab || !stream) return
    const request = (this.#request += 1)
    this.trace = trace
    try {
      await this.#hear(lab, stream, trace, () => request === this.#request)
    } catch (error) {
      // What another trace was asked for after may fail unheard: its stream was stopped as a rule.
      if (request === this.#request) this.#fail(error as Error)
    }
  }

  async #hear(lab: LabClient, stream: Stream, trace: HeardTrace, isWanted: () => boolean): Promise<void> {
    const selector = this.#inputs.selector()
    const { start, end } = this.#inputs.range()
    const startSample = Math.max(0, Math.floor(start))
    const count = Math.min(mostSamplesRead, Math.max(1, Math.ceil(end) - startSample))
    const read = (name: HeardTrace) =>
      lab.readSamples({ streamId: stream.info.streamId, trace: name, selector, startSample, count })
    const [{ samples: mix }, { samples }] = await Promise.all([read('mix'), read(trace)])
    if (!isWanted()) return
    const heard = samples.map((sample) => (Number.isFinite(sample) ? sample : 0))
    const level = rmsOf(mix)
    if (level === 0) throw new Error('The signal is silent here. Choose a part that is not.')
    const audio = (this.#audio ??= this.#openAudio())
    await audio.resume()
    if (!isWanted()) return
    this.octaves = octavesUp(stream.info.frequenciesHz[selector])
    const { bufferRate, playbackRate } = playbackOf(stream.signal.sampleRate, this.octaves)
    const buffer = audio.createBuffer(1, heard.length, bufferRate)
    buffer.copyToChannel(heard, 0)
    const key = `${stream.info.signalId} ${startSample} ${count} ${playbackRate}`
    this.#start(audio, buffer, { key, playbackRate, level: loudness / level })
  }

  #start(
    audio: AudioContext,
    buffer: AudioBuffer,
    { key, playbackRate, level }: { key: string; playbackRate: number; level: number }
  ): void {
    const source = audio.createBufferSource()
    source.buffer = buffer
    source.loop = true
    source.playbackRate.value = playbackRate
    const gain = audio.createGain()
    source.connect(gain).connect(audio.destination)
    const now = audio.currentTime
    gain.gain.setValueAtTime(0, now)
    gain.gain.linearRampToValueAtTime(level, now + fadeSeconds)
    // The same part goes on where it is, so that only the sound changes and not the place.
    const startedAt = this.#playing?.key === key ? this.#playing.startedAt : now
    source.start(now, ((now - startedAt) * playbackRate) % buffer.duration)
    this.#fadeOut()
    this.#playing = { key, source, gain, startedAt }
  }

  #fadeOut(): void {
    if (!this.#playing || !this.#audio) return
    const { gain, source } = this.#playing
    const now = this.#audio.currentTime
    gain.gain.setValueAtTime(gain.gain.value, now)
    gain.gain.linearRampToValueAtTime(0, now + fadeSeconds)
    source.stop(now + fadeSeconds)
  }

  #fail(error: Error): void {
    this.stop()
    this.#onFailure(error)
  }
}

function rmsOf(samples: Float32Array): number {
  let power = 0
  for (const sample of samples) if (Number.isFinite(sample)) power += sample * sample
  return Math.sqrt(power / samples.length)
}
