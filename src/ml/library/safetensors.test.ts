import { describe, expect, test } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from './safetensors'

const file = {
  metadata: { format: 'test' },
  tensors: [
    { name: 'a', shape: [2, 3], values: Float32Array.from([1, -2, 3.5, 0, 1e-40, 1e38]) },
    { name: 'empty', shape: [0], values: new Float32Array(0) },
    { name: 'b', shape: [], values: Float32Array.from([7]) }
  ]
}

/** A file with the header given and `dataBytes` zero bytes behind it. */
function fileWith(header: unknown, dataBytes = 0): Uint8Array {
  const json = new TextEncoder().encode(typeof header === 'string' ? header : JSON.stringify(header))
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  return bytes
}

const tensor = (shape: unknown, data_offsets: unknown, dtype: unknown = 'F32') => ({
  a: { dtype, shape, data_offsets }
})

test('what is written is read back, bit for bit', () => {
  const read = decodeSafetensors(encodeSafetensors(file))
  expect(read.metadata).toEqual(file.metadata)
  expect(new Map(read.tensors.map(({ name, values }) => [name, values]))).toEqual(
    new Map(file.tensors.map(({ name, values }) => [name, values]))
  )
})

test('a file cut anywhere is refused', () => {
  const whole = encodeSafetensors(file)
  for (let length = 0; length < whole.length; length += 1) {
    expect(() => decodeSafetensors(whole.slice(0, length)), `cut to ${length}`).toThrow(
      'not a complete safetensors file'
    )
  }
})

test('bytes behind the last tensor are refused', () => {
  expect(() => decodeSafetensors(Uint8Array.from([...encodeSafetensors(file), 0]))).toThrow('something was added')
})

describe('hostile headers are refused before an array is made', () => {
  test.each([
    ['negative length', tensor([-1], [0, 4])],
    ['fractional length', tensor([1.5], [0, 6])],
    ['more values than bytes', tensor([1000, 1000, 1000], [0, 4])],
    ['a product that overflows', tensor([2 ** 31, 2 ** 31, 2 ** 31], [0, 4])],
    ['too many dimensions', tensor(Array(100).fill(1), [0, 4])],
    ['another type', tensor([1], [0, 4], 'I64')],
    ['an endless string type', tensor([2 ** 31], [0, 64], 'string')],
    ['offsets in the wrong order', tensor([1], [4, 0])],
    ['a gap', tensor([0], [4, 4])],
    ['an overlap', { ...tensor([1], [0, 4]), b: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }],
    ['a list instead of a table', [1, 2]],
    ['null', 'null'],
    ['no JSON', '{"a":'],
    ['a prototype', '{"__proto__": {"dtype": "F32"}}'],
    ['metadata that is no text', { __metadata__: { a: 1 } }]
  ])('%s', (_, header) => {
    expect(() => decodeSafetensors(fileWith(header, 4))).toThrow('not a complete safetensors file')
    expect(({} as Record<string, unknown>).dtype).toBeUndefined()
  })
})

test('a header longer than the file is refused', () => {
  const bytes = fileWith({})
  new DataView(bytes.buffer).setBigUint64(0, 2n ** 63n, true)
  expect(() => decodeSafetensors(bytes)).toThrow('announces a header')
})
