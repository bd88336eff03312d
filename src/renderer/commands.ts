/**
 * Every command that has a key: one table, from which the keyboard, the help sheet and the hints on buttons are made.
 */
import type { Workbench } from './state/workbench.svelte'

export interface Command {
  readonly id: string
  readonly title: string
  readonly group: 'Tones' | 'Running' | 'Place' | 'View' | 'Signal'
  /** As people read it. */
  readonly shown: string
  /** Values of KeyboardEvent.key that start it. */
  readonly keys: readonly string[]
  readonly modifier?: 'control'
  run(bench: Workbench): unknown
}

const selectors: Command[] = [0, 1, 2, 3].map((index) => ({
  ...{ id: `select-${index + 1}`, title: `Filter tone ${index + 1}`, group: 'Tones', shown: String(index + 1) },
  ...{ keys: [String(index + 1)], run: (bench) => bench.select(index) }
}))

export const commands: readonly Command[] = [
  ...selectors,
  {
    id: 'play-pause',
    title: 'Run or pause',
    group: 'Running',
    shown: 'Space',
    keys: [' '],
    run: (b) => b.toggleRunning()
  },
  { id: 'step-back', title: 'Step back', group: 'Running', shown: ',', keys: [','], run: (b) => b.step(-1) },
  { id: 'step-forward', title: 'Step forward', group: 'Running', shown: '.', keys: ['.'], run: (b) => b.step(1) },
  { id: 'loop', title: 'Loop on or off', group: 'Running', shown: 'L', keys: ['l', 'L'], run: (b) => b.toggleLoop() },
  { id: 'slower', title: 'Slower', group: 'Running', shown: '−', keys: ['-'], run: (b) => b.changeSpeed(-1) },
  { id: 'faster', title: 'Faster', group: 'Running', shown: '+', keys: ['+', '='], run: (b) => b.changeSpeed(1) },
  { id: 'to-start', title: 'To the start', group: 'Place', shown: 'Home', keys: ['Home'], run: (b) => b.toStart() },
  {
    id: 'scrub-back',
    title: 'Back by a quarter screen',
    group: 'Place',
    shown: '←',
    keys: ['ArrowLeft'],
    run: (b) => b.scrub(-0.25)
  },
  {
    id: 'scrub-forward',
    title: 'On by a quarter screen',
    group: 'Place',
    shown: '→',
    keys: ['ArrowRight'],
    run: (b) => b.scrub(0.25)
  },
  { id: 'finer', title: 'Finer time base', group: 'View', shown: '[', keys: ['['], run: (b) => b.changeTimeBase(-1) },
  {
    id: 'coarser',
    title: 'Coarser time base',
    group: 'View',
    shown: ']',
    keys: [']'],
    run: (b) => b.changeTimeBase(1)
  },
  {
    id: 'toggle-theme',
    title: 'Dark or light theme',
    group: 'View',
    shown: 'T',
    keys: ['t', 'T'],
    run: (b) => b.toggleTheme(shownTheme())
  },
  { id: 'help', title: 'Show the keys', group: 'View', shown: '?', keys: ['?', 'F1'], run: (b) => (b.dialog = 'help') },
  {
    id: 'open',
    title: 'Open a recording',
    group: 'Signal',
    shown: 'Ctrl+O',
    keys: ['o', 'O'],
    modifier: 'control',
    run: (b) => b.chooseFile()
  },
  {
    id: 'generate',
    title: 'Generate a mix',
    group: 'Signal',
    shown: 'G',
    keys: ['g', 'G'],
    run: (b) => (b.dialog = 'generate')
  }
]

export function commandById(id: string): Command {
  const found = commands.find((command) => command.id === id)
  if (!found) throw new Error(`There is no command "${id}".`)
  return found
}

/** "Run or pause (Space)": the hint on a command's button. */
export function hintOf(id: string): string {
  const { title, shown } = commandById(id)
  return `${title} (${shown})`
}

type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>

/** The command that a key press means, if any. */
export function commandForKey(press: Press): Command | undefined {
  if (press.altKey) return undefined
  const modifier = press.ctrlKey || press.metaKey ? 'control' : undefined
  return commands.find((command) => command.modifier === modifier && command.keys.includes(press.key))
}

/** The theme on the screen, also where the system decides. */
export function shownTheme(): 'dark' | 'light' {
  return document.documentElement.dataset.theme === 'light' ? 'light' : 'dark'
}
