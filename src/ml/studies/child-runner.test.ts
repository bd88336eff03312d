import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { budgets, requestFor } from './budgets'
import { childRunner, commandLineArgs, readTrialResult, requestFile } from './child-runner'
import { TrialAborted, type Trial } from './runner'
import { trialIdOf, type TrialEpoch, type TrialResult } from './trial-result'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siglab-trials-'))
})
afterAll(() => rm(folder, { recursive: true }))

const request = requestFor({}, budgets.smoke, 1)
const trial: Trial = { id: trialIdOf(request), request }
const never = new AbortController().signal
const result: Omit<TrialResult, 'isStopped'> = {
  ...{ request, epochs: [], r2: 0.5, trainingLoss: 1, validationLoss: null, parameterCount: 3, steps: 2 },
  ...{ trainingSeconds: 1, secondsPerEpoch: 0.5, peakMemoryMiB: 10, microsecondsPerSample: 1, kernel: 'test' }
}

/** A program in the place of the command line: tells three epochs, 50 ms apart, and writes a result when it is told to end. */
const wellBehaved = `
  const fs = require('node:fs')
  const [, , folder] = process.argv
  const end = (isStopped) => {
    fs.writeFileSync(folder + '/result.json', JSON.stringify({ ...${JSON.stringify(result)}, isStopped }))
    process.exit(0)
  }
  process.on('SIGTERM', () => end(true))
  console.log('a line that is no epoch')
  let epoch = 0
  setInterval(() => {
    epoch += 1
    if (epoch > 3) return end(false)
    console.log(JSON.stringify({ epoch, loss: 1, validationLoss: 1, validationR2: epoch / 10 }))
  }, 50)
`

const runnerOf = (script: string, name: string) =>
  childRunner({ command: process.execPath, args: ['-e', script] }, (id) => join(folder, name, id))

test('a trial is asked for by a file, tells its epochs, and its result is read', async () => {
  const told: TrialEpoch[] = []
  const onEpoch = (epoch: TrialEpoch) => {
    told.push(epoch)
    return 'go on' as const
  }
  const found = await runnerOf(wellBehaved, 'whole').run(trial, { onEpoch, abort: never })
  expect(found).toEqual({ ...result, isStopped: false })
  expect(told.map(({ validationR2 }) => validationR2)).toEqual([0.1, 0.2, 0.3])
  const asked = await readFile(join(folder, 'whole', trial.id, requestFile), 'utf8')
  expect(JSON.parse(asked)).toEqual(request)
  expect(await readTrialResult(join(folder, 'whole', trial.id))).toEqual(found)
})

test('a trial that is given up ends early and keeps what it had', async () => {
  const onEpoch = ({ epoch }: TrialEpoch) => (epoch === 2 ? 'stop' : 'go on')
  const found = await runnerOf(wellBehaved, 'stopped').run(trial, { onEpoch, abort: never })
  expect(found.isStopped).toBe(true)
})

test('a trial that breaks is told with its last words', async () => {
  const broken = runnerOf("console.error('first'); console.error('The disk is full.'); process.exit(3)", 'broken')
  const run = broken.run(trial, { onEpoch: () => 'go on', abort: never })
  await expect(run).rejects.toThrow('ended with code 3 and no result: The disk is full.')
})

test('a study that is stopped ends its trial at once', async () => {
  const controller = new AbortController()
  const onEpoch = () => {
    controller.abort()
    return 'go on' as const
  }
  const run = runnerOf(wellBehaved, 'aborted').run(trial, { onEpoch, abort: controller.signal })
  await expect(run).rejects.toThrow(TrialAborted)
  expect(await readTrialResult(join(folder, 'aborted', trial.id))).toBeUndefined()
})

test("Electron's own options stand before the folder of the app, and the command behind the mark", () => {
  const args = commandLineArgs({ electronVersion: '22.3.25', app: '/app' })
  expect(args.slice(-3)).toEqual(['/app', '--cli', '--'])
  expect(args).not.toContain('--ozone-platform=headless')
  const installed = commandLineArgs({ electronVersion: '45.4.1' })
  expect(installed.slice(-3)).toEqual(['--ozone-platform=headless', '--cli', '--'])
})
