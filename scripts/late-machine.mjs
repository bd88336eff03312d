/**
 * A machine on which everything comes late and in another order: each call of the file system and each timer is held
 * back by a random while, now and then by a long one. Loaded before tests (`SIGNAL_LAB_LATE=<seed>`), it shows those
 * that hold only where a file is written sooner than an event arrives.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Random } from '../src/core/random'

const random = new Random(Number(process.env.SIGNAL_LAB_LATE))
const timeout = globalThis.setTimeout
const aWhile = () => (random.uniform() < 0.05 ? random.uniform(0, 80) : 4 * random.uniform() ** 2)
const held = () => new Promise((resolve) => timeout(resolve, aWhile()))

for (const [name, original] of Object.entries(fs.promises)) {
  if (typeof original !== 'function' || name === 'watch') continue
  fs.promises[name] = async (...given) => {
    await held()
    try {
      return await original(...given)
    } finally {
      await held()
    }
  }
}
syncBuiltinESMExports()

// What is to come at the next turn keeps its order, as on any machine.
globalThis.setTimeout = Object.assign(
  (handler, delay, ...given) => timeout(handler, delay > 0 ? delay + aWhile() : delay, ...given),
  timeout
)
