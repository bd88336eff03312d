/** What the packaging steps share. */
export { has, must, root } from '../setup/steps.mjs'

/** Print one finished or running step. */
export function say(text) {
  process.stderr.write(`package: ${text}\n`)
}
