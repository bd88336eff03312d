/** Commands that get a signal. */
import type { Command } from './command'

export const signalCommands: readonly Command[] = [
  {
    id: 'open',
    title: 'Open a recording',
    group: 'Signal',
    shown: 'Ctrl+O',
    keys: ['o', 'O'],
    modifier: 'control',
    run: (b) => b.importing.chooseFile()
  },
  {
    id: 'import',
    title: 'Open a recording and see how it is read',
    group: 'Signal',
    shown: 'Ctrl+I',
    keys: ['i', 'I'],
    modifier: 'control',
    run: (b) => b.importing.chooseFileToImport()
  },
  {
    id: 'paste',
    title: 'Paste numbers from a spreadsheet',
    group: 'Signal',
    // The system's own key: the page hears the paste, not the press.
    shown: 'Ctrl+V',
    blockedBy: () => 'Press Ctrl+V: the program may not look at the clipboard by itself.',
    run: () => {}
  },
  {
    id: 'export',
    title: 'Export samples or a picture',
    group: 'Signal',
    shown: 'Ctrl+E',
    keys: ['e', 'E'],
    modifier: 'control',
    blockedBy: (b) => (b.signal ? undefined : 'No signal is open yet.'),
    run: (b) => (b.dialog = 'export')
  },
  {
    id: 'generate',
    title: 'Generate a mix',
    group: 'Signal',
    shown: 'G',
    keys: ['g', 'G'],
    run: (b) => (b.dialog = 'generate')
  },
  {
    id: 'microphone',
    title: 'Record from the microphone, or stop',
    group: 'Signal',
    run: (b) => (b.opening.microphone.state.kind === 'live' ? b.opening.stopMicrophone() : b.opening.startMicrophone())
  },
  { id: 'open-demo', title: 'Open the bundled mix', group: 'Signal', run: (b) => b.opening.openDemo() }
]
