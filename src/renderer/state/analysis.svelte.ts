/**
 * The measuring views' state: what each of them reads of the running stream, how often, and with which settings. Views
 * ask for a reading when something that they show changed; nothing is read for a view that is not on the screen.
 */
import type { CrossTalkFigures, SpectrumData, TraceName } from '../../contract/lab'
import type { SpectrumSettings } from '../../contract/analysis-settings'
import type { LabClient } from '../client'
import { analysedRange, type AnalysedRange } from './analysed-range'
import { Measuring } from './measuring.svelte'
import type { Preferences } from './preferences.svelte'
import { Reading } from './reading.svelte'
import type { Selection } from './selection.svelte'
import { SpectrogramColumns } from './spectrogram-columns.svelte'
import type { Stream } from './stream.svelte'
import type { View } from './view.svelte'

export interface AnalysisInputs {
  lab(): LabClient | undefined
  stream(): Stream | undefined
  selector(): number
  readonly view: View
  readonly selection: Selection
  readonly preferences: Preferences
}

/** Curves that change ten times a second look alive, numbers that change more often cannot be read. */
const curvePace = { leastMilliseconds: 100 }
const numberPace = { leastMilliseconds: 160 }
const pairCount = 1500
const spectrumTraces: TraceName[] = ['mix', 'output', 'residual']
const tracesWithRival: TraceName[] = [...spectrumTraces, 'rival']

export interface Pairs {
  readonly truth: Float32Array
  readonly output: Float32Array
}

export class Analysis {
  readonly #inputs: AnalysisInputs
  readonly measuring: Measuring
  readonly columns: SpectrogramColumns
  /** Pixels that the spectrum has room for; set by its plot. */
  spectrumColumns = 800
  /** The part of the frequency axis on the screen; null for all of it. */
  zoom = $state.raw<{ lowHz: number; highHz: number } | null>(null)
  /** The frequency under the pointer in spectrum or spectrogram; null elsewhere. */
  pointerHz = $state.raw<number | null>(null)
  readonly spectrum: Reading<SpectrumData>
  readonly crossTalk: Reading<CrossTalkFigures>
  readonly pairs: Reading<Pairs>

  readonly settings = $derived.by<SpectrumSettings>(() => this.#inputs.preferences.current.spectrum)
  readonly sampleRate = $derived.by(() => this.#inputs.stream()?.signal.sampleRate ?? 1000)

  /** What the frequency axis shows: a logarithmic one begins with the first bin of the spectrum. */
  readonly frequencyAxis = $derived.by(() => {
    const { scale, fftSize } = this.settings
    const whole = { lowHz: scale === 'log' ? this.sampleRate / fftSize : 0, highHz: this.sampleRate / 2 }
    const { lowHz, highHz } = this.zoom ?? whole
    return { scale, lowHz: Math.max(whole.lowHz, lowHz), highHz: Math.min(whole.highHz, highHz) }
  })

  constructor(inputs: AnalysisInputs) {
    this.#inputs = inputs
    this.measuring = new Measuring({ ...inputs, range: (wanted) => this.range(wanted) }, numberPace)
    this.columns = new SpectrogramColumns(inputs)
    this.spectrum = new Reading(() => this.#readSpectrum(), curvePace)
    this.crossTalk = new Reading(() => this.#readCrossTalk(), numberPace)
    this.pairs = new Reading(() => this.#readPairs(), curvePace)
  }

  /** What is analysed: the selection where there is one and it is wanted, else what the screen shows. */
  range(wanted: 'screen' | 'selection' = 'selection'): AnalysedRange | undefined {
    const { view, selection } = this.#inputs
    const stream = this.#inputs.stream()
    if (!stream) return undefined
    return analysedRange(
      {
        selection: selection.range,
        held: view.state.kind === 'held' ? view.state.range : null,
        position: stream.position,
        span: view.spanSeconds * stream.signal.sampleRate
      },
      wanted
    )
  }

  change(part: Partial<SpectrumSettings>): void {
    this.#inputs.preferences.change({ spectrum: { ...this.settings, ...part } })
  }

  /** Narrower (below 1) or wider about a frequency. */
  zoomFrequency(factor: number, aboutHz: number): void {
    this.zoom = zoomedAxis(this.frequencyAxis, factor, aboutHz, this.sampleRate)
  }

  /** From zero to a little above the highest tone. */
  zoomToTones(): void {
    const highest = Math.max(...(this.#inputs.stream()?.info.frequenciesHz ?? []))
    if (highest > 0) this.zoom = { lowHz: 0, highHz: Math.min(this.sampleRate / 2, 2 * highest) }
  }

  /** Another signal is there: nothing of the one before is left. */
  reset(): void {
    this.zoom = null
    this.pointerHz = null
    this.spectrum.clear()
    this.crossTalk.clear()
    this.pairs.clear()
    this.measuring.reset()
    this.columns.reset()
  }

  async #readSpectrum(): Promise<SpectrumData | undefined> {
    const [lab, stream, range] = [this.#inputs.lab(), this.#inputs.stream(), this.range()]
    if (!lab || !stream || !range) return undefined
    const { fftSize, taper, averages } = this.settings
    // Of a selection nothing outside it; of the screen as much before it as the pieces need.
    const isSelection = this.#inputs.selection.range !== null
    const needed = fftSize * averages
    const startSample = isSelection
      ? range.startSample
      : Math.max(0, Math.min(range.startSample, range.endSample - needed))
    return lab.readSpectrum({
      ...{ ...range, startSample, streamId: stream.info.streamId, selector: this.#inputs.selector() },
      ...{ traces: stream.info.rival ? tracesWithRival : spectrumTraces, fftSize, taper, averages },
      ...{ frequencyAxis: this.frequencyAxis, columns: this.spectrumColumns }
    })
  }

  async #readCrossTalk(): Promise<CrossTalkFigures | undefined> {
    const [lab, stream, range] = [this.#inputs.lab(), this.#inputs.stream(), this.range()]
    return lab && stream && range && lab.measureCrossTalk({ ...range, streamId: stream.info.streamId })
  }

  async #readPairs(): Promise<Pairs | undefined> {
    const [lab, stream, range] = [this.#inputs.lab(), this.#inputs.stream(), this.range()]
    if (!lab || !stream || !range) return undefined
    const request = { ...range, streamId: stream.info.streamId, selector: this.#inputs.selector() }
    return lab.readPairs({ ...request, points: pairCount })
  }
}

interface Axis {
  readonly lowHz: number
  readonly highHz: number
  readonly scale: 'linear' | 'log'
}

/** Not narrower than this share of the whole: there are no more bins to see. */
const narrowest = 1e-4

/** The axis zoomed so that `aboutHz` stays where it is; null once it is the whole again. */
export function zoomedAxis(
  { lowHz, highHz, scale }: Axis,
  factor: number,
  aboutHz: number,
  sampleRate: number
): { lowHz: number; highHz: number } | null {
  const most = sampleRate / 2
  if (scale === 'linear') {
    const span = Math.max(most * narrowest, (highHz - lowHz) * factor)
    if (span >= most) return null
    const low = Math.min(most - span, Math.max(0, aboutHz - ((aboutHz - lowHz) / (highHz - lowHz)) * span))
    return { lowHz: low, highHz: low + span }
  }
  const ratio = Math.max(1.05, (highHz / lowHz) ** factor)
  const share = Math.log(aboutHz / lowHz) / Math.log(highHz / lowHz)
  const low = aboutHz / ratio ** share
  if (factor > 1 && low * ratio >= most && low <= lowHz) return null
  return { lowHz: low, highHz: Math.min(most, low * ratio) }
}
