/** What traces are at a place of the axis. Pure. */
import type { TraceData, TraceName } from '../../contract/lab'
import type { Layer } from '../state/picture.svelte'

/** One value where samples are drawn, the least and the greatest of the column where an envelope is. */
export type Reading =
  | { readonly kind: 'sample'; readonly value: number }
  | { readonly kind: 'column'; readonly min: number; readonly max: number }

/** From the newest layer that has something there; undefined if none has. */
export function readingAt(layers: readonly Layer[], name: TraceName, at: number): Reading | undefined {
  for (let index = layers.length - 1; index >= 0; index -= 1) {
    const { data, shift } = layers[index]
    const reading = readingOf(data, name, at + shift)
    if (reading) return reading
  }
  return undefined
}

/** The value of the nearest sample, or the middle of the column; undefined if there is none. */
export function valueAt(layers: readonly Layer[], name: TraceName, at: number): number | undefined {
  const reading = readingAt(layers, name, at)
  if (!reading) return undefined
  return reading.kind === 'sample' ? reading.value : (reading.min + reading.max) / 2
}

/** Samples of a trace as they lie on the axis; undefined where an envelope is drawn. */
export function samplesOf(
  layers: readonly Layer[],
  name: TraceName
): { samples: Float32Array; startSample: number } | undefined {
  const newest = layers.at(-1)
  const trace = newest?.data.traces.find((candidate) => candidate.name === name)
  if (!newest || !trace || newest.data.samplesPerColumn > 1) return undefined
  return { samples: trace.min, startSample: newest.data.startSample - newest.shift }
}

/** The greatest absolute value of the named traces as they are drawn; 0 if none has any. */
export function peakOf(
  layers: readonly Layer[],
  traces: readonly { readonly name: TraceName; readonly gain: number; readonly offset: number }[]
): number {
  let peak = 0
  for (const { data } of layers) {
    for (const { name, gain, offset } of traces) {
      const trace = data.traces.find((candidate) => candidate.name === name)
      if (!trace) continue
      const [least, greatest] = extremesOf(trace)
      peak = Math.max(peak, Math.abs(least * gain + offset) || 0, Math.abs(greatest * gain + offset) || 0)
    }
  }
  return peak
}

export function hasValues(layers: readonly Layer[], name: TraceName): boolean {
  return layers.some(({ data }) =>
    data.traces.some((trace) => trace.name === name && trace.min.some((value) => !Number.isNaN(value)))
  )
}

function extremesOf({ min, max }: TraceData['traces'][number]): [number, number] {
  let [least, greatest] = [NaN, NaN]
  for (let n = 0; n < min.length; n += 1) {
    if (!(min[n] >= least)) least = min[n] === min[n] ? min[n] : least
    if (!(max[n] <= greatest)) greatest = max[n] === max[n] ? max[n] : greatest
  }
  return [least, greatest]
}

function readingOf(data: TraceData, name: TraceName, position: number): Reading | undefined {
  const trace = data.traces.find((candidate) => candidate.name === name)
  if (!trace) return undefined
  const along = (position - data.startSample) / data.samplesPerColumn
  const isEnvelope = data.samplesPerColumn > 1
  const index = isEnvelope ? Math.floor(along) : Math.round(along)
  const [min, max] = [trace.min[index], trace.max[index]]
  if (min === undefined || min !== min) return undefined
  return isEnvelope ? { kind: 'column', min, max } : { kind: 'sample', value: min }
}
