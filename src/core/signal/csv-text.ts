/** Bytes to text: which encoding a CSV file is in. Knows nothing of cells. */
import { latin1 } from './file-kind'
import { InputError } from './signal'

/** Part of every runtime this code meets; the language's own library does not declare it. */
declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string }

/** `encoding` is empty for UTF-8. Throws InputError for bytes that are no text, or too many for one string. */
export function decodeText(bytes: Uint8Array): { text: string; encoding: string } {
  if (bytes.length > maxTextBytes) {
    const megabytes = Math.round(bytes.length / 1e6)
    throw new InputError(
      `Expected a CSV file of up to 500 MB. Received: ${megabytes} MB. Cut it into parts or save it as WAV.`
    )
  }
  if (startsWith(bytes, 0xef, 0xbb, 0xbf))
    return { text: utf8(bytes.subarray(3)) ?? windows1252(bytes.subarray(3)), encoding: '' }
  if (startsWith(bytes, 0xff, 0xfe)) return { text: utf16(bytes.subarray(2), 'little'), encoding: 'UTF-16' }
  if (startsWith(bytes, 0xfe, 0xff)) return { text: utf16(bytes.subarray(2), 'big'), encoding: 'UTF-16' }
  const order = orderWithoutMark(bytes)
  if (order) return { text: utf16(bytes, order), encoding: 'UTF-16' }
  if (bytes.includes(0) || holdsControlCodes(bytes)) {
    throw new InputError('Expected a CSV file. Received: binary data. Export the recording as CSV or WAV first.')
  }
  const text = utf8(bytes)
  return text === undefined ? { text: windows1252(bytes), encoding: 'Windows-1252' } : { text, encoding: '' }
}

/** The longest string has 2^29 - 24 characters. */
const maxTextBytes = 500e6

function startsWith(bytes: Uint8Array, ...start: number[]): boolean {
  return start.every((value, n) => bytes[n] === value)
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function utf16(bytes: Uint8Array, order: 'little' | 'big'): string {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % 2))
  if (order === 'little') return new TextDecoder('utf-16le', { fatal: false }).decode(whole)
  const swapped = new Uint8Array(whole.length)
  for (let n = 0; n < whole.length; n += 2) {
    swapped[n] = whole[n + 1]
    swapped[n + 1] = whole[n]
  }
  return new TextDecoder('utf-16le', { fatal: false }).decode(swapped)
}

/** Digits and separators in UTF-16 have a zero byte each, always on the same side. */
function orderWithoutMark(bytes: Uint8Array): 'little' | 'big' | undefined {
  const head = bytes.subarray(0, 4096)
  let even = 0
  let odd = 0
  for (let n = 0; n < head.length; n += 1) {
    if (head[n] !== 0) continue
    if (n % 2 === 0) even += 1
    else odd += 1
  }
  const many = 0.4 * head.length
  if (odd > many && even === 0) return 'little'
  if (even > many && odd === 0) return 'big'
  return undefined
}

function holdsControlCodes(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096)
  const strange = head.filter((code) => code < 0x20 && !(code >= 0x09 && code <= 0x0d) && code !== 0x1a)
  return strange.length > 0.01 * head.length
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
