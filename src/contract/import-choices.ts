/** How a file is read, as a schema; core's import-choices.ts says what each choice means. */
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
  type ImportChoices as CoreChoices
} from '../core/signal/import-choices'
import { Count, Text } from './values'

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
