/** Signals that the laboratory keeps: opened, generated, looked at as a whole. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { GenerateRequest } from './generate'
import { ImportChoices } from './import-choices'
import { Count, Finite, Id, Samples, Text } from './values'

/** A steady tone that the spectrum shows above its noise floor. */
export const FoundTone = v.object({
  frequencyHz: Finite,
  amplitude: Finite,
  /** 0 where it could just be noise, close to 1 far above it. */
  confidence: Finite,
  overFloorDb: Finite
})
export type FoundTone = v.InferOutput<typeof FoundTone>

export const SignalInfo = v.object({
  id: Id,
  name: Text,
  format: v.picklist(['wav', 'csv', 'raw', 'generated', 'live', 'recorded']),
  encoding: Text,
  sampleRate: Finite,
  channelNames: v.array(Text),
  sampleCount: Count,
  durationSeconds: Finite,
  /** One sentence for each thing that was repaired or assumed. */
  warnings: v.array(Text),
  /** The clean tones behind a generated mix, in Hz; absent for recordings. */
  truthFrequenciesHz: v.optional(v.array(Finite)),
  /** Tones found in the first channel, strongest first, in Hz. */
  foundFrequenciesHz: v.array(Finite),
  /** The same tones with their strength. */
  foundTones: v.array(FoundTone),
  /** True while the rest of a long table is read: `signalChanged` follows. The job is called `read-` and the id. */
  isLoading: v.optional(v.boolean()),
  /** How the file was read; absent for what was generated. */
  choices: v.optional(ImportChoices),
  /** Parts that the record was split into; absent for one. */
  partCount: v.optional(Count)
})
export type SignalInfo = v.InferOutput<typeof SignalInfo>

const Columns = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(8192))

/** Least, greatest and root-mean-square value of each column; NaN where there are no samples. */
export const Picture = v.object({
  min: Samples,
  max: Samples,
  rms: Samples,
  /** False while a long record has only been sampled here: ask again when more of it has been looked through. */
  isExact: v.boolean()
})
export type Picture = v.InferOutput<typeof Picture>

export const signals = {
  calls: {
    /** The bundled mix, with the clean tones behind it. */
    openDemo: call(v.object({ signalId: Id }), SignalInfo),
    /** Read a file that main has granted, as detected or by choice; the page never names a path. */
    openSignal: call(v.object({ signalId: Id, fileId: Id, choices: v.optional(ImportChoices) }), SignalInfo),
    generateSignal: call(GenerateRequest, SignalInfo),
    /** A copy of an open signal at another rate, its known tones with it. */
    resampleSignal: call(
      v.object({
        signalId: Id,
        fromSignalId: Id,
        sampleRate: v.pipe(v.number(), v.finite(), v.minValue(1), v.maxValue(1e6))
      }),
      SignalInfo
    ),
    closeSignal: call(v.object({ signalId: Id }), v.undefined()),
    /** The whole record of one channel, for the overview. */
    readOverview: call(v.object({ signalId: Id, channel: Count, columns: Columns }), Picture),
    /** Any stretch of one channel, in time that depends on the columns alone, however long the record is. */
    readEnvelope: call(
      v.object({
        signalId: Id,
        channel: Count,
        startSample: v.pipe(v.number(), v.finite()),
        endSample: v.pipe(v.number(), v.finite()),
        columns: Columns
      }),
      Picture
    ),
    /** Up to four tones of a part of a channel, the strongest first. */
    findTones: call(
      v.object({ signalId: Id, channel: Count, startSample: Count, endSample: Count }),
      v.array(FoundTone)
    )
  },
  events: {
    /** A long table was read to its end: its length, rate and warnings are known now. */
    signalChanged: SignalInfo,
    /** Reading a long table failed; what was read by then is closed. */
    signalFailed: v.object({ signalId: Id, message: Text }),
    /** A file that is read where it is looked at is no longer the one that was opened; told once, in a sentence. */
    signalFileChanged: v.object({ signalId: Id, message: Text }),
    /** How much of a long record is in its exact picture, from 0 to 1; at most ten times a second. */
    pictureAdvanced: v.object({ signalId: Id, share: Finite })
  }
} as const satisfies Contract
