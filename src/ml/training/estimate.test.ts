import { expect, test } from 'vitest'
import { usualSequences } from '../../contract/train-defaults'
import { architectureById } from '../architectures'
import { sizesOf } from './estimate'

test('a network whose checkpoints could not be read again is refused with its size', () => {
  const { params } = architectureById('cnn')
  const highest = Object.fromEntries(
    Object.entries(params).flatMap(([name, spec]) => ('high' in spec ? [[name, spec.high]] : []))
  )
  const request = { ...usualSequences(), architecture: 'cnn' }
  expect(() => sizesOf({ ...request, params: highest })).toThrow(
    /^A network may have 60,000,000 parameters, or its training could not be taken up again\. Received: \d{3},\d{3},\d{3}\. Take fewer layers or units\.$/
  )
  expect(sizesOf({ ...request, params: {} }).parameterCount).toBeLessThan(1_000_000)
})
