import { expect, test } from 'vitest'
import * as v from 'valibot'
import { commandOf } from '../contract/train-command'
import { TrainRequest } from '../contract/train-request'
import trainCommand from './commands/train'
import { parseCommandLine } from './command'
import { requestOf } from './train-request'

const read = (line: string) =>
  requestOf(parseCommandLine(trainCommand, line.split(' ')).values as Record<string, string | boolean>)

test.each([
  '--preset seed --epochs 7 --noise 0.5 --sequence-length 100 --sequence-stride 3 --heads frequency=0.5,phase=0 --optimiser sgd:momentum=0.95,nesterov=on --schedule step:everyEpochs=3',
  '--frequencies 1,3,5,7 --running ticks --noise 0.1-0.4 --early-stopping 4 --keep best --id my-one',
  '--frequencies 50,100 --sample-rate 8000 --degradations none --set units=32 --seed 9',
  '--universal --architecture gru --steps 30 --steps-per-epoch 10 --optimiser rmsprop --schedule plateau'
])('%s is a request, and the command made of it is the same request', (line) => {
  const request = read(line)
  expect(v.parse(TrainRequest, request)).toEqual(request)
  expect(read(commandOf(request).replace('siglab train ', ''))).toEqual(request)
})

test.each([
  ['--preset seed --optimiser adagrad', '--optimiser: expected one of adam, adamw, sgd, rmsprop. Received: adagrad'],
  ['--preset seed --optimiser sgd:beta1=1', '--optimiser: There is no parameter "beta1"'],
  ['--preset seed --schedule cosine:last=2', '--schedule: last: expected a number from 0 to 1. Received: 2'],
  ['--preset seed --early-stopping 0', '--early-stopping: expected a whole number from 1 to 10000. Received: 0'],
  ['--preset seed --universal', 'Expected one of --preset']
])('%s is refused', (line, sentence) => {
  expect(() => read(line)).toThrow(sentence)
})
