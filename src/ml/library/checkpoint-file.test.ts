import { expect, test } from 'vitest'
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint-file'

const checkpoint = {
  json: { step: 7, random: [1, 2, 3], spare: 0.1 + 0.2, nothing: null },
  arrays: {
    weights: Float32Array.from([1, -0, NaN, Infinity, 1e-40]),
    none: new Float32Array(0),
    streams: Float64Array.from([Math.PI, -0, NaN])
  }
}

test('what is written is read back, bit for bit', () => {
  const { json, arrays } = decodeCheckpoint(encodeCheckpoint(checkpoint))
  expect(json).toEqual(checkpoint.json)
  expect({ ...arrays }).toEqual(checkpoint.arrays)
})

test('a file cut anywhere, longer, or with any byte changed is refused', () => {
  const whole = encodeCheckpoint(checkpoint)
  for (let length = 0; length < whole.length; length += 1)
    expect(() => decodeCheckpoint(whole.slice(0, length)), `cut to ${length}`).toThrow(/not a checkpoint|SHA-256/)
  expect(() => decodeCheckpoint(Uint8Array.from([...whole, 0]))).toThrow('SHA-256')
  for (let at = 0; at < whole.length; at += 1) {
    const changed = whole.slice()
    changed[at] ^= 1
    expect(() => decodeCheckpoint(changed), `byte ${at}`).toThrow(/not a checkpoint|SHA-256/)
  }
})
