/**
 * A machine on which everything comes late and in another order: each call of the file system and each timer is held
 * back by a random while, now and then by a long one. Loaded before tests (`SIGNAL_LAB_LATE=<seed>`), it shows those
 * that hold only where a file is written sooner than an event arrives.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

let state = Number(process.env.SIGNAL_LAB_LATE) || 1
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0
  return state / 2 ** 32
}
const timeout = globalThis.setTimeout
const aWhile = () => (random() < 0.05 ? 80 * random() : 4 * random() ** 2)
const held = () => new Promise((resolve) => timeout(resolve, aWhile()))

const late = (target, name) => {
  const original = target[name]
  target[name] = async function (...given) {
    await held()
    try {
      return await original.apply(this, given)
    } finally {
      await held()
    }
  }
}
const promises = fs.promises
for (const name of Object.keys(promises))
  if (typeof promises[name] === 'function' && name !== 'watch') late(promises, name)
syncBuiltinESMExports()

// What is to come at the next turn keeps its order, as on any machine.
globalThis.setTimeout = Object.assign(
  (handler, delay, ...given) => timeout(handler, delay > 0 ? delay + aWhile() : delay, ...given),
  timeout
)
