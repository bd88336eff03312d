/**
 * The project's own TensorFlow operations (src/ml/native), compiled into one addon.
 *
 * The kernels are compiled once for each instruction set and chosen at run time, so one binary serves every processor
 * of an architecture. Without a compiler the app works too, on TensorFlow's own operations, only slower.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SetupError, has, root, say, tfjsNode } from './steps.mjs'
import { includeFolder, nodeHeaders } from './tensorflow.mjs'

const sources = join(root, 'src/ml/native')
const build = join(sources, 'build')
const addon = join(build, 'signal_lab_kernels.node')
const stamp = join(build, 'stamp')

const flags = [
  '-O3',
  '-std=c++17',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=fast',
  // NaN and infinity keep their meaning; only errno and traps, which nothing here reads, no longer stop vectorising.
  '-fno-math-errno',
  '-fno-trapping-math',
  '-Wall',
  '-Wextra',
  '-DNAPI_VERSION=8'
]
// TensorFlow's headers are not ours to warn about.
const includes = ['-isystem', includeFolder, '-isystem', nodeHeaders]

/** The kernels' instruction sets and the compiler's flags for each; the names are those of instruction_set.cc. */
export const instructionSets = {
  portable: [],
  ...(process.arch === 'x64' && {
    avx2: ['-mavx2', '-mfma'],
    avx512: ['-mavx2', '-mfma', '-mavx512f', '-mavx512dq', '-mavx512bw', '-mavx512vl', '-mprefer-vector-width=512']
  })
}

/** Files that hold no operation and no door: what a program without TensorFlow compiles. */
export const plainSources = ['instruction_set.cc', 'threads.cc', 'workspace.cc']

/** Compile the addon if its sources, the compiler's flags or the architecture changed. */
export async function ensureNativeKernels() {
  if (process.platform !== 'linux') return
  const wanted = fingerprint()
  if (existsSync(addon) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!has('g++')) {
    say(
      "no C++ compiler (g++) was found: training uses TensorFlow's own operations, about three times slower than ours"
    )
    return
  }
  say('compiling the recurrent kernels')
  // A folder of its own: tests and the command line may come here at the same time.
  const folder = join(build, `${process.pid}`)
  mkdirSync(folder, { recursive: true })
  try {
    const partial = join(folder, 'partial.node')
    await compile({
      objects: [...kernelObjects(folder), ...plainObjects(folder), ...operationObjects(folder)],
      output: partial,
      link
    })
    renameSync(partial, addon)
    writeFileSync(stamp, wanted)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    say(`${error.message}\ntraining uses TensorFlow's own operations, about three times slower than ours`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const link = [
  '-shared',
  '-s',
  ...['-L', join(tfjsNode, 'deps/lib'), '-l:libtensorflow_framework.so.2', '-l:libtensorflow_cc.so.2'],
  // Found already loaded by tfjs-node; the path is for a process that is asked for this addon alone.
  '-Wl,-rpath,$ORIGIN/../../../../node_modules/@tensorflow/tfjs-node/deps/lib'
]

/** @typedef {{ source: string, object: string, flags: string[] }} Compilation */

/** @returns {Compilation[]} */
export function kernelObjects(folder) {
  return Object.entries(instructionSets).map(([name, target]) => ({
    source: join(sources, 'kernels_isa.cc'),
    object: join(folder, `kernels_${name}.o`),
    flags: [`-DSIGNAL_LAB_ISA=${name}`, ...target]
  }))
}

/** @returns {Compilation[]} */
export function plainObjects(folder) {
  return plainSources.map((name) => ({
    source: join(sources, name),
    object: join(folder, name.replace('.cc', '.o')),
    flags: []
  }))
}

function operationObjects(folder) {
  return readdirSync(sources)
    .filter((name) => /(^op|_op|^addon|^devices)\.cc$/.test(name))
    .map((name) => ({ source: join(sources, name), object: join(folder, name.replace('.cc', '.o')), flags: includes }))
}

/**
 * Compile as many objects at once as there are cores, then link them.
 * @param {{ objects: Compilation[], output: string, link: string[], extra?: string[], compiler?: string }} what
 */
export async function compile({ objects, output, link, extra = [], compiler = 'g++' }) {
  const waiting = [...objects]
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      await run(compiler, [...flags, ...extra, ...next.flags, '-c', next.source, '-o', next.object])
    }
  }
  await Promise.all(Array.from({ length: Math.max(1, availableParallelism()) }, worker))
  await run(compiler, [...extra, ...objects.map(({ object }) => object), '-o', output, '-pthread', ...link])
  for (const { object } of objects) rmSync(object, { force: true })
}

function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let detail = ''
    child.stderr.on('data', (chunk) => (detail += chunk))
    child.on('error', (error) => reject(new SetupError(`${command} could not be started: ${error.message}`)))
    child.on('close', (code) => {
      if (code === 0) return resolve()
      reject(
        new SetupError(`the recurrent kernels did not compile\n${detail.trim().split('\n').slice(0, 12).join('\n')}`)
      )
    })
  })
}

/**
 * The self-test, a program without TensorFlow, instrumented by one of the compiler's sanitizers ("address", "thread",
 * "undefined"). AVX-512's shapes are tested on the wide vectors that every processor can emulate.
 * @param {{ folder: string, sanitizer: string }} where
 */
export async function compileSelfTest({ folder, sanitizer }) {
  const output = join(folder, `selftest-${sanitizer}`)
  const objects = [...kernelObjects(folder), ...plainObjects(folder)].map((object) =>
    object.object.endsWith('kernels_avx512.o')
      ? { ...object, flags: ['-DSIGNAL_LAB_ISA=avx512', '-DSIGNAL_LAB_LIKE_AVX512', '-mavx2', '-mfma', '-Wno-psabi'] }
      : object
  )
  objects.push({ source: join(sources, 'selftest.cc'), object: join(folder, 'selftest.o'), flags: [] })
  const extra = ['-g', '-O1', '-DSIGNAL_LAB_SELFTEST', `-fsanitize=${sanitizer}`, '-fno-sanitize-recover=all']
  await compile({ objects, output, link: [], extra })
  return output
}

/**
 * The self-test for a 64-bit ARM processor (NEON), by Debian's cross compiler; without shared libraries, so that an
 * emulator needs nothing else.
 * @param {{ folder: string }} where
 */
export async function compileSelfTestForArm({ folder }) {
  const output = join(folder, 'selftest-arm64')
  const kernels = {
    source: join(sources, 'kernels_isa.cc'),
    object: join(folder, 'arm64_kernels.o'),
    flags: ['-DSIGNAL_LAB_ISA=portable']
  }
  const selftest = { source: join(sources, 'selftest.cc'), object: join(folder, 'arm64_selftest.o'), flags: [] }
  const objects = [kernels, ...plainObjects(folder), selftest]
  await compile({ objects, output, link: ['-static'], extra: ['-DSIGNAL_LAB_SELFTEST'], compiler: crossCompiler })
  return output
}

export const crossCompiler = 'aarch64-linux-gnu-g++'

function fingerprint() {
  const hash = createHash('sha256')
  hash.update(readFileSync(fileURLToPath(import.meta.url))).update(process.arch)
  for (const name of readdirSync(sources).sort()) {
    if (/\.(cc|h)$/.test(name) && name !== 'selftest.cc') hash.update(name).update(readFileSync(join(sources, name)))
  }
  return hash.digest('hex')
}
