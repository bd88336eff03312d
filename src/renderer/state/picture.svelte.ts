/**
 * What the scope draws next. Reads the visible traces at most once per frame and never two at a time; lets the
 * laboratory report again only after a picture was drawn, so a slow screen slows the reports and not the filter.
 */
import type { TraceData, TraceName } from '../../contract/lab'
import { sincReach } from '../../core/signal/sinc'
import type { LabClient } from '../client'
import type { LiveMode } from './live-mode.svelte'
import { planPicture, type PicturePlan, type SweepRequest } from './picture-plan'
import type { ScopeOptions } from './scope-options.svelte'
import type { Stream } from './stream.svelte'
import type { TimeFrame } from './time-frame'
import type { View } from './view.svelte'
import type { SampleRange } from './visible-range'

/** Traces from one answer of the laboratory, and by how many samples they stand to the left on the axis. */
export interface Layer {
  readonly data: TraceData
  readonly shift: number
}

export interface DrawnPicture {
  /** The edges of the axis as they were asked for; a held view may have moved on since. */
  readonly frame: TimeFrame
  /** The newest layer is the last. */
  readonly layers: readonly Layer[]
  readonly selector: number
  readonly position: number
  readonly stream: Stream
}

/** Calls back before the next frame is drawn, as requestAnimationFrame does. */
export type FrameScheduler = (callback: (time: number) => void) => void

/** About thirty pictures a second of what goes on by itself: two frames of a usual screen, with slack for its clock. */
const leastMillisecondsBetween = 30
/** Samples are drawn as they are up to so many a column: an envelope of a few makes stairs of a smooth curve. */
const mostSamplesPerColumn = 6
/** As many as the contract allows. */
const mostColumns = 8192
/** Reports that may be under way at once. */
const creditsAtStart = 2
/** So much of the screen is read on either side of a held view, so that panning has something to show at once. */
const panMargin = 0.25
/** Sweeps of a fast signal that one answer brings. */
const mostSweeps = 12
/** A part that was never filtered is, when the user has looked at it for so long, and if it is not longer than this. */
const restMilliseconds = 120
const longestLook = 2 ** 22

const alwaysShown = ['mix', 'output', 'truth', 'residual'] as const satisfies readonly TraceName[]

export interface PictureInputs {
  selector(): number
  readonly view: View
  readonly options: ScopeOptions
  readonly live: LiveMode
}

export class Picture {
  drawn = $state.raw<DrawnPicture>()
  /** Columns that the scope has room for; set by the scope. */
  columns = 800
  readonly #inputs: PictureInputs
  readonly #schedule: FrameScheduler
  readonly #onFailure: (error: Error) => void
  #lab: LabClient | undefined
  #stream: Stream | undefined
  #scheduled = false
  #inFlight = false
  #stale = false
  /** The user changed something: it is shown with the next frame. */
  #urgent = false
  #owedCredits = 0
  #lastStarted = -Infinity
  #restTimer: ReturnType<typeof setTimeout> | undefined

  constructor(inputs: PictureInputs, schedule: FrameScheduler, onFailure: (error: Error) => void) {
    this.#inputs = inputs
    this.#schedule = schedule
    this.#onFailure = onFailure
  }

  /** The edges of the axis at this moment: a held view moves before its samples come. */
  readonly frame = $derived.by<TimeFrame | undefined>(() => {
    const drawn = this.drawn
    const { state } = this.#inputs.view
    if (!drawn || drawn.frame.axis !== 'record' || state.kind !== 'held') return drawn?.frame
    return { axis: 'record', from: state.range.start, to: state.range.end }
  })

  follow(lab: LabClient, stream: Stream): void {
    this.#lab = lab
    this.#stream = stream
    this.#owedCredits = 0
    this.#inputs.live.restart(stream.position)
    this.#grant(creditsAtStart)
    this.refresh()
  }

  /** The stream went on: its report used up one credit. */
  onAdvanced(): void {
    this.#owedCredits += 1
    this.refresh(false)
  }

  /** Something visible changed; at once if the user did it. */
  refresh(isUrgent = true): void {
    this.#stale = true
    this.#urgent ||= isUrgent
    if (this.#scheduled || this.#inFlight) return
    this.#scheduled = true
    this.#schedule((time) => {
      this.#scheduled = false
      if (!this.#urgent && time - this.#lastStarted < leastMillisecondsBetween) return this.refresh(false)
      this.#lastStarted = time
      this.#urgent = false
      void this.#read()
    })
  }

  async #read(): Promise<void> {
    const [lab, stream] = [this.#lab, this.#stream]
    if (!lab || !stream) return
    const { view, options, live } = this.#inputs
    const position = stream.position
    const selector = this.#inputs.selector()
    const plan = planPicture({
      ...{ view: view.state, scope: options.current, waitsForSingle: live.waitsForSingle },
      ...{ position, sampleRate: stream.signal.sampleRate }
    })
    this.#inFlight = true
    this.#stale = false
    try {
      const shown = await this.#readPlan(plan, { lab, stream, selector, position })
      if (stream === this.#stream && shown) {
        this.drawn = { ...shown, selector, position, stream }
        if (plan.kind === 'record') this.#lookCloser(lab, stream, plan.range)
      }
    } catch (error) {
      if (stream === this.#stream) this.#onFailure(error as Error)
    } finally {
      this.#inFlight = false
      if (stream === this.#stream) this.#grant(this.#owedCredits)
      this.#owedCredits = 0
      if (this.#stale) this.refresh(this.#urgent)
    }
  }

  async #readPlan(
    plan: PicturePlan,
    from: { lab: LabClient; stream: Stream; selector: number; position: number }
  ): Promise<Pick<DrawnPicture, 'frame' | 'layers'> | undefined> {
    switch (plan.kind) {
      case 'record': {
        const layer = await this.#readRange('record', plan.range, from, panMargin)
        return { frame: { axis: 'record', from: plan.range.start, to: plan.range.end }, layers: [layer] }
      }
      case 'roll': {
        const layer = await this.#readRange('stream', plan.range, from)
        this.#inputs.live.onFree(from.position)
        return { frame: { axis: 'stream', from: plan.range.start, to: plan.range.end }, layers: [layer] }
      }
      case 'sweep': {
        const { screen, before } = plan
        const span = screen.end - screen.start
        const pieces = [this.#readRange('stream', { start: screen.start, end: from.position }, from, 0, span)]
        if (before.end > before.start && before.end > 0) {
          pieces.unshift(this.#readRange('stream', before, from, 0, span))
        }
        const layers = await Promise.all(pieces)
        this.#inputs.live.onFree(from.position)
        // What is left of the screen before stands one screen further to the right.
        const older = layers.length > 1 ? [{ ...layers[0], shift: layers[0].shift - span }] : []
        return { frame: { axis: 'stream', from: screen.start, to: screen.end }, layers: [...older, layers.at(-1)!] }
      }
      case 'triggered':
        return this.#readSweeps(plan.sweeps, from)
    }
  }

  async #readRange(
    axis: 'stream' | 'record',
    range: SampleRange,
    { lab, stream, selector }: { lab: LabClient; stream: Stream; selector: number },
    margin = 0,
    screen = range.end - range.start
  ): Promise<Layer> {
    const span = range.end - range.start
    const isFine = screen <= this.columns * mostSamplesPerColumn
    const extra = margin * span + (isFine ? sincReach : 0)
    const [startSample, endSample] = [Math.floor(range.start - extra), Math.max(1, Math.ceil(range.end + extra))]
    const count = endSample - startSample
    const share = Math.min(1 + 2 * margin, Math.max(0.01, count / screen))
    const columns = isFine ? count : Math.ceil(this.columns * share)
    const data = await lab.readTraces({
      ...{ streamId: stream.info.streamId, traces: tracesOf(stream), selector, axis },
      ...{ startSample, endSample, columns: Math.min(mostColumns, Math.max(1, columns)) }
    })
    return { data, shift: 0 }
  }

  async #readSweeps(
    request: SweepRequest,
    { lab, stream, selector, position }: { lab: LabClient; stream: Stream; selector: number; position: number }
  ): Promise<Pick<DrawnPicture, 'frame' | 'layers'> | undefined> {
    const { live, view } = this.#inputs
    const { spanSamples, preTriggerSamples } = request
    const isFine = spanSamples <= this.columns * mostSamplesPerColumn
    const { sweeps } = await lab.readSweeps({
      ...request,
      ...{ streamId: stream.info.streamId, traces: tracesOf(stream), selector },
      afterSample: live.afterSample(position),
      marginSamples: isFine ? sincReach : 0,
      columns: isFine ? mostColumns : this.columns,
      ...(live.waitsForSingle ? { most: 1, take: 'oldest' } : { most: mostSweeps, take: 'newest' })
    })
    const newest = sweeps.at(-1)
    if (view.state.kind !== 'following') return undefined
    if (newest) {
      live.onTriggered(newest.triggerSample, request)
      const frame: TimeFrame = {
        ...{ axis: 'trigger', from: -preTriggerSamples, to: spanSamples - preTriggerSamples },
        trigger: newest.triggerSample
      }
      return { frame, layers: sweeps.map(({ data, triggerSample }) => ({ data, shift: triggerSample })) }
    }
    if (!live.goesOnWithout(performance.now(), view.spanSeconds)) return undefined
    const end = Math.max(position, spanSamples)
    const layer = await this.#readRange('stream', { start: end - spanSamples, end }, { lab, stream, selector })
    live.onAuto()
    return { frame: { axis: 'stream', from: end - spanSamples, to: end }, layers: [layer] }
  }

  /** The user looks at a part of the record: filter what was not filtered there, once the view rests. */
  #lookCloser(lab: LabClient, stream: Stream, range: SampleRange): void {
    clearTimeout(this.#restTimer)
    const startSample = Math.max(0, Math.floor(range.start))
    const endSample = Math.min(stream.signal.sampleCount, Math.ceil(range.end))
    if (endSample - startSample > longestLook || endSample <= startSample) return
    if (!lacks(this.drawn, 'output', startSample, endSample)) return
    this.#restTimer = setTimeout(() => {
      lab
        .filterRange({ streamId: stream.info.streamId, startSample, endSample })
        .then(() => stream === this.#stream && this.refresh())
        .catch((error: Error) => stream === this.#stream && this.#onFailure(error))
    }, restMilliseconds)
  }

  #grant(count: number): void {
    if (count <= 0 || !this.#lab || !this.#stream) return
    // A laboratory that ends meanwhile is reported by main; this call has nothing to add.
    this.#lab.grantCredits({ streamId: this.#stream.info.streamId, count }).catch(() => undefined)
  }
}

/** The rival is read where one runs. */
function tracesOf({ info, advanced }: Stream): TraceName[] {
  return info.rival || advanced?.rivalSelectors ? [...alwaysShown, 'rival'] : [...alwaysShown]
}

/** Whether a trace has a gap between two places. */
function lacks(picture: DrawnPicture | undefined, name: TraceName, start: number, end: number): boolean {
  const data = picture?.layers.at(-1)?.data
  const trace = data?.traces.find((candidate) => candidate.name === name)
  if (!data || !trace) return false
  const first = Math.max(0, Math.ceil((start - data.startSample) / data.samplesPerColumn))
  const last = Math.min(trace.min.length, Math.floor((end - data.startSample) / data.samplesPerColumn))
  for (let n = first; n < last; n += 1) if (Number.isNaN(trace.min[n])) return true
  return false
}
