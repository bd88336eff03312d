/**
 * A checkpoint as one file: JSON and arrays of numbers, with a SHA-256 over everything at its end.
 *
 * Layout: "SLabCkpt", version and header length as 32-bit numbers, the header (JSON that names each array with type and
 * length), the arrays at multiples of eight bytes, the hash. Reading believes nothing before the hash fits.
 */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import * as v from 'valibot'
import { InputError } from '../../core/signal/signal'
import { safeWrite } from './safe-write'

export type CheckpointArray = Float32Array | Float64Array

export interface Checkpoint {
  readonly json: unknown
  readonly arrays: Readonly<Record<string, CheckpointArray>>
}

const magic = 'SLabCkpt'
const version = 1
const hashBytes = 32
const maxFileBytes = 2 ** 30

const types = { f32: Float32Array, f64: Float64Array } as const
const Header = v.object({
  json: v.unknown(),
  arrays: v.array(
    v.object({
      name: v.pipe(v.string(), v.maxLength(200)),
      type: v.picklist(['f32', 'f64']),
      length: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxFileBytes))
    })
  )
})

export function encodeCheckpoint({ json, arrays }: Checkpoint): Uint8Array {
  const entries = Object.entries(arrays)
  const described = entries.map(([name, values]) => {
    return { name, type: values instanceof Float32Array ? 'f32' : 'f64', length: values.length }
  })
  const header = Buffer.from(JSON.stringify({ json, arrays: described }), 'utf8')
  const start = padded(magic.length + 8 + header.length)
  const size = entries.reduce((sum, [, values]) => sum + padded(values.byteLength), start)
  const bytes = new Uint8Array(size + hashBytes)
  bytes.set(Buffer.from(magic, 'latin1'))
  const view = new DataView(bytes.buffer)
  view.setUint32(magic.length, version, true)
  view.setUint32(magic.length + 4, header.length, true)
  bytes.set(header, magic.length + 8)
  let at = start
  for (const [, values] of entries) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += padded(values.byteLength)
  }
  bytes.set(hashOf(bytes.subarray(0, size)), size)
  return bytes
}

/** Throws InputError with one sentence for anything that is not a whole checkpoint. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const size = bytes.length - hashBytes
  if (size < magic.length + 8 || Buffer.from(bytes.subarray(0, magic.length)).toString('latin1') !== magic)
    throw new InputError('It is not a checkpoint.')
  if (!Buffer.from(hashOf(bytes.subarray(0, size))).equals(bytes.subarray(size)))
    throw new InputError('Its SHA-256 does not fit its content: it was cut off or damaged.')
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const found = view.getUint32(magic.length, true)
  if (found !== version) throw new InputError(`It has format version ${found}, this program reads version ${version}.`)
  const headerLength = view.getUint32(magic.length + 4, true)
  const headerStart = magic.length + 8
  if (headerLength > size - headerStart) throw new InputError('It is not a checkpoint.')
  const text = Buffer.from(bytes.subarray(headerStart, headerStart + headerLength)).toString('utf8')
  const header = v.safeParse(Header, JSON.parse(text))
  if (!header.success) throw new InputError('Its header is not that of a checkpoint.')
  const arrays: Record<string, CheckpointArray> = Object.create(null) as Record<string, CheckpointArray>
  let at = padded(headerStart + headerLength)
  for (const { name, type, length } of header.output.arrays) {
    const byteLength = length * types[type].BYTES_PER_ELEMENT
    if (at + byteLength > size) throw new InputError('Its header names more numbers than it holds.')
    // Copied: a view would not be aligned, and would keep the whole file alive.
    const values = new types[type](length)
    new Uint8Array(values.buffer).set(bytes.subarray(at, at + byteLength))
    arrays[name] = values
    at += padded(byteLength)
  }
  return { json: header.output.json, arrays }
}

export async function writeCheckpointFile(path: string, checkpoint: Checkpoint): Promise<void> {
  await safeWrite(path, encodeCheckpoint(checkpoint))
}

/** Throws InputError with one sentence for a file that is not a whole checkpoint. */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  const { size } = await stat(path)
  if (size > maxFileBytes) throw new InputError(`It has ${size} bytes; a checkpoint has at most ${maxFileBytes}.`)
  return decodeCheckpoint(await readFile(path))
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest()
}
