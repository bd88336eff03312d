/** What a command is. The keyboard, the menu, the palette, the sheet of keys and the hints on buttons are made of it. */
import type { Workbench } from '../state/workbench.svelte'

export const groups = [
  'Signal',
  'Edit',
  'Tones',
  'Models',
  'Running',
  'Place',
  'View',
  'Cursors',
  'Layout',
  'Train',
  'Listen',
  'Help'
] as const
export type Group = (typeof groups)[number]

export interface Command {
  readonly id: string
  readonly title: string
  readonly group: Group
  /** The key as people read it; absent for a command of the palette and the menu alone. */
  readonly shown?: string
  /** Values of KeyboardEvent.key that start it. */
  readonly keys?: readonly string[]
  readonly modifier?: 'control'
  /** Why it cannot run now, as a sentence; undefined if it can. */
  blockedBy?(bench: Workbench): string | undefined
  run(bench: Workbench): unknown
}
