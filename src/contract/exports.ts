/** Signals and pictures written to files that the user chose, each read back and compared before it counts as written. */
import * as v from 'valibot'
import type { SampleCoding } from '../core/signal/import-choices'
import { call, type Contract } from './define'
import { Count, Finite, Id } from './values'

const exportCodings = ['int16', 'int24', 'int32', 'float32', 'float64'] as const satisfies readonly SampleCoding[]
export const exportedTraces = ['mix', 'output', 'residual', 'truth'] as const

/** One channel of the file. */
const ExportPart = v.object({
  trace: v.picklist(exportedTraces),
  /** Which selector's output, residual or truth; for the mix, which channel of the signal. */
  index: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1023))
})
export type ExportPart = v.InferOutput<typeof ExportPart>

export const ExportFormat = v.variant('kind', [
  v.object({ kind: v.literal('wav'), coding: v.picklist(exportCodings) }),
  /** A decimal comma brings semicolons between the columns. */
  v.object({ kind: v.literal('csv'), decimal: v.picklist(['.', ',']) })
])
export type ExportFormat = v.InferOutput<typeof ExportFormat>

export const ExportRequest = v.object({
  /** Made by the caller: the row of the job. */
  jobId: Id,
  /** A ticket for writing. */
  fileId: Id,
  signalId: Id,
  parts: v.pipe(v.array(ExportPart), v.minLength(1), v.maxLength(1024)),
  /** The stream that answers: needed by every part but the mix. */
  streamId: v.nullable(Id),
  /** Of the record; null is all of it. */
  range: v.nullable(v.object({ start: Count, end: Count })),
  format: ExportFormat
})
export type ExportRequest = v.InferOutput<typeof ExportRequest>

/** What came back when the file was read again. */
export const RoundTrip = v.object({
  name: v.string(),
  sampleCount: Count,
  channelCount: Count,
  bytes: Count,
  /** Between a sample and what the file holds for it. */
  largestDifference: Finite,
  /** Samples beyond full scale, cut off; for integers. */
  clipped: Count,
  /** NaN or infinite samples that the format cannot hold. */
  lost: Count
})
export type RoundTrip = v.InferOutput<typeof RoundTrip>

/** A picture is small: more is refused. */
const longestPicture = 32 * 2 ** 20

export const exporting = {
  calls: {
    exportSignal: call(ExportRequest, RoundTrip),
    /** A picture that the page has drawn: PNG bytes, or SVG as text in UTF-8. */
    writePicture: call(
      v.object({
        fileId: Id,
        kind: v.picklist(['png', 'svg']),
        bytes: v.pipe(
          v.custom<Uint8Array>((value) => value instanceof Uint8Array, 'Expected a Uint8Array'),
          v.check(({ length }) => length > 0 && length <= longestPicture, `Expected 1 to ${longestPicture} bytes`)
        )
      }),
      v.object({ name: v.string(), bytes: Count })
    )
  },
  events: {}
} as const satisfies Contract
