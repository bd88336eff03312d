/** The scope's picture as a drawing: SVG text from the values on the screen, and the same as pixels. */
import type { TraceData, TraceName } from '../../contract/lab'
import { plotSvg, type Lane, type Trace } from '../../core/signal/plot-svg'
import { formatFrequency } from '../format'
import type { DrawnPicture } from './picture.svelte'

/** The tones' colours on white, as the light theme has them. */
export const paperToneColours = ['#0072b2', '#b84f00', '#007a59', '#a64d87'] as const

export interface ViewPictureOptions {
  readonly sampleRate: number
  /** "Tone 2, 3.00 Hz". */
  readonly toneTitle: string
  /** As the scope draws the tone on paper. */
  readonly toneColour: string
}

/** What the scope shows, on paper, as the bytes of a file. */
export async function drawView(drawn: DrawnPicture | undefined, kind: 'png' | 'svg'): Promise<Uint8Array> {
  if (!drawn || drawn.layers.length === 0) throw new Error('There is no picture yet.')
  const hertz = drawn.stream.info.frequenciesHz[drawn.selector]
  const svg = viewSvg(drawn, {
    sampleRate: drawn.stream.signal.sampleRate,
    toneTitle: `tone ${drawn.selector + 1}, ${formatFrequency(hertz)}`,
    toneColour: paperToneColours[drawn.selector % paperToneColours.length]
  })
  return kind === 'svg' ? new TextEncoder().encode(svg) : pngOf(svg)
}

/** Lanes as on the scope: the mix, the output with its truth, the residual. */
export function viewSvg({ layers }: DrawnPicture, { sampleRate, toneTitle, toneColour }: ViewPictureOptions): string {
  const { data } = layers[layers.length - 1]
  const trace = (name: TraceName, label: string, colour: string, dashed = false): Trace[] => {
    const samples = samplesOf(data, name)
    return samples && samples.some(Number.isFinite) ? [{ label, colour, dashed, samples }] : []
  }
  const lanes: [string, Trace[]][] = [
    ['Mix', trace('mix', 'mix', '#48525e')],
    [`Output: ${toneTitle}`, [...trace('output', 'output', toneColour), ...trace('truth', 'truth', '#14181d', true)]],
    ['Residual', trace('residual', 'mix − output', '#a8524e')]
  ]
  const perColumn = data.samplesPerColumn > 1 ? data.samplesPerColumn / 2 : 1
  const place: Omit<Lane, 'title' | 'traces' | 'endSample'> = {
    xLabel: 'Time (s)',
    sampleRate: sampleRate / perColumn,
    firstSample: data.startSample / perColumn,
    startSample: 0
  }
  return plotSvg(
    lanes
      .filter(([, traces]) => traces.length > 0)
      .map(([title, traces]) => ({ ...place, title, traces, endSample: traces[0].samples.length })),
    { width: 1280, laneHeight: 200 }
  )
}

/** The values as they came; of an envelope the least and the greatest of each column in turn. */
function samplesOf({ traces, samplesPerColumn }: TraceData, name: TraceName): Float32Array | undefined {
  const found = traces.find((trace) => trace.name === name)
  if (!found || samplesPerColumn <= 1) return found?.min
  const both = new Float32Array(2 * found.min.length)
  found.min.forEach((value, column) => {
    both[2 * column] = value
    both[2 * column + 1] = found.max[column]
  })
  return both
}

/** The drawing as PNG bytes, two pixels a unit. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }))
  try {
    const image = new Image()
    image.src = url
    await image.decode()
    const canvas = document.createElement('canvas')
    canvas.width = 2 * image.naturalWidth
    canvas.height = 2 * image.naturalHeight
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height)
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
    if (!blob) throw new Error('The picture could not be drawn; make the window smaller and try again.')
    return new Uint8Array(await blob.arrayBuffer())
  } finally {
    URL.revokeObjectURL(url)
  }
}
