/**
 * What an export writes, as pieces made while they are written: channels of a signal, and what a filter answers to one
 * of them. The filter begins so much before the range that its output there is settled, and what lags stands where it
 * belongs, both as on the screen.
 */
import type { ExportPart } from '../../contract/exports'
import { LabError } from '../../contract/define'
import type { Samples } from '../../core/units'
import type { StreamFilter } from '../inference/stream-filter'
import type { SampleSource } from './sample-source'
import { pieceLength, type WrittenSignal } from './write-recording'

export interface ExportedParts {
  readonly source: SampleSource
  readonly parts: readonly ExportPart[]
  readonly range: { readonly start: Samples; readonly end: Samples }
  /** Needed by every part but the mix. */
  readonly answer?: ExportAnswer
}

export interface ExportAnswer {
  /** Its own: it is reset at each pass. */
  readonly filter: StreamFilter
  /** The channel that is filtered. */
  readonly channel: number
  /** The clean tone of each selector, where there is one. */
  readonly truths: readonly (Float32Array | undefined)[]
}

const settlingSeconds = 2

/** Throws LabError for parts that there are not. */
export function exportedParts({ source, parts, range, answer }: ExportedParts): WrittenSignal {
  const channelNames = parts.map((part) => nameOf(part, { source, parts, range, answer }))
  const { start, end } = range
  return {
    sampleRate: source.sampleRate,
    channelNames,
    sampleCount: end - start,
    *pieces() {
      const lag = answer?.filter.latencySamples ?? 0
      warmUp(source, start + lag, answer)
      for (let at = start; at < end; at += pieceLength) {
        const count = Math.min(pieceLength, end - at)
        const outputs = answer && answer.filter.process(readPadded(source, answer.channel, at + lag, count))
        yield parts.map(({ trace, index }) => {
          switch (trace) {
            case 'mix':
              return source.read(index, at, count)
            case 'output':
              return outputs![index]
            case 'truth':
              return answer!.truths[index]!.subarray(at, at + count)
            case 'residual': {
              const mix = source.read(answer!.channel, at, count)
              return mix.map((sample, n) => sample - outputs![index][n])
            }
          }
        })
      }
    }
  }
}

function warmUp(source: SampleSource, start: Samples, answer: ExportedParts['answer']): void {
  if (!answer) return
  answer.filter.reset()
  const from = Math.max(0, start - answer.filter.latencySamples - Math.round(settlingSeconds * source.sampleRate))
  for (let at = from; at < start; at += pieceLength) {
    answer.filter.process(readPadded(source, answer.channel, at, Math.min(pieceLength, start - at)))
  }
}

/** Silence behind the end, for a filter that answers late. */
function readPadded(source: SampleSource, channel: number, start: Samples, count: Samples): Float32Array {
  const samples = source.read(channel, start, count)
  if (samples.length === count) return samples
  const padded = new Float32Array(count)
  padded.set(samples)
  return padded
}

/** "output 3 Hz"; also the check that the part can be made. */
function nameOf({ trace, index }: ExportPart, { source, answer }: ExportedParts): string {
  if (trace === 'mix') {
    const name = source.channelNames[index]
    if (name === undefined)
      throw new LabError(
        'not-found',
        `The signal has ${source.channelNames.length} channels, none numbered ${index + 1}.`
      )
    return name
  }
  const hertz = answer?.filter.frequenciesHz[index]
  if (hertz === undefined) throw new LabError('bad-request', `There is no tone ${index + 1} to write the ${trace} of.`)
  if (trace === 'truth' && !answer!.truths[index])
    throw new LabError('bad-request', `The clean tone at ${hertz} Hz is not known; leave the truth out.`)
  return `${trace} ${Number(hertz.toPrecision(6))} Hz`
}
