import { zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { crc32, crc32c } from './crc'
import { packZip, unpackZip } from './zip'

const text = (content: string) => new TextEncoder().encode(content)
const files = [
  { name: 'a.json', bytes: text('{"a":1}') },
  { name: 'folder/b.bin', bytes: Uint8Array.from({ length: 5000 }, (_, index) => (index * 7) & 255) },
  { name: 'empty', bytes: new Uint8Array(0) }
]

test('checksums are those of the books', () => {
  // https://reveng.sourceforge.io/crc-catalogue/17plus.htm
  expect(crc32(text('123456789'))).toBe(0xcbf43926)
  expect(crc32c(text('123456789'))).toBe(0xe3069283)
})

test('what is packed is unpacked, byte for byte, and packs to the same bytes again', () => {
  const packed = packZip(files)
  expect(unpackZip(packed)).toEqual(files)
  expect(packZip(files)).toEqual(packed)
})

test('an archive cut anywhere or with a flipped bit is refused or whole', () => {
  const packed = packZip(files)
  for (let length = 0; length < packed.length; length += 1)
    expect(() => unpackZip(packed.slice(0, length)), `cut to ${length}`).toThrow('This archive is not read')
  const random = new Random(3)
  for (let trial = 0; trial < 2000; trial += 1) {
    const damaged = packed.slice()
    damaged[random.integer(packed.length)] ^= 1 << random.integer(8)
    let read: ReturnType<typeof unpackZip>
    try {
      read = unpackZip(damaged)
    } catch (error) {
      expect((error as Error).message).toMatch(/^This archive is not read/)
      continue
    }
    // A name, a date or an attribute may have changed; no content may.
    const known = new Set(files.map(({ bytes }) => Buffer.from(bytes).toString('hex')))
    for (const { bytes } of read) expect(known.has(Buffer.from(bytes).toString('hex'))).toBe(true)
  }
})

describe('hostile archives are refused before they are unpacked', () => {
  const zipOf = (names: readonly string[], bytes = text('x')) =>
    zipSync(Object.fromEntries(names.map((name) => [name, bytes])))

  test.each([
    ['../../etc/passwd'],
    ['folder/../../x'],
    ['/etc/passwd'],
    ['C:\\windows\\x'],
    ['folder\\..\\x'],
    ['.hidden'],
    ['a//b'],
    ['con.json'],
    ['name.'],
    ['nul'],
    ['a\u0000b'],
    ['constructor/__proto__']
  ])('a name that leaves its folder or is no plain name: %s', (name) => {
    expect(() => unpackZip(zipOf([name]))).toThrow('not allowed')
  })

  test('names that differ by case only: one would replace the other on some disks', () => {
    expect(() => unpackZip(zipOf(['Model', 'model']))).toThrow('twice')
  })

  test('too many files', () => {
    const names = Array.from({ length: 11 }, (_, index) => `f${index}`)
    expect(() => unpackZip(zipOf(names), { files: 10, bytes: 1e6 })).toThrow('more than 10 files')
  })

  test('more than is allowed, all files together', () => {
    expect(() => unpackZip(zipOf(['a', 'b'], new Uint8Array(600)), { files: 10, bytes: 1000 })).toThrow(
      'more than 1000 bytes'
    )
  })

  test('a bomb: zeros that pack to a thousandth', () => {
    expect(() => unpackZip(zipOf(['zeros'], new Uint8Array(8 * 2 ** 20)))).toThrow('100 times its size')
  })

  /** A copy whose only entry claims another size, in both of its headers. */
  function claiming(originalSize: number): Uint8Array {
    const packed = zipOf(
      ['liar'],
      Uint8Array.from({ length: 4000 }, (_, index) => index & 255)
    ).slice()
    const view = new DataView(packed.buffer)
    view.setUint32(22, originalSize, true)
    for (let at = 0; at < packed.length - 4; at += 1) {
      if (view.getUint32(at, true) === 0x02014b50) view.setUint32(at + 24, originalSize, true)
    }
    return packed
  }

  test.each([[10], [3999], [4001], [100_000]])('an entry that claims %i bytes and has 4000', (size) => {
    expect(() => unpackZip(claiming(size))).toThrow('This archive is not read')
  })

  test('an entry that claims four gigabytes', () => {
    expect(() => unpackZip(claiming(0xfffffff0))).toThrow('This archive is not read')
  })

  test('something that is no archive', () => {
    expect(() => unpackZip(text('RIFF and no zip at all, however long it may be'))).toThrow('This archive is not read')
    expect(() => unpackZip(new Uint8Array(0))).toThrow('This archive is not read')
  })
})
