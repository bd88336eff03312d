/**
 * What nobody expected: an output whose reader is gone, an error that nobody caught. Electron would put its stack into a
 * box, in front of a window that can go on or in the place of one that never comes. Knows nothing of Electron.
 */

/** The words for an output are lost with its reader; nothing else is. */
export function ignoreClosedOutputs(outputs: readonly NodeJS.WritableStream[]): void {
  for (const output of outputs) output.on('error', () => {})
}

/** `onError` hears of errors that left something undone, `onRejection` of promises that nobody waited for. */
export function hearUnexpected(onError: (error: Error) => void, onRejection: (error: Error) => void): void {
  process.on('uncaughtException', (error) => onError(asError(error)))
  process.on('unhandledRejection', (reason) => onRejection(asError(reason)))
}

const asError = (thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))
