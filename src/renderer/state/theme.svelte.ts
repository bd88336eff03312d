/** Which theme is on the screen: the chosen one, the system's, or paper while the page is being printed. */
import type { Settings } from '../../contract/app'
import type { Preferences } from './preferences.svelte'

export type ShownTheme = Exclude<Settings['theme'], 'system'>

/** Themes on a dark ground; the button between dark and light goes to the other side. */
const dark: readonly ShownTheme[] = ['dark', 'high-contrast']

export class Theme {
  #systemIsLight = $state(false)
  #printing = $state(false)
  readonly #preferences: Preferences

  readonly shown = $derived.by<ShownTheme>(() => {
    if (this.#printing) return 'print'
    const chosen = this.#preferences.current.theme
    return chosen === 'system' ? (this.#systemIsLight ? 'light' : 'dark') : chosen
  })
  readonly isDark = $derived(dark.includes(this.shown))

  constructor(preferences: Preferences) {
    this.#preferences = preferences
  }

  choose(theme: Settings['theme']): void {
    this.#preferences.change({ theme })
  }

  toggle(): void {
    this.choose(this.isDark ? 'light' : 'dark')
  }

  /** Follow the system's theme and the printer from now on; returns the function that stops it. */
  follow(window: Window): () => void {
    const query = window.matchMedia('(prefers-color-scheme: light)')
    const take = () => (this.#systemIsLight = query.matches)
    const begin = () => (this.#printing = true)
    const end = () => (this.#printing = false)
    take()
    query.addEventListener('change', take)
    window.addEventListener('beforeprint', begin)
    window.addEventListener('afterprint', end)
    return () => {
      query.removeEventListener('change', take)
      window.removeEventListener('beforeprint', begin)
      window.removeEventListener('afterprint', end)
    }
  }
}
