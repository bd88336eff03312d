/** Measurements of a stream: which samples are measured, and what of them is compared with what. */
import type { CrossTalkFigures, Measured, MeasureRequest } from '../../contract/lab'
import { crossTalk } from '../../core/measure/cross-talk'
import { levelsOf } from '../../core/measure/levels'
import { measure } from '../../core/measure/measure'
import { cycleAt, transitionsOf } from '../../core/measure/transitions'
import type { Samples } from '../../core/units'
import type { LiveStream } from '../inference/live-stream'
import { existingPart, readSamples, type StreamRange } from './stream-samples'

/** Measuring stands in the way of the filter, which runs in the same process: more samples than this are cut. */
export const mostMeasured: Samples = 2 ** 18
/** The chosen tones stand still over a few seconds; more would cost time. */
const mostCrossTalk: Samples = 2 ** 16

export function measureStream(stream: LiveStream, request: MeasureRequest): Measured {
  const { sampleRate, frequenciesHz } = stream
  const { range, isCut } = newest(request, mostMeasured)
  const [samples, target, estimate] = readSamples(stream, [request.trace, 'truth', 'output'], request.selector, range)
  const { start, end } = measuredPart(
    samples,
    request.cycleAt === undefined ? undefined : request.cycleAt - range.startSample
  )
  const part = (all: Float32Array) => all.subarray(start, end)
  const hasPair = end > start && isWhole(part(target)) && isWhole(part(estimate))
  return {
    startSample: range.startSample + start,
    endSample: range.startSample + end,
    isCut: isCut && start === 0,
    values: measure({
      ...{ samples: part(samples), sampleRate, startSample: range.startSample + start },
      toneHz: frequenciesHz[request.selector] ?? 0,
      pair: hasPair ? { target: part(target), estimate: part(estimate) } : undefined
    })
  }
}

/** Every `stride`-th pair of truth and output, so that there are at most `points`. */
export function pairsOf(
  stream: LiveStream,
  request: StreamRange & { selector: number; points: number }
): { truth: Float32Array; output: Float32Array } {
  const { range } = newest(request, mostMeasured)
  const [truth, output] = readSamples(stream, ['truth', 'output'], request.selector, range)
  const stride = Math.max(1, Math.ceil(truth.length / request.points))
  const picked: [number, number][] = []
  // Counted from the axis' zero: a picture that moves keeps its points.
  for (let n = (stride - (range.startSample % stride)) % stride; n < truth.length; n += stride) {
    if (!Number.isNaN(truth[n]) && !Number.isNaN(output[n])) picked.push([truth[n], output[n]])
  }
  return { truth: Float32Array.from(picked, ([x]) => x), output: Float32Array.from(picked, ([, y]) => y) }
}

export function crossTalkOf(stream: LiveStream, request: StreamRange): CrossTalkFigures {
  const { sampleRate, frequenciesHz } = stream
  const { range } = newest(request, mostCrossTalk)
  const selectors = frequenciesHz.map((_, selector) => selector)
  const all = selectors.map((selector) => readSamples(stream, ['output'], selector, range)[0])
  const [mix] = readSamples(stream, ['mix'], 0, range)
  const { start, end } = existingPart(all[0] ?? mix)
  const found = crossTalk(
    mix.subarray(start, end),
    all.map((output) => output.subarray(start, end)),
    { frequenciesHz, sampleRate }
  )
  return {
    frequenciesHz: [...frequenciesHz],
    levelDb: found?.levelDb.map((row) => [...row]) ?? [],
    floorDb: found?.floorDb.map((row) => [...row]) ?? [],
    sampleCount: found ? end - start : 0
  }
}

/** The newest so many samples of a range. */
function newest<R extends StreamRange>(range: R, most: Samples): { range: StreamRange; isCut: boolean } {
  const { axis, endSample } = range
  const startSample = Math.max(Math.min(range.startSample, endSample), endSample - most)
  return { range: { axis, startSample, endSample }, isCut: startSample > range.startSample }
}

/** What exists of the samples, or of that the cycle about a place; nothing where there is none. */
function measuredPart(samples: Float32Array, place: number | undefined): { start: Samples; end: Samples } {
  const { start, end } = existingPart(samples)
  if (place === undefined) return { start, end }
  const existing = samples.subarray(start, end)
  const levels = levelsOf(existing)
  const cycle = levels && cycleAt(transitionsOf(existing, levels), place - start)
  return cycle ? { start: start + cycle.start, end: start + cycle.end } : { start: 0, end: 0 }
}

function isWhole(samples: Float32Array): boolean {
  return samples.every((sample) => Number.isFinite(sample))
}
