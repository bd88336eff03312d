/**
 * Files in Redis under the SHA-256 of what they hold, in pieces, for a week. What comes out is what went in, or nothing.
 *
 * Knows nothing of trials.
 */
import { createHash } from 'node:crypto'
import { keptSeconds, keys, type BlobRef } from './protocol'

/** The few commands that are used. */
export interface BlobCommands {
  set(key: string, value: Buffer, unit: 'EX', seconds: number): Promise<unknown>
  getrangeBuffer(key: string, start: number, end: number): Promise<Buffer>
  del(keys: string[]): Promise<unknown>
}

/** A Redis that sends one piece answers others in between. */
export const chunkBytes = 2 ** 20

export function blobRefOf(bytes: Uint8Array): BlobRef {
  return { sha256: hashOf([bytes]), bytes: bytes.length }
}

export async function putBlob(redis: BlobCommands, bytes: Uint8Array): Promise<BlobRef> {
  const ref = blobRefOf(bytes)
  for (const [index, { start, end }] of chunksOf(ref).entries()) {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start)
    await redis.set(keys.blobChunk(ref.sha256, index), chunk, 'EX', keptSeconds)
  }
  return ref
}

/** Undefined where it is gone, cut or another one. Throws RangeError, and reads nothing, beyond `maxBytes`. */
export async function getBlob(redis: BlobCommands, ref: BlobRef, maxBytes: number): Promise<Uint8Array | undefined> {
  if (ref.bytes > maxBytes) throw new RangeError(`Expected at most ${maxBytes} bytes. Received: ${ref.bytes}.`)
  const pieces: Buffer[] = []
  for (const [index, { start, end }] of chunksOf(ref).entries()) {
    // One byte more than it may have: a piece that is too long is seen, and never fetched whole.
    const piece = await redis.getrangeBuffer(keys.blobChunk(ref.sha256, index), 0, end - start)
    if (piece.length !== end - start) return undefined
    pieces.push(piece)
  }
  return hashOf(pieces) === ref.sha256 ? Buffer.concat(pieces) : undefined
}

export async function deleteBlob(redis: BlobCommands, ref: BlobRef): Promise<void> {
  const names = chunksOf(ref).map((_, index) => keys.blobChunk(ref.sha256, index))
  if (names.length > 0) await redis.del(names)
}

function chunksOf({ bytes }: BlobRef): { start: number; end: number }[] {
  const count = Math.ceil(bytes / chunkBytes)
  return Array.from({ length: count }, (_, index) => {
    return { start: index * chunkBytes, end: Math.min(bytes, (index + 1) * chunkBytes) }
  })
}

function hashOf(pieces: readonly Uint8Array[]): string {
  const hash = createHash('sha256')
  for (const piece of pieces) hash.update(piece)
  return hash.digest('hex')
}
