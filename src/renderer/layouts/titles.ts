/** What each layout is called on the screen. */
import type { Layout } from '../../contract/app'

export const layoutTitles: Readonly<Record<Layout, string>> = {
  scope: 'Scope',
  spectrum: 'Spectrum',
  compare: 'Compare',
  train: 'Train'
}
