/**
 * Pyramids on disk, so that a long recording shows its exact picture at once when it is opened again. A file is believed
 * only if the recording has the size and the time of change that it had, was read with the same choices, and every
 * length fits. Whatever is wrong with a kept file, the pyramid is built anew.
 */
import { createHash } from 'node:crypto'
import { mkdir, open, readdir, stat, unlink, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Pyramid } from '../../core/signal/pyramid'
import { safeWrite } from '../library/safe-write'
import type { SampleSource } from './sample-source'

export interface PyramidCache {
  /** Undefined if there is none that fits. */
  load(source: SampleSource): Promise<Pyramid[] | undefined>
  save(pyramids: readonly Pyramid[]): Promise<void>
}

/** What a kept pyramid depends on. */
export interface PyramidKey {
  readonly path: string
  readonly size: number
  readonly changedMilliseconds: number
  /** How the file was read, as text. */
  readonly reading: string
}

const formatVersion = 1
/** Smaller recordings are looked through faster than a file is found. */
const leastSamples = 2 ** 22
/** All kept pyramids together; the ones used longest ago are removed. */
const maxFolderBytes = 2 ** 30
const longestHeader = 2 ** 16

export function pyramidCache(folder: string, key: PyramidKey): PyramidCache {
  const hash = createHash('sha256')
    .update(JSON.stringify([formatVersion, key.path, key.size, key.changedMilliseconds, key.reading]))
    .digest('hex')
  const path = join(folder, `${hash.slice(0, 32)}.pyramid`)
  return {
    async load(source) {
      try {
        const pyramids = await readPyramids(path, source)
        // The time of change says when it was used last.
        await utimes(path, new Date(), new Date()).catch(() => {})
        return pyramids
      } catch {
        return undefined
      }
    },
    async save(pyramids) {
      if (pyramids.reduce((sum, { sampleCount }) => sum + sampleCount, 0) < leastSamples) return
      try {
        await mkdir(folder, { recursive: true })
        await safeWrite(path, piecesOf(pyramids))
        await removeOldest(folder)
      } catch {
        // A picture that cannot be kept is made again: no reason to disturb anybody.
      }
    }
  }
}

interface Header {
  readonly baseLength: number
  readonly sampleCount: number
  /** 32-bit floats of each level of each channel. */
  readonly levels: readonly (readonly number[])[]
}

async function* piecesOf(pyramids: readonly Pyramid[]): AsyncIterable<Uint8Array> {
  const [{ baseLength, sampleCount }] = pyramids
  const header: Header = {
    baseLength,
    sampleCount,
    levels: pyramids.map(({ levels }) => levels.map(({ length }) => length))
  }
  // The header fills whole groups of four bytes, so that the floats can be read in place.
  const text = JSON.stringify(header)
  yield Buffer.from(`${text.padEnd(Math.ceil((text.length + 1) / 4) * 4 - 1)}\n`, 'latin1')
  for (const { levels } of pyramids) {
    for (const values of levels) yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  }
}

/** Throws for anything that does not fit. */
async function readPyramids(path: string, source: SampleSource): Promise<Pyramid[]> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const head = Buffer.alloc(Math.min(size, longestHeader))
    await file.read(head, 0, head.length, 0)
    const headerLength = head.indexOf('\n') + 1
    const header = JSON.parse(head.toString('latin1', 0, headerLength)) as Header
    const { baseLength, sampleCount, levels } = header
    const floats = levels.flat().reduce((sum, count) => sum + count, 0)
    const fits =
      sampleCount === source.sampleCount &&
      levels.length === source.channelNames.length &&
      levels.every(([base]) => base === 3 * Math.ceil(sampleCount / baseLength)) &&
      size === headerLength + 4 * floats
    if (!fits) throw new Error('another recording')
    let at = headerLength
    const pyramids: Pyramid[] = []
    for (const lengths of levels) {
      const values: Float32Array[] = []
      for (const length of lengths) {
        const level = new Float32Array(length)
        await file.read(new Uint8Array(level.buffer), 0, level.byteLength, at)
        at += level.byteLength
        values.push(level)
      }
      pyramids.push(Pyramid.from(baseLength, sampleCount, values))
    }
    return pyramids
  } finally {
    await file.close()
  }
}

async function removeOldest(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.pyramid'))
  const files = await Promise.all(
    names.map(async (name) => {
      const { size, mtimeMs } = await stat(join(folder, name))
      return { name, size, mtimeMs }
    })
  )
  files.sort((a, b) => b.mtimeMs - a.mtimeMs)
  let bytes = 0
  for (const { name, size } of files) {
    bytes += size
    if (bytes > maxFolderBytes) await unlink(join(folder, name)).catch(() => {})
  }
}
