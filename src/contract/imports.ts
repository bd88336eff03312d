/** Reading a file by choice: what was detected and why, how it looks with other choices, samples out of pasted text. */
import * as v from 'valibot'
import {
  columnRoles,
  dateOrders,
  decimals,
  delimiters,
  missingRules,
  sampleCodings,
  strangeRules,
  textEncodings,
  timeUnits,
  unevenRules,
  type ImportChoices as CoreChoices,
  type ImportPreview as CorePreview,
  type ImportProposal as CoreProposal
} from '../core/signal/import-choices'
import { call, type Contract } from './define'
import { SignalInfo } from './signals'
import { Count, Finite, Id, Samples, Text } from './values'

const SampleRate = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1e9))
const Line = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER))
const Channels = v.nullable(
  v.pipe(v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1023))), v.minLength(1), v.maxLength(1024))
)

export const ImportChoices = v.variant('kind', [
  v.object({
    kind: v.literal('table'),
    textEncoding: v.picklist(textEncodings),
    delimiter: v.picklist(delimiters),
    decimal: v.picklist(decimals),
    firstLine: Line,
    columns: v.pipe(
      v.array(v.object({ name: Text, unit: Text, role: v.picklist(columnRoles) })),
      v.minLength(1),
      v.maxLength(16_384)
    ),
    timeUnit: v.picklist(timeUnits),
    dateOrder: v.picklist(dateOrders),
    sampleRate: v.nullable(SampleRate),
    missing: v.picklist(missingRules),
    uneven: v.picklist(unevenRules),
    part: Count,
    monoMix: v.boolean()
  }),
  v.object({
    kind: v.literal('wav'),
    sampleRate: v.nullable(SampleRate),
    channels: Channels,
    strange: v.picklist(strangeRules),
    monoMix: v.boolean()
  }),
  v.object({
    kind: v.literal('raw'),
    coding: v.picklist(sampleCodings),
    byteOrder: v.picklist(['little', 'big']),
    channelCount: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1024)),
    offsetBytes: Count,
    sampleRate: SampleRate,
    channels: Channels,
    strange: v.picklist(strangeRules),
    monoMix: v.boolean()
  })
]) satisfies v.GenericSchema<CoreChoices>
export type ImportChoices = v.InferOutput<typeof ImportChoices>

export const ImportProposal = v.object({
  choices: ImportChoices,
  evidence: v.array(v.object({ about: Text, sentence: Text })),
  questions: v.array(Text)
}) satisfies v.GenericSchema<unknown, CoreProposal>
export type ImportProposal = v.InferOutput<typeof ImportProposal>

export const TimeSteps = v.object({
  count: Count,
  medianSeconds: Finite,
  leastSeconds: Finite,
  greatestSeconds: Finite,
  edgesSeconds: v.array(Finite),
  counts: v.array(Count),
  faults: v.array(
    v.object({
      kind: v.picklist(['missing', 'backward', 'duplicate', 'gap', 'jitter']),
      count: Count,
      firstLine: Count
    })
  )
})

export const ImportPreview = v.object({
  encoding: Text,
  sampleRate: Finite,
  channelNames: v.array(Text),
  sampleCount: Count,
  isEstimate: v.boolean(),
  lines: v.array(v.object({ line: Count, text: Text })),
  rows: v.array(v.object({ line: Count, cells: v.array(Text) })),
  plot: v.array(v.object({ min: Samples, max: Samples })),
  plotSamples: Count,
  timeSteps: v.nullable(TimeSteps),
  partCount: Count,
  warnings: v.array(Text),
  problem: v.nullable(Text)
}) satisfies v.GenericSchema<unknown, CorePreview>
export type ImportPreview = v.InferOutput<typeof ImportPreview>

/** Enough for a column of a large spreadsheet. */
const PastedText = v.pipe(v.string(), v.maxLength(64 * 2 ** 20))

export const imports = {
  calls: {
    /** What a file that main has granted is, and how it should be read. Reads its beginning only. */
    proposeImport: call(v.object({ fileId: Id }), ImportProposal),
    /** The same for a file without a header that tells. */
    proposeRawImport: call(v.object({ fileId: Id }), ImportProposal),
    /** How the beginning of the file reads with these choices. */
    previewImport: call(v.object({ fileId: Id, choices: ImportChoices }), ImportPreview),
    /** The same for numbers pasted as text. */
    proposeText: call(v.object({ text: PastedText }), ImportProposal),
    previewText: call(v.object({ text: PastedText, choices: ImportChoices }), ImportPreview),
    openText: call(v.object({ signalId: Id, text: PastedText, choices: v.optional(ImportChoices) }), SignalInfo)
  },
  events: {}
} as const satisfies Contract
