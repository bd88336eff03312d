/** How the scope draws and triggers, as the user set it; kept in the preferences. Knows nothing of pixels. */
import type { TraceName } from '../../contract/lab'
import type { ScopeSettings, TraceStyle, TriggerSettings } from '../../contract/scope-settings'
import type { Preferences } from './preferences.svelte'

export class ScopeOptions {
  readonly #preferences: Preferences
  readonly #onChange: () => void

  constructor(preferences: Preferences, onChange: () => void) {
    this.#preferences = preferences
    this.#onChange = onChange
  }

  get current(): ScopeSettings {
    return this.#preferences.current.scope
  }

  styleOf(name: TraceName): TraceStyle {
    return this.current.traces[name]
  }

  change(part: Partial<ScopeSettings>): void {
    this.#preferences.changeSoon({ scope: { ...this.current, ...part } })
    this.#onChange()
  }

  changeTrigger(part: Partial<TriggerSettings>): void {
    this.change({ trigger: { ...this.current.trigger, ...part } })
  }

  changeTrace(name: TraceName, part: Partial<TraceStyle>): void {
    this.change({ traces: { ...this.current.traces, [name]: { ...this.styleOf(name), ...part } } })
  }

  /** The trace as it was before the user touched it. */
  resetTrace(name: TraceName): void {
    this.changeTrace(name, { colour: null, gain: 1, offset: 0, unit: '', isVisible: true })
  }
}
