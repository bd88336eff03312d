/** Reading a file by choice: what was detected and why, how it looks with other choices, samples out of pasted text. */
import * as v from 'valibot'
import type { ImportPreview as CorePreview, ImportProposal as CoreProposal } from '../core/signal/import-choices'
import { call, type Contract } from './define'
import { ImportChoices } from './import-choices'
import { SignalInfo } from './signals'
import { Count, Finite, Id, Samples, Text } from './values'

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
