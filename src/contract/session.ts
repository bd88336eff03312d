/** What was on the screen, as far as it is shown again at the next start. */
import * as v from 'valibot'
import { ImportChoices } from './import-choices'
import { GenerateRecipe } from './generate'
import { FrequencyHz, ModelId } from './values'

/** A file the user chose. The page knows its name and a ticket, never its path. */
export const GrantedFile = v.object({ fileId: v.string(), name: v.string() })
export type GrantedFile = v.InferOutput<typeof GrantedFile>

const Place = v.pipe(v.number(), v.finite(), v.minValue(0), v.maxValue(2 ** 40))
const Range = v.object({ start: Place, end: Place })

const common = {
  channel: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)),
  /** The model that the user chose; null where the app chose it. */
  modelId: v.nullable(ModelId),
  /** Tones that the user set; empty where they are what the signal says. */
  frequenciesHz: v.pipe(v.array(FrequencyHz), v.maxLength(16)),
  /** The part in view; null while it follows the newest sample. */
  view: v.nullable(Range),
  selection: v.nullable(Range),
  cursors: v.object({ a: v.nullable(Place), b: v.nullable(Place) }),
  markers: v.pipe(
    v.array(v.object({ name: v.pipe(v.string(), v.minLength(1), v.maxLength(200)), place: Place })),
    v.maxLength(1000)
  )
}

const demo = v.object({ kind: v.literal('demo') })
const generated = v.object({ kind: v.literal('generated'), recipe: GenerateRecipe })

export const Session = v.object({
  ...common,
  origin: v.variant('kind', [
    demo,
    generated,
    v.object({ kind: v.literal('file'), file: GrantedFile, choices: v.optional(ImportChoices) })
  ])
})
export type Session = v.InferOutput<typeof Session>

/** The same as main keeps it: tickets end with the program, paths stay. */
export const StoredSession = v.object({
  ...common,
  origin: v.variant('kind', [
    demo,
    generated,
    v.object({
      kind: v.literal('file'),
      path: v.pipe(v.string(), v.minLength(1), v.maxLength(32_768)),
      choices: v.optional(ImportChoices)
    })
  ])
})
export type StoredSession = v.InferOutput<typeof StoredSession>
