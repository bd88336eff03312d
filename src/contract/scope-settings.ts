/** How the user likes the scope: remembered from one start to the next. Every entry brings its default. */
import * as v from 'valibot'
import { traceNames, type TraceName } from './streams'

const finite = (low: number, high: number) => v.pipe(v.number(), v.finite(), v.minValue(low), v.maxValue(high))

/** How one trace is drawn. Values are drawn times the gain plus the offset; what is read off is the value itself. */
export const TraceStyle = v.object({
  isVisible: v.optional(v.boolean(), true),
  /** "#rrggbb"; null for the colour of the theme, or of the tone. */
  colour: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^#[0-9a-f]{6}$/))), null),
  gain: v.optional(finite(1e-6, 1e6), 1),
  offset: v.optional(finite(-1e9, 1e9), 0),
  unit: v.optional(v.pipe(v.string(), v.maxLength(12)), '')
})
export type TraceStyle = v.InferOutput<typeof TraceStyle>

const styles = Object.fromEntries(traceNames.map((name) => [name, v.optional(TraceStyle, {})])) as Record<
  TraceName,
  v.OptionalSchema<typeof TraceStyle, Record<string, never>>
>

export const TriggerSettings = v.object({
  isOn: v.optional(v.boolean(), true),
  /** Auto goes on without a trigger, normal waits for one. */
  kind: v.optional(v.picklist(['auto', 'normal']), 'auto'),
  source: v.optional(v.picklist(traceNames), 'output'),
  level: v.optional(finite(-1e9, 1e9), 0),
  slope: v.optional(v.picklist(['rising', 'falling']), 'rising'),
  hysteresis: v.optional(finite(0, 1e9), 0.01),
  holdOffSeconds: v.optional(finite(0, 60), 0),
  /** Which part of the screen lies before the trigger. */
  preTrigger: v.optional(finite(0, 1), 0.2)
})
export type TriggerSettings = v.InferOutput<typeof TriggerSettings>

export const ScopeSettings = v.object({
  mode: v.optional(v.picklist(['roll', 'sweep']), 'roll'),
  lanes: v.optional(v.picklist(['stacked', 'overlaid']), 'stacked'),
  /** Older sweeps fade instead of going at once. */
  persists: v.optional(v.boolean(), true),
  /** Between samples the band-limited curve is drawn, not a straight line. */
  isSmooth: v.optional(v.boolean(), true),
  /** What a plain drag in a lane does; with Ctrl it does the other. */
  drag: v.optional(v.picklist(['pan', 'box']), 'pan'),
  snapTo: v.optional(v.picklist(['nothing', 'samples', 'peaks', 'zero-crossings']), 'samples'),
  trigger: v.optional(TriggerSettings, {}),
  traces: v.optional(v.object(styles), {})
})
export type ScopeSettings = v.InferOutput<typeof ScopeSettings>
