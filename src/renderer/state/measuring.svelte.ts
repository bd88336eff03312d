/**
 * The list of measurements: what is measured, where, which kinds are pinned, and their mean and deviation over frames.
 */
import type { MeasureScope, MeasureSettings } from '../../contract/analysis-settings'
import type { Measured, TraceName } from '../../contract/lab'
import { MeasurementFrames, type FrameStatistics } from '../../core/measure/frame-statistics'
import { measureIds, type MeasureId } from '../../core/measure/kinds'
import type { LabClient } from '../client'
import { placeInRange, type AnalysedRange } from './analysed-range'
import type { Pace } from './paced'
import type { Preferences } from './preferences.svelte'
import { Reading } from './reading.svelte'
import type { Stream } from './stream.svelte'
import type { View } from './view.svelte'

export interface MeasurementRow {
  readonly id: MeasureId
  readonly value: number | null
  readonly statistics: FrameStatistics | undefined
}

export interface MeasuringInputs {
  lab(): LabClient | undefined
  stream(): Stream | undefined
  selector(): number
  range(wanted: 'screen' | 'selection'): AnalysedRange | undefined
  readonly view: View
  readonly preferences: Preferences
}

export class Measuring {
  readonly #inputs: MeasuringInputs
  readonly reading: Reading<Measured>
  readonly #frames = new MeasurementFrames()
  /** Counts frames, so that what is drawn from the statistics is drawn again. */
  frameCount = $state(0)
  #measuredAs = ''
  #lastFrame = ''
  /** The last place under the pointer: the cycle there goes on being measured when the pointer has left. */
  #cyclePlace: number | undefined

  readonly settings = $derived.by<MeasureSettings>(() => this.#inputs.preferences.current.measurements)

  /** The pinned list. */
  readonly rows = $derived.by<readonly MeasurementRow[]>(() => {
    void this.frameCount
    const values = this.reading.value?.values
    return this.settings.pinned.map((id) => ({ id, value: values?.[id] ?? null, statistics: this.#frames.of(id) }))
  })

  constructor(inputs: MeasuringInputs, pace: Pace) {
    this.#inputs = inputs
    this.reading = new Reading(() => this.#measure(), pace)
  }

  request(): void {
    this.reading.request()
  }

  reset(): void {
    this.reading.clear()
    this.resetFrames()
    this.#cyclePlace = undefined
  }

  resetFrames(): void {
    this.#frames.reset()
    this.frameCount = 0
    this.#lastFrame = ''
  }

  setTrace(trace: TraceName): void {
    this.#change({ trace })
  }

  setScope(scope: MeasureScope): void {
    this.#change({ scope })
  }

  /** In the order of the table of kinds, so that the list reads the same for everyone. */
  setPinned(id: MeasureId, pinned: boolean): void {
    const others = this.settings.pinned.filter((other) => other !== id)
    this.#change({ pinned: measureIds.filter((other) => (other === id ? pinned : others.includes(other))) })
  }

  #change(part: Partial<MeasureSettings>): void {
    this.#inputs.preferences.change({ measurements: { ...this.settings, ...part } })
    this.request()
  }

  async #measure(): Promise<Measured | undefined> {
    const { trace, scope } = this.settings
    const [lab, stream] = [this.#inputs.lab(), this.#inputs.stream()]
    const range = this.#inputs.range(scope === 'selection' ? 'selection' : 'screen')
    if (!lab || !stream || !range || range.endSample <= range.startSample) return undefined
    const selector = this.#inputs.selector()
    const cycleAt = scope === 'cycle' ? this.#cycleIn(range, stream) : undefined
    const measured = await lab.measure({ ...range, streamId: stream.info.streamId, trace, selector, cycleAt })
    this.#takeFrame(
      measured,
      [stream.info.streamId, trace, scope, selector, stream.info.frequenciesHz[selector]].join()
    )
    return measured
  }

  /** The pointer's place, else the last one, else the newest whole cycle's. */
  #cycleIn(range: AnalysedRange, stream: Stream): number {
    this.#cyclePlace = this.#inputs.view.pointer ?? this.#cyclePlace
    const middle = (range.startSample + range.endSample) / 2
    return this.#cyclePlace === undefined ? middle : placeInRange(this.#cyclePlace, range, stream.signal.sampleCount)
  }

  /** One more frame, if it is not the one before; anew where something else is measured now. */
  #takeFrame({ startSample, endSample, values }: Measured, measuredAs: string): void {
    if (measuredAs !== this.#measuredAs) this.resetFrames()
    this.#measuredAs = measuredAs
    const frame = `${startSample}-${endSample}`
    if (frame === this.#lastFrame || endSample <= startSample) return
    this.#lastFrame = frame
    this.#frames.add(values)
    this.frameCount += 1
  }
}
