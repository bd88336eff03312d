/** Models and runs as files of other programs, and files that become models; evidence that is run again. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { ModelInfo } from './models'
import { Count, Finite, FrequencyHz, Id, ModelId, Text } from './values'

/** One way to write a model. */
export const ModelExport = v.object({
  id: Id,
  title: Text,
  /** What opens it and what is in it, in one sentence. */
  hint: Text,
  /** Of its name, with all its points: ".pytorch.safetensors". */
  ending: Text,
  /** Why this model cannot be written so, with what to do instead; null if it can. */
  blockedBy: v.nullable(Text)
})
export type ModelExport = v.InferOutput<typeof ModelExport>

const Positive = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1e9))
const Frequencies = v.pipe(v.array(FrequencyHz), v.minLength(1), v.maxLength(16))

/** The part of a signal that an evidence bundle is about. */
export const EvidenceRange = v.object({
  signalId: Id,
  channel: Count,
  /** What the selectors mean; a model with tones of its own has those. */
  frequenciesHz: Frequencies,
  start: Count,
  end: Count
})

/** What a file is, before it becomes anything. */
export const ModelFile = v.object({
  kind: v.picklist(['model', 'state-dict', 'evidence', 'run']),
  title: Text,
  /** What it holds, in one sentence. */
  sentence: Text,
  /** Of how many tones the file does not say which they are; 0 where nothing has to be asked. */
  unknownTones: Count,
  /** Whether the rate of its steps has to be asked as well. */
  needsModelRate: v.boolean()
})
export type ModelFile = v.InferOutput<typeof ModelFile>

/** What a state dict of another program does not tell. */
export const ModelFileFacts = v.object({
  frequenciesHz: v.optional(Frequencies),
  sampleRate: v.optional(Positive),
  modelRate: v.optional(Positive)
})

export const EvidenceVerdict = v.object({
  title: Text,
  isReproduced: v.boolean(),
  /** "Reproduced within 1e-5", or what differs. */
  sentence: Text,
  signalName: Text,
  sampleRate: Finite,
  sampleCount: Count,
  createdAt: Text,
  selectors: v.array(
    v.object({
      frequencyHz: Finite,
      /** In parts of the largest expected value; Infinity where one of the two is no number. */
      largestDifference: v.number(),
      /** R² against the clean tone, as found; null where that is not known. */
      r2: v.nullable(Finite)
    })
  ),
  /** What is another here than where it was made. */
  notes: v.array(Text)
})
export type EvidenceVerdict = v.InferOutput<typeof EvidenceVerdict>

export const modelFiles = {
  calls: {
    /** Of a model by its id; of a run as "run:ID", or "run:ID@EPOCH" with the weights of then. */
    listExports: call(v.object({ subjectId: ModelId }), v.array(ModelExport)),
    /** Where a kind is several files they go into a zip. */
    exportModel: call(
      v.object({
        jobId: Id,
        /** A ticket for writing. */
        fileId: Id,
        subjectId: ModelId,
        exportId: Id,
        /** For an evidence bundle; null is a fresh mix of the model's tones. */
        signal: v.nullable(EvidenceRange)
      }),
      v.object({ name: v.string(), bytes: Count })
    ),
    inspectModelFile: call(v.object({ fileId: Id }), ModelFile),
    /** Into the user's models, under an id that no other has. */
    importModel: call(v.object({ fileId: Id, facts: ModelFileFacts }), ModelInfo),
    /** The zip of a run into the user's runs, under an id that no other has. */
    importRun: call(v.object({ fileId: Id }), v.object({ runId: Id, title: Text })),
    /** Run the model of an evidence bundle on its signal again, and compare. */
    verifyEvidence: call(v.object({ jobId: Id, fileId: Id }), EvidenceVerdict)
  },
  events: {}
} as const satisfies Contract
