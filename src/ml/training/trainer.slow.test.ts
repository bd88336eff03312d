import { expect, test } from 'vitest'
import { optimiserIds } from '../../core/training/optimisers'
import { loadEngine } from '../engine/tensorflow'
import { expectSameBits, smallRequests } from './trainings.testing'

const [sequences] = smallRequests

test.each(optimiserIds)('sequences with %s, broken off in an epoch, end with the same bits', async (id) => {
  expect(sequences.kind).toBe('sequences')
  await expectSameBits(loadEngine(), { ...sequences, optimiser: { id, params: {} } })
})
