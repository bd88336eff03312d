/**
 * What the program was started for, read from its arguments: the window or the command line; and the options that an
 * installed program refuses. Knows nothing of Electron.
 */

/** `signal-lab … --cli -- COMMAND …`: the arguments after the two marks; undefined where a window is wanted. */
export function commandLineOf(argv: readonly string[]): readonly string[] | undefined {
  // Behind the bare "--" nothing is an option of ours or of Chromium's: "--cli" there is a word of the user.
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  if (!options.includes('--cli')) return undefined
  return end < 0 ? [] : argv.slice(end + 1)
}

/**
 * Each would let another program on this computer drive ours, or read what it holds. Spelled as Chromium takes them: with
 * one dash or two, on Windows also with a slash and in capitals, and with spaces around.
 */
const doors =
  /^\s*(--?|\/)(remote-debugging-(port|pipe|address)|remote-allow-origins|inspect(-brk|-port|-publish-uid)?|js-flags)\s*(=|$)/i

/** The first option that an installed program must not be started with, or undefined. `--diagnostics` is the way in. */
export function refusedOption(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const options = end < 0 ? argv : argv.slice(0, end)
  return options.includes('--diagnostics')
    ? undefined
    : options
        .find((argument) => doors.test(argument))
        ?.split('=')[0]
        .trim()
}
