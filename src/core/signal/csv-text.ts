/** Bytes to text: which encoding a table is in, and its pieces in that encoding. Knows nothing of cells. */
import { latin1 } from './file-kind'
import type { TextEncoding } from './import-choices'
import { InputError } from './signal'

/** Part of every runtime this code meets; the language's own library does not declare them. */
declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM?: boolean }
) => { decode(bytes: Uint8Array, options?: { stream: boolean }): string }
declare const TextEncoder: new () => { encode(text: string): Uint8Array }

export interface FoundEncoding {
  readonly encoding: TextEncoding
  readonly reason: string
  /** True if nothing in the file says so for certain. */
  readonly isGuess: boolean
}

/** By the beginning of a file. Throws InputError for bytes that are no text. */
export function detectEncoding(head: Uint8Array): FoundEncoding {
  const found = (encoding: TextEncoding, reason: string, isGuess = false) => ({ encoding, reason, isGuess })
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return found('utf-8', 'The file begins with the mark of UTF-8.')
  if (startsWith(head, 0xff, 0xfe)) return found('utf-16le', 'The file begins with the mark of UTF-16.')
  if (startsWith(head, 0xfe, 0xff)) return found('utf-16be', 'The file begins with the mark of UTF-16.')
  const order = orderWithoutMark(head)
  if (order) return found(order, 'Every second byte is zero, as in UTF-16.', true)
  if (head.includes(0) || holdsControlCodes(head)) {
    throw new InputError('Expected a CSV file. Received: binary data. Export the recording as CSV or WAV first.')
  }
  const { isAscii, sequences, strays } = utf8Sequences(head)
  if (isAscii) return found('utf-8', 'All characters are plain ASCII.')
  if (strays === 0) return found('utf-8', 'The letters beyond ASCII are well-formed UTF-8.')
  if (sequences > strays) return found('utf-8', `All but ${strays} of the letters beyond ASCII are well-formed UTF-8.`)
  return found('windows-1252', 'The letters beyond ASCII are no UTF-8.', true)
}

/** What people are told of an encoding; UTF-8 is not worth a word. */
export const encodingNames: Readonly<Record<TextEncoding, string>> = {
  'utf-8': '',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
  'windows-1252': 'Windows-1252'
}

/** Pieces of a file to bytes in which ASCII stands for itself, without the mark at the beginning. */
export class AsciiBytes {
  readonly #decoder?: { decode(bytes: Uint8Array, options?: { stream: boolean }): string }
  #isFirst = true
  #odd: number | undefined

  constructor(readonly encoding: TextEncoding) {
    if (encoding === 'utf-16le' || encoding === 'utf-16be') {
      this.#decoder = new TextDecoder('utf-16le', { fatal: false })
    }
  }

  next(piece: Uint8Array): Uint8Array {
    if (this.#decoder) return new TextEncoder().encode(this.#decoder.decode(this.#ordered(piece), { stream: true }))
    const isMarked = this.#isFirst && this.encoding === 'utf-8' && startsWith(piece, 0xef, 0xbb, 0xbf)
    this.#isFirst = false
    return isMarked ? piece.subarray(3) : piece
  }

  /** Big-endian pairs turned round; a pair cut in two waits for its second half. */
  #ordered(piece: Uint8Array): Uint8Array {
    if (this.encoding === 'utf-16le') return piece
    const held = this.#odd === undefined ? 0 : 1
    const size = piece.length + held
    const swapped = new Uint8Array(size - (size % 2))
    const byteAt = (n: number) => (n < held ? this.#odd! : piece[n - held])
    for (let n = 0; n < swapped.length; n += 2) {
      swapped[n] = byteAt(n + 1)
      swapped[n + 1] = byteAt(n)
    }
    this.#odd = size % 2 === 0 ? undefined : byteAt(size - 1)
    return swapped
  }
}

/** Text of bytes as `AsciiBytes` gives them; what is not well-formed becomes U+FFFD. */
export function textOf(bytes: Uint8Array, encoding: TextEncoding): string {
  return encoding === 'windows-1252' ? windows1252(bytes) : utf8.decode(bytes)
}

const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true })

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((value, n) => bytes[n] === value)
}

/** Digits and separators in UTF-16 have a zero byte each, always on the same side. */
function orderWithoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const head = bytes.subarray(0, 4096)
  let even = 0
  let odd = 0
  for (let n = 0; n < head.length; n += 1) {
    if (head[n] !== 0) continue
    if (n % 2 === 0) even += 1
    else odd += 1
  }
  const many = 0.4 * head.length
  if (odd > many && even === 0) return 'utf-16le'
  if (even > many && odd === 0) return 'utf-16be'
  return undefined
}

function holdsControlCodes(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096)
  const strange = head.filter((code) => code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1a)
  return strange.length > 0.01 * head.length
}

/** Well-formed sequences of several bytes, and bytes beyond ASCII that belong to none. */
function utf8Sequences(bytes: Uint8Array): { isAscii: boolean; sequences: number; strays: number } {
  let sequences = 0
  let strays = 0
  for (let n = 0; n < bytes.length;) {
    const code = bytes[n]
    n += 1
    if (code < 0x80) continue
    const more = code >= 0xf0 && code < 0xf5 ? 3 : code >= 0xe0 ? 2 : code >= 0xc2 ? 1 : 0
    let found = 0
    while (found < more && n + found < bytes.length && (bytes[n + found] & 0xc0) === 0x80) found += 1
    const isCut = n + found === bytes.length
    if (more > 0 && code < 0xf5 && (found === more || isCut)) {
      sequences += 1
      n += found
    } else strays += 1
  }
  return { isAscii: sequences + strays === 0, sequences, strays }
}

/** Latin-1 but for 0x80 to 0x9f. */
function windows1252(bytes: Uint8Array): string {
  const pieces: string[] = []
  for (let start = 0; start < bytes.length; start += 8192) {
    const piece = latin1(bytes.subarray(start, start + 8192)).replace(/[\x80-\x9f]/g, (code) => {
      return windows1252From80[code.charCodeAt(0) - 0x80]
    })
    pieces.push(piece)
  }
  return pieces.join('')
}

const windows1252From80 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'
