/** How the scope draws and triggers, as the user set it; kept in the preferences. Knows nothing of pixels. */
import { traceNames, type TraceName } from '../../contract/lab'
import type { ScopeSettings, TraceStyle, TriggerSettings } from '../../contract/scope-settings'
import type { Preferences } from './preferences.svelte'

export interface ScopeOptionsParts {
  /** The unit that the open channel tells by its name; empty if none. */
  usualUnit(): string
  onChange(): void
}

export class ScopeOptions {
  readonly #preferences: Preferences
  readonly #parts: ScopeOptionsParts

  constructor(preferences: Preferences, parts: ScopeOptionsParts) {
    this.#preferences = preferences
    this.#parts = parts
  }

  /** As the scope draws: a trace to which the user gave no unit has the one that the recording tells. */
  readonly current: ScopeSettings = $derived.by(() => {
    const { scope } = this.#preferences.current
    const usual = this.#parts.usualUnit()
    if (usual === '') return scope
    const traces = { ...scope.traces }
    for (const name of traceNames) traces[name] = { ...traces[name], unit: traces[name].unit || usual }
    return { ...scope, traces }
  })

  styleOf(name: TraceName): TraceStyle {
    return this.current.traces[name]
  }

  change(part: Partial<ScopeSettings>): void {
    this.#preferences.changeSoon({ scope: { ...this.#preferences.current.scope, ...part } })
    this.#parts.onChange()
  }

  changeTrigger(part: Partial<TriggerSettings>): void {
    this.change({ trigger: { ...this.current.trigger, ...part } })
  }

  changeTrace(name: TraceName, part: Partial<TraceStyle>): void {
    const { traces } = this.#preferences.current.scope
    this.change({ traces: { ...traces, [name]: { ...traces[name], ...part } } })
  }

  /** The trace as it was before the user touched it. */
  resetTrace(name: TraceName): void {
    this.changeTrace(name, { colour: null, gain: 1, offset: 0, unit: '', isVisible: true })
  }
}
