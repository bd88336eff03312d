/**
 * The look inside the running network: which stretch before the cursor is heard, which part is shown, and what came of
 * it. Read again at a pace while the cursor moves; draws nothing.
 */
import { mostSamplesInspected, type InspectedModel } from '../../contract/lab'
import type { Connection } from './connection.svelte'
import { Reading } from './reading.svelte'
import type { Running } from './running.svelte'
import { axisToRecord } from './time-frame'

/** Steps of the network that a picture can show apart. */
const mostSteps = 400

export interface MicroscopeParts {
  readonly connection: Connection
  readonly running: Running
  channel(): number
}

export interface Look extends InspectedModel {
  /** The sample at which the stretch ends. */
  readonly endSample: number
  readonly startSample: number
}

export class Microscope {
  /** Which part is shown; undefined for the first. */
  part = $state<string>()
  readonly reading: Reading<Look>
  readonly #parts: MicroscopeParts

  constructor(parts: MicroscopeParts) {
    this.#parts = parts
    this.reading = new Reading(() => this.#read(), { leastMilliseconds: 400, mostShare: 0.25 })
  }

  show(part: string): void {
    this.part = part
    this.reading.request()
  }

  /** The sample that the answer is explained for: cursor A, else the newest on the screen. */
  get place(): number {
    const { cursors, picture, stream } = this.#parts.running
    const { a } = cursors.pair('record')
    if (a !== null) return a
    const { frame } = picture
    const count = stream?.signal.sampleCount ?? 0
    return Math.round(frame ? axisToRecord(frame, frame.to, count) : (stream?.place ?? 0))
  }

  async #read(): Promise<Look | undefined> {
    const { connection, running, channel } = this.#parts
    const { stream } = running
    if (!connection.lab || !stream) return undefined
    const { modelId, frequenciesHz, hopSamples } = stream.info
    const endSample = Math.max(1, Math.min(stream.signal.sampleCount, this.place))
    const count = Math.min(endSample, mostSamplesInspected, mostSteps * Math.max(1, Math.round(hopSamples)))
    const startSample = endSample - count
    const look = await connection.lab.inspectModel({
      ...{ signalId: stream.signal.id, channel: channel(), modelId, frequenciesHz, selector: running.selector },
      ...{ startSample, count, part: this.part }
    })
    return { ...look, startSample, endSample }
  }
}
