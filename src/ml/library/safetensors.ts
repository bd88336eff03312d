/**
 * The safetensors layout: an 8-byte header length, a JSON header, then the tensors' bytes.
 *
 * Reading trusts nothing: every length, shape and offset is checked against the file before an array is made. Format:
 * https://huggingface.co/docs/safetensors (Python's `safetensors` reads what is written here). Only float32 is used.
 */
import * as v from 'valibot'
import { InputError } from '../../core/signal/signal'

export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export interface SafetensorsFile {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: readonly NamedTensor[]
}

const maxHeaderBytes = 8 * 2 ** 20
const maxTensors = 4096
/** A network of this product has at most some millions of weights; a file that claims more is not one of ours. */
const maxValues = 128 * 2 ** 20

const Length = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))
const TensorHeader = v.strictObject({
  dtype: v.literal('F32', 'Only float32 tensors (F32) are supported'),
  shape: v.pipe(v.array(Length), v.maxLength(8)),
  data_offsets: v.tuple([Length, Length])
})
const Metadata = v.record(v.string(), v.string())

/** The file's bytes; tensors stand in the order given, without gaps. */
export function encodeSafetensors({ metadata, tensors }: SafetensorsFile): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, (offset += values.byteLength)] }
  }
  // Padded with spaces so that the data starts at a multiple of eight bytes.
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(json.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + offset).fill(0x20, 8, 8 + headerLength)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.set(json, 8)
  let at = 8 + headerLength
  for (const { values } of tensors) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  return bytes
}

/** Throws InputError with one sentence for anything that does not hold. */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes)
  const { __metadata__: rawMetadata = {}, ...rest } = header
  const metadata = v.safeParse(Metadata, rawMetadata)
  if (!metadata.success) throw broken('its metadata is not a table of texts')
  const entries = Object.entries(rest)
  if (entries.length > maxTensors) throw broken(`it names ${entries.length} tensors; at most ${maxTensors} are read`)

  const described = entries.map(([name, raw]) => {
    const parsed = v.safeParse(TensorHeader, raw)
    if (!parsed.success) throw broken(`tensor "${name.slice(0, 80)}": ${parsed.issues[0].message}`)
    const { shape, data_offsets: [start, end] } = parsed.output // prettier-ignore
    const count = shape.reduce((product, length) => product * length, 1)
    if (count > maxValues || 4 * count !== end - start) {
      throw broken(`tensor "${name.slice(0, 80)}" of shape [${shape}] does not fit its ${end - start} bytes`)
    }
    return { name, shape, start, end }
  })
  described.sort((a, b) => a.start - b.start)
  let expected = 0
  for (const { name, start, end } of described) {
    if (start !== expected)
      throw broken(
        `tensor "${name.slice(0, 80)}" starts at ${start}, expected ${expected}: tensors overlap or leave a gap`
      )
    expected = end
  }
  if (expected !== bytes.length - dataStart) {
    throw broken(
      `${bytes.length - dataStart} bytes of tensors follow the header, expected ${expected}: it was cut off or something was added`
    )
  }
  const tensors = described.map(({ name, shape, start, end }) => {
    // Copied: a view would not be aligned, and would keep the whole file alive.
    // Not `slice`: on Node's Buffer it makes a view of a shared pool.
    const values = new Float32Array((end - start) / 4)
    new Uint8Array(values.buffer).set(bytes.subarray(dataStart + start, dataStart + end))
    return { name, shape, values }
  })
  return { metadata: metadata.output, tensors }
}

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < 8) throw broken(`it has only ${bytes.length} bytes`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > maxHeaderBytes || length > bytes.length - 8) {
    throw broken(`it announces a header of ${length} bytes in a file of ${bytes.length}`)
  }
  let header: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length))
    header = JSON.parse(text, (key, value) => {
      if (key === '__proto__') throw new Error('the key __proto__')
      return value
    })
  } catch (error) {
    throw broken(`its header is not JSON (${(error as Error).message.slice(0, 80)})`)
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw broken('its header is not a table')
  return { header: header as Record<string, unknown>, dataStart: 8 + length }
}

function broken(reason: string): InputError {
  return new InputError(`This is not a complete safetensors file: ${reason}.`)
}
