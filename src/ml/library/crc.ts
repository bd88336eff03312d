/** Cyclic redundancy checks of 32 bits, reflected, by a table of 256: zip's polynomial, and Castagnoli's. */

/** As zip, gzip and PNG have it. */
export const crc32 = checksumBy(0xedb88320)

/** CRC-32C (Castagnoli), as TensorFlow's records have it. */
export const crc32c = checksumBy(0x82f63b78)

function checksumBy(polynomial: number): (bytes: Uint8Array) => number {
  const table = Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index
    for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ polynomial : value >>> 1
    return value
  })
  return (bytes) => {
    let sum = 0xffffffff
    for (const byte of bytes) sum = table[(sum ^ byte) & 255] ^ (sum >>> 8)
    return (sum ^ 0xffffffff) >>> 0
  }
}
