import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { smallRun } from './runs.testing'
import tensorboard, { eventFile } from './tensorboard'
import { torchModel } from './networks.testing'

test("the event file is that of TensorBoard's own classes, byte for byte", () => {
  const { started, seconds, steps, history, file } = JSON.parse(readFileSync('fixtures/tensorboard.json', 'utf8'))
  const run = smallRun({ createdAt: new Date(1000 * started).toISOString(), seconds, step: steps }, history)
  expect(Buffer.from(eventFile(run)).toString('hex')).toBe(file)
})

test('a model alone has no history to write, and says where one is', () => {
  const model = torchModel('lstm')
  expect(tensorboard.blockedBy({ model })).toContain('Export the run')
  expect(tensorboard.blockedBy({ model, run: smallRun({}, []) })).toContain('Export the run')
  expect(tensorboard.blockedBy({ model, run: smallRun() })).toBeUndefined()
  const [file] = tensorboard.filesOf({ model, run: smallRun() })
  expect(file.name).toBe('events.out.tfevents.1767225600.run-1')
})
