/** From the laboratory's columns to what uPlot draws: one x for each point, null where there is no value. */
import type { TraceData, TraceName } from '../../contract/lab'

export interface DrawnColumns {
  /** Seconds since the stream's origin. */
  readonly x: number[]
  /** One array for each wanted trace, in the same order. */
  readonly values: (number | null)[][]
}

/**
 * Samples come out as they are. An envelope becomes two points a column at the same place, first the end nearer to
 * the column before, so that the line fills the band between least and greatest value.
 */
export function drawnColumns(data: TraceData, names: readonly TraceName[], sampleRate: number): DrawnColumns {
  const isEnvelope = data.samplesPerColumn > 1
  const count = data.traces[0]?.min.length ?? 0
  const x: number[] = new Array(isEnvelope ? 2 * count : count)
  for (let i = 0; i < count; i += 1) {
    // A column stands in the middle of the samples that it holds.
    const middle = data.startSample + (i + (isEnvelope ? 0.5 : 0)) * data.samplesPerColumn
    if (isEnvelope) x[2 * i] = x[2 * i + 1] = middle / sampleRate
    else x[i] = middle / sampleRate
  }
  const values = names.map((name) => {
    const trace = data.traces.find((candidate) => candidate.name === name)
    if (!trace) return new Array<null>(x.length).fill(null)
    return isEnvelope ? zigzag(trace.min, trace.max) : Array.from(trace.min, numberOrNull)
  })
  return { x, values }
}

function zigzag(min: Float32Array, max: Float32Array): (number | null)[] {
  const points: (number | null)[] = new Array(2 * min.length)
  let previous = 0
  for (let i = 0; i < min.length; i += 1) {
    const lowFirst = Math.abs(min[i] - previous) <= Math.abs(max[i] - previous)
    points[2 * i] = numberOrNull(lowFirst ? min[i] : max[i])
    points[2 * i + 1] = numberOrNull(lowFirst ? max[i] : min[i])
    previous = points[2 * i + 1] ?? 0
  }
  return points
}

/** The greatest absolute value of the named traces; 0 if none has any. */
export function peakOf(data: TraceData, names: readonly TraceName[]): number {
  let peak = 0
  for (const { name, min, max } of data.traces) {
    if (!names.includes(name)) continue
    for (let i = 0; i < min.length; i += 1) {
      const size = Math.max(-min[i], max[i])
      if (size > peak) peak = size
    }
  }
  return peak
}

export function hasValues(data: TraceData, name: TraceName): boolean {
  return data.traces.some((trace) => trace.name === name && trace.min.some((value) => !Number.isNaN(value)))
}

function numberOrNull(value: number): number | null {
  return Number.isNaN(value) ? null : value
}
