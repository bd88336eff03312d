import { expect, test } from 'vitest'
import { commandLineOf, refusedOption } from './launch-arguments'

test('the command line is what stands behind the marks, whatever it holds', () => {
  expect(commandLineOf(['signal-lab', '--cli', '--', 'info', '--json', 'a b.wav', '--', '--help'])).toEqual([
    'info',
    '--json',
    'a b.wav',
    '--',
    '--help'
  ])
  expect(commandLineOf(['signal-lab', '--cli'])).toEqual([])
})

test('without the mark, or with it behind the end of the options, a window is wanted', () => {
  expect(commandLineOf(['signal-lab', 'file.wav'])).toBeUndefined()
  expect(commandLineOf(['signal-lab', '--', '--cli'])).toBeUndefined()
})

test.each([
  ...['--remote-debugging-port=0', '--remote-debugging-pipe', '--inspect', '--inspect-brk=1', '--js-flags=--x'],
  // Other spellings that Chromium takes.
  ...['-remote-debugging-port=0', '-inspect', '/remote-debugging-port=0', '--Remote-Debugging-Port=0']
])('%s is refused, unless diagnostics are asked for', (option) => {
  expect(refusedOption(['signal-lab', option])).toBe(option.split('=')[0])
  expect(refusedOption(['signal-lab', '--diagnostics', option])).toBeUndefined()
})

test('an option with spaces around it is refused as what it is', () => {
  expect(refusedOption(['signal-lab', ' -remote-debugging-port=0'])).toBe('-remote-debugging-port')
})

test('files and the usual options are not refused', () => {
  expect(
    refusedOption(['signal-lab', '--user-data-dir=/tmp/x', 'inspect.wav', '/data/inspect.wav', '--', '--inspect'])
  ).toBeUndefined()
})
