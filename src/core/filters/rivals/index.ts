/** The classical filters that a network is compared with, the causal ones first. */
import butterworth from './butterworth'
import comb from './comb'
import type { CausalRival, RecordRival, Rival } from './define'
import kalman from './kalman'
import leastSquares from './least-squares'
import lockIn from './lock-in'
import recursiveLeastSquares from './recursive-least-squares'
import resonator from './resonator'
import zeroPhase from './zero-phase'

export const causalRivals: readonly CausalRival[] = [
  butterworth,
  resonator,
  comb,
  lockIn,
  recursiveLeastSquares,
  kalman
]
export const recordRivals: readonly RecordRival[] = [zeroPhase, leastSquares]
export const rivals: readonly Rival[] = [...causalRivals, ...recordRivals]

/** Throws RangeError naming the ids. */
export function rivalById(id: string): Rival {
  const found = rivals.find((rival) => rival.id === id)
  if (found) return found
  throw new RangeError(`There is no rival "${id}". Expected one of ${rivals.map((rival) => rival.id).join(', ')}.`)
}
