/**
 * TensorFlow's shared libraries and the tfjs-node addon built against them.
 *
 * On Linux the libraries come from the PyPI wheel of the CPU build: two files and the C headers. The addon's sources
 * are in the npm package and use only N-API, so the same binary serves Node and Electron. Elsewhere tfjs-node's own
 * installer is used.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError, has, installDebian, must, root, say, scratch, tfjsNode } from './steps.mjs'
import { downloadWheel, extractWheel } from './wheel.mjs'

export const tensorflowVersion = '2.21.0'

const wheels = {
  x64: {
    spec: `tensorflow-cpu==${tensorflowVersion}`,
    platform: 'manylinux_2_27_x86_64',
    python: '3.11',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    megabytes: 274
  },
  arm64: {
    spec: `tensorflow==${tensorflowVersion}`,
    platform: 'manylinux_2_27_aarch64',
    python: '3.11',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    megabytes: 260
  }
}

const libraryFolder = join(tfjsNode, 'deps/lib')
/** TensorFlow's C headers and Eigen, for the addon and for the project's own kernels. */
export const includeFolder = join(tfjsNode, 'deps/include')
const libraryNames = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2']
const addon = join(tfjsNode, 'lib/napi-v8/tfjs_binding.node')
const stamp = join(tfjsNode, 'deps/signal-lab-version')

export async function ensureTensorFlow() {
  if (process.platform !== 'linux') return ensureByOwnInstaller()
  const wheel = wheels[process.arch]
  if (!wheel) throw new SetupError(`TensorFlow has no build for Linux on ${process.arch}; x64 and arm64 are supported`)
  const installed = existsSync(stamp) && readFileSync(stamp, 'utf8') === wheel.sha256
  if (!installed) await installLibraries(wheel)
  if (!existsSync(addon)) compileAddon()
}

async function installLibraries(wheel) {
  if (!has('python3')) installDebian(['python3', 'python3-pip'], 'Python with pip is needed to download TensorFlow')
  rmSync(scratch, { recursive: true, force: true })
  const archive = await downloadWheel(wheel, scratch)
  say('unpacking TensorFlow')
  rmSync(includeFolder, { recursive: true, force: true })
  const header =
    /^tensorflow\/include\/((?:tensorflow\/(?:c|core)|tsl|xla\/tsl|Eigen|unsupported|absl|third_party)\/.*)$/
  await extractWheel(archive, (name) => {
    const library = libraryNames.find((candidate) => name === `tensorflow/${candidate}`)
    if (library) return join(libraryFolder, library)
    const include = header.exec(name)?.[1]
    return include && join(includeFolder, include)
  })
  if (has('strip')) for (const name of libraryNames) must('strip', ['--strip-unneeded', join(libraryFolder, name)])
  rmSync(addon, { force: true })
  writeFileSync(stamp, wheel.sha256)
  rmSync(scratch, { recursive: true, force: true })
}

function compileAddon() {
  ensureCompiler()
  say('compiling the tfjs-node addon')
  mkdirSync(join(tfjsNode, 'lib/napi-v8'), { recursive: true })
  const partial = `${addon}.partial`
  must('g++', [
    ...['-O2', '-shared', '-fPIC', '-std=c++17', '-w', '-DNAPI_VERSION=8', '-DBUILDING_NODE_EXTENSION'],
    ...['-I', nodeHeaders, '-I', includeFolder, '-I', tfjsNode],
    ...[join(tfjsNode, 'binding/tfjs_backend.cc'), join(tfjsNode, 'binding/tfjs_binding.cc'), '-o', partial],
    ...['-L', libraryFolder, ...libraryNames.map((name) => `-l:${name}`), '-Wl,-rpath,$ORIGIN/../../deps/lib', '-s']
  ])
  renameSync(partial, addon)
}

/** N-API headers from npm: the same on every machine, whatever Node it has. */
export const nodeHeaders = join(root, 'node_modules/node-api-headers/include')

/** g++, installed where it may be. */
export function ensureCompiler() {
  if (!has('g++')) installDebian(['g++'], 'a C++ compiler is needed to build the TensorFlow addon')
}

function ensureByOwnInstaller() {
  if (existsSync(addon)) return
  say("running tfjs-node's own installer")
  must(process.execPath, [join(tfjsNode, 'scripts/install.js')], { cwd: tfjsNode })
}
