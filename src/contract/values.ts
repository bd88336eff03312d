/** The small schemas that every part of the contract is made of. */
import * as v from 'valibot'

export const Id = v.pipe(
  v.string(),
  v.regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, 'Expected an id of letters, digits, ".", "_" and "-"')
)
/** A model of the library by its id, or of a run: "run:ID", its result, and "run:ID@EPOCH", its weights after an epoch. */
export const ModelId = v.pipe(
  v.string(),
  v.regex(
    /^(?:[a-z0-9][a-z0-9._-]{0,63}|run:[a-z0-9][a-z0-9._-]{0,63}(?:@\d{1,7})?)$/i,
    'Expected the id of a model, "run:ID" or "run:ID@EPOCH"'
  )
)
export const Finite = v.pipe(v.number(), v.finite())
export const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
export const FrequencyHz = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(1e7))
export const Text = v.pipe(v.string(), v.maxLength(4096))
export const Samples = v.custom<Float32Array>((value) => value instanceof Float32Array, 'Expected a Float32Array')
