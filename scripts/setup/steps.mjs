/**
 * What every set-up step shares: one line per step, a progress line for long ones, one sentence for what is missing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
export const tfjsNode = join(root, 'node_modules/@tensorflow/tfjs-node')
/** Downloads and unpacked archives live here while a step runs; an interrupted step starts from an empty folder. */
export const scratch = join(root, 'node_modules/.signal-lab-setup')

/** A failure that the user can act on; its message is the whole sentence shown. */
export class SetupError extends Error {}

/** Print one finished or running step. */
export function say(text) {
  process.stderr.write(`set-up: ${text}\n`)
}

/** Run a command, its output hidden unless it fails. Returns stdout, throws a SetupError that ends with the last lines. */
export function must(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 64e6, ...options })
  if (result.status === 0) return result.stdout ?? ''
  const detail = `${result.stderr ?? ''}${result.error?.message ?? ''}`.trim().split('\n').slice(-6).join('\n')
  throw new SetupError(
    `"${command} ${args.slice(0, 3).join(' ')} …" failed (${result.status ?? result.signal})\n${detail}`
  )
}

/** True if a program of that name is on the path. */
export function has(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder && existsSync(join(folder, program)))
}

/**
 * Install Debian packages, or say in one sentence which command installs them.
 * @param {string[]} packages
 * @param {string} why
 */
export function installDebian(packages, why) {
  const command = `apt-get install -y ${packages.join(' ')}`
  if (!has('apt-get'))
    throw new SetupError(`${why}; install the counterparts of these Debian packages: ${packages.join(' ')}`)
  if (process.getuid?.() !== 0) throw new SetupError(`${why}; run: sudo ${command}`)
  say(`installing ${packages.join(' ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  must('apt-get', ['update', '-qq'], { env })
  must('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env })
}

/** A line that is rewritten while something long runs; returns the function that ends it. */
export function progressLine(what, totalMegabytes, currentMegabytes) {
  const interactive = process.stderr.isTTY
  const started = Date.now()
  const show = () => {
    const now = currentMegabytes()
    const percent = Math.min(100, Math.round((100 * now) / totalMegabytes))
    const line = `set-up: ${what}: ${Math.round(now)} of ${totalMegabytes} MB (${percent} %), ${Math.round((Date.now() - started) / 1000)} s`
    process.stderr.write(interactive ? `\r${line}  ` : `${line}\n`)
  }
  const timer = setInterval(show, interactive ? 500 : 10_000)
  return () => {
    clearInterval(timer)
    if (interactive) process.stderr.write('\n')
  }
}
