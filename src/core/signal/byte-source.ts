/** Bytes at any place of something that may be larger than memory. Knows nothing of files. */

export interface ByteSource {
  readonly size: number
  /** At most `count` bytes from `start` on; fewer only where the source ends. Not to be written to. */
  read(start: number, count: number): Uint8Array
}

export function memoryBytes(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (start, count) => bytes.subarray(start, start + count) }
}
