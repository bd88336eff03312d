/**
 * TensorFlow's CUDA build in the user's folder: found, installed wheel by wheel, and removed. A broken install leaves
 * what it has in a folder beside, which the next one goes on with; the library's own folder is there whole or not.
 */
import * as fsPromises from 'node:fs/promises'
import { mkdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import * as v from 'valibot'
import { gpuLibraryFolder, gpuLibraryRecord, type GpuLibraryDescription } from '../../contract/gpu-library'
import { CancelledError, type Job } from '../jobs'
import { safeWrite } from '../library/safe-write'
import { download, findWheel, sizeOf } from './download'
import { cudaManifest, type LibraryManifest, type Wheel } from './manifest'
import { unpack } from './unpack'

/** What an install must leave on the disk. */
const spareBytes = 256 * 2 ** 20
/** Unpacking a byte, in time, beside downloading one. */
const unpackShare = 0.1

export interface GpuLibraryOptions {
  readonly userFolder: string
  readonly manifest?: LibraryManifest
  /** What of the disk is free at a folder; undefined where the system does not tell. */
  freeBytes?(folder: string): Promise<number | undefined>
  /** Of Node: there is a CUDA build for Linux on x64 alone. */
  readonly platform?: string
}

const Installed = v.object({
  version: v.string(),
  wheels: v.array(v.object({ file: v.string(), sha256: v.string() }))
})

export class GpuLibrary {
  /** Where the linker finds it once it is installed. */
  readonly folder: string
  readonly #partial: string
  readonly #manifest: LibraryManifest
  readonly #freeBytes: (folder: string) => Promise<number | undefined>
  readonly #platform: string
  #isAtWork = false

  constructor(options: GpuLibraryOptions) {
    this.folder = join(options.userFolder, gpuLibraryFolder)
    this.#partial = `${this.folder}.partial`
    this.#manifest = options.manifest ?? cudaManifest
    this.#freeBytes = options.freeBytes ?? freeBytesOf
    this.#platform = options.platform ?? `${process.platform} ${process.arch}`
  }

  /** Whether it is there, all of it and of the version that this program is made for. */
  async isInstalled(): Promise<boolean> {
    try {
      const record = v.parse(Installed, JSON.parse(await readFile(join(this.folder, gpuLibraryRecord), 'utf8')))
      const { version, wheels } = this.#manifest
      const isSame =
        record.version === version && wheels.every(({ sha256 }, at) => record.wheels[at]?.sha256 === sha256)
      if (!isSame) return false
    } catch {
      return false
    }
    return (await this.#missing(this.folder)).length === 0
  }

  async describe(): Promise<GpuLibraryDescription> {
    const { version, wheels } = this.#manifest
    const isInstalled = await this.isInstalled()
    const missing = isInstalled ? [] : await this.#missing(this.#partial)
    const started = await sum(missing, (wheel) => sizeOf(this.#part(wheel)))
    const unpacked = wheels.filter((wheel) => !missing.includes(wheel))
    const installedBytes = wheels.reduce((total, wheel) => total + unpackedBytes(wheel), 0)
    return {
      ...{ isInstalled, version, installedBytes },
      downloadBytes: Math.max(0, missing.reduce((total, { bytes }) => total + bytes, 0) - started),
      presentBytes: unpacked.reduce((total, wheel) => total + unpackedBytes(wheel), 0) + started,
      refusal:
        this.#platform === 'linux x64'
          ? ''
          : `TensorFlow has a CUDA build for Linux on x64; this computer is ${this.#platform}.`
    }
  }

  /**
   * Download, check and unpack what is missing. Throws CancelledError, or an Error with one sentence; called again it
   * goes on.
   */
  async install(job: Job, index: string): Promise<void> {
    if (this.#isAtWork) throw new Error('The CUDA build is being installed or removed already.')
    this.#isAtWork = true
    try {
      if (!(await this.isInstalled())) await this.#install(job, index)
    } finally {
      this.#isAtWork = false
    }
  }

  /** Off the disk, whole or half. What is loaded now goes on until its process ends. */
  async remove(): Promise<void> {
    if (this.#isAtWork) throw new Error('The CUDA build is being installed: cancel that first.')
    this.#isAtWork = true
    try {
      // Without its record it is not found: a removal that breaks off leaves nothing that could be loaded.
      await rm(join(this.folder, gpuLibraryRecord), { force: true })
      await rm(this.folder, { recursive: true, force: true })
      await rm(this.#partial, { recursive: true, force: true })
    } finally {
      this.#isAtWork = false
    }
  }

  async #install({ abort, advance }: Job, index: string): Promise<void> {
    const { refusal } = await this.describe()
    if (refusal !== '') throw new Error(refusal)
    await mkdir(this.#partial, { recursive: true })
    const missing = await this.#missing(this.#partial)
    await this.#checkSpace(missing)
    const effort = (wheel: Wheel) => wheel.bytes + unpackShare * unpackedBytes(wheel)
    const { version, wheels } = this.#manifest
    const whole = wheels.reduce((total, wheel) => total + effort(wheel), 0)
    let done = whole - missing.reduce((total, wheel) => total + effort(wheel), 0)
    // From here on the time left is told: what was there before took none.
    advance((done + (missing.length > 0 ? await sizeOf(this.#part(missing[0])) : 0)) / whole)
    for (const wheel of missing) {
      if (abort.aborted) throw new CancelledError()
      const before = done
      const { file, bytes, sha256, libraries } = wheel
      const path = this.#part(wheel)
      const url = await findWheel(index, wheel, abort)
      const onPart = (present: number) => advance((before + present) / whole)
      await download({ url, file, path, bytes, sha256, abort, onBytes: onPart })
      done += bytes
      const onBytes = (more: number) => advance((done += unpackShare * more) / whole)
      await unpack({ file, path, libraries, folder: this.#partial, abort, onBytes })
      await unlink(path)
      done = before + effort(wheel)
    }
    const record = { version, wheels: wheels.map(({ file, sha256 }) => ({ file, sha256 })) }
    await safeWrite(join(this.#partial, gpuLibraryRecord), `${JSON.stringify(record, null, 2)}\n`)
    await rm(this.folder, { recursive: true, force: true })
    await rename(this.#partial, this.folder)
  }

  /** What it takes at its fullest: all libraries, and the archive that is being unpacked. */
  async #checkSpace(missing: readonly Wheel[]): Promise<void> {
    const archives = await Promise.all(
      missing.map(async (wheel) => wheel.bytes - Math.min(wheel.bytes, await sizeOf(this.#part(wheel))))
    )
    const unpacked = missing.reduce((total, wheel) => total + unpackedBytes(wheel), 0)
    const needed = unpacked + Math.max(0, ...archives) + spareBytes
    const free = await this.#freeBytes(this.#partial)
    if (free === undefined || free >= needed) return
    throw new Error(
      `The CUDA build needs ${gigabytes(needed)} on the disk of ${dirname(this.folder)}; ${gigabytes(free)} are free. Free some space and install again.`
    )
  }

  /** Wheels of which a library is not in the folder as it should be. */
  async #missing(folder: string): Promise<readonly Wheel[]> {
    const { wheels } = this.#manifest
    const isThere = await Promise.all(
      wheels.map(async ({ libraries }) => {
        const sizes = await Promise.all(libraries.map(({ path }) => sizeOf(join(folder, basename(path)))))
        return sizes.every((size, at) => size === libraries[at].bytes)
      })
    )
    return wheels.filter((_, at) => !isThere[at])
  }

  #part({ file }: Wheel): string {
    return join(this.#partial, `${file}.part`)
  }
}

function unpackedBytes({ libraries }: Wheel): number {
  return libraries.reduce((total, { bytes }) => total + bytes, 0)
}

async function sum<T>(items: readonly T[], sizeOf: (item: T) => Promise<number>): Promise<number> {
  return (await Promise.all(items.map(sizeOf))).reduce((total, size) => total + size, 0)
}

const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`

/** Node has it since 18.15; before that nobody tells, and a full disk is told by the write that fails. */
async function freeBytesOf(folder: string): Promise<number | undefined> {
  const { statfs } = fsPromises as Partial<Pick<typeof fsPromises, 'statfs'>>
  if (!statfs) return undefined
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}
