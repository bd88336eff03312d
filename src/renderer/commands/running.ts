/** Commands that run, pause and move through the signal. */
import type { Command } from './command'

const blockedBy: Command['blockedBy'] = (bench) => (bench.stream ? undefined : 'No filter is running.')

export const runningCommands: readonly Command[] = (
  [
    {
      id: 'play-pause',
      title: 'Run or pause',
      group: 'Running',
      shown: 'Space',
      keys: [' '],
      run: (b) => b.running.toggleRunning()
    },
    { id: 'step-back', title: 'Step back', group: 'Running', shown: ',', keys: [','], run: (b) => b.running.step(-1) },
    {
      id: 'step-forward',
      title: 'Step forward',
      group: 'Running',
      shown: '.',
      keys: ['.'],
      run: (b) => b.running.step(1)
    },
    {
      id: 'loop',
      title: 'Loop on or off',
      group: 'Running',
      shown: 'L',
      keys: ['l', 'L'],
      run: (b) => b.running.toggleLoop()
    },
    { id: 'slower', title: 'Slower', group: 'Running', shown: '−', keys: ['-'], run: (b) => b.running.changeSpeed(-1) },
    {
      id: 'faster',
      title: 'Faster',
      group: 'Running',
      shown: '+',
      keys: ['+', '='],
      run: (b) => b.running.changeSpeed(1)
    },
    {
      id: 'to-start',
      title: 'To the start',
      group: 'Place',
      shown: 'Home',
      keys: ['Home'],
      run: (b) => b.running.toStart()
    },
    {
      id: 'scrub-back',
      title: 'Back by a quarter screen',
      group: 'Place',
      shown: '←',
      keys: ['ArrowLeft'],
      run: (b) => b.running.scrub(-0.25)
    },
    {
      id: 'scrub-forward',
      title: 'On by a quarter screen',
      group: 'Place',
      shown: '→',
      keys: ['ArrowRight'],
      run: (b) => b.running.scrub(0.25)
    }
  ] satisfies Command[]
).map((command) => ({ ...command, blockedBy }))
