import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { chunkBytes, deleteBlob, getBlob, putBlob, type BlobCommands } from './blobs'

/** A Redis of one map. */
function memory(): BlobCommands & { values: Map<string, Buffer>; seconds: number[]; fetched: number } {
  return {
    ...{ values: new Map(), seconds: [], fetched: 0 },
    async set(key, value, _unit, seconds) {
      this.values.set(key, Buffer.from(value))
      this.seconds.push(seconds)
    },
    async getrangeBuffer(key, start, end) {
      const piece = (this.values.get(key) ?? Buffer.alloc(0)).subarray(start, end + 1)
      this.fetched += piece.length
      return piece
    },
    async del(keys) {
      for (const key of keys) this.values.delete(key)
    }
  }
}

const bytesOf = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 31) % 251)

test.each([0, 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes - 1])('%d bytes come back as they were', async (length) => {
  const redis = memory()
  const bytes = bytesOf(length)
  const ref = await putBlob(redis, bytes)
  expect(ref).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), bytes: length })
  // Compared as a whole: one by one takes seconds.
  expect(Buffer.compare((await getBlob(redis, ref, 2 ** 24))!, bytes)).toBe(0)
  for (const value of redis.values.values()) expect(value.length).toBeLessThanOrEqual(chunkBytes)
  // Nothing stays for ever.
  expect(redis.seconds.every((seconds) => seconds > 0)).toBe(true)
  await deleteBlob(redis, ref)
  expect(redis.values.size).toBe(0)
})

test('a piece of a larger array is that piece', async () => {
  const redis = memory()
  const whole = bytesOf(100)
  const ref = await putBlob(redis, whole.subarray(10, 20))
  expect(await getBlob(redis, ref, 100)).toEqual(Buffer.from(whole.subarray(10, 20)))
})

test('what was changed, cut, lengthened or lost is nothing', async () => {
  const bytes = bytesOf(chunkBytes + 100)
  for (const damage of [
    (piece: Buffer) => Buffer.concat([piece.subarray(0, -1), Buffer.from([piece[piece.length - 1] ^ 1])]),
    (piece: Buffer) => piece.subarray(0, -1),
    (piece: Buffer) => Buffer.concat([piece, Buffer.alloc(2 ** 22)]),
    () => Buffer.alloc(0)
  ]) {
    const redis = memory()
    const ref = await putBlob(redis, bytes)
    const [[key, piece]] = redis.values
    redis.values.set(key, damage(piece))
    expect(await getBlob(redis, ref, 2 ** 24)).toBeUndefined()
    // A piece that is too long is not fetched whole.
    expect(redis.fetched).toBeLessThanOrEqual(bytes.length + 1)
  }
})

test('a reference to more than may come is refused before anything is read', async () => {
  const redis = memory()
  const ref = { sha256: '0'.repeat(64), bytes: 2 ** 40 }
  await expect(getBlob(redis, ref, 2 ** 24)).rejects.toThrow(RangeError)
  expect(redis.fetched).toBe(0)
})
