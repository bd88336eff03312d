/** Studies and workers of this process at a Redis of a test's own, with a small program in the place of a training. */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { budgets, requestFor } from '../budgets'
import type { Trial } from '../runner'
import { trialIdOf, type TrialResult } from '../trial-result'
import { parseQueueAddress } from './address'
import { QueueRunner } from './queue-runner'
import { runWorker, type WorkerTally } from './worker'

export const never = new AbortController().signal
const result: Omit<TrialResult, 'isStopped' | 'request'> = {
  ...{ epochs: [], r2: 0.5, trainingLoss: 1, validationLoss: null, parameterCount: 3, steps: 2 },
  ...{ trainingSeconds: 1, secondsPerEpoch: 0.5, peakMemoryMiB: 10, microsecondsPerSample: 1, kernel: 'test' }
}

/**
 * In the place of "siglab trial": an epoch every 20 ms and a checkpoint after each; its log has a line for every epoch that was
 * computed. `behaviour` runs before each epoch and sees `epoch`.
 */
const program = (log: string, { epochs = 5, behaviour = '', checkpointBytes = 1 } = {}) => ({
  command: process.execPath,
  args: [
    '-e',
    `
  const fs = require('node:fs')
  const folder = process.argv[2]
  const say = (line) => console.log(JSON.stringify(line))
  const request = JSON.parse(fs.readFileSync(folder + '/request.json', 'utf8'))
  const told = (epoch) => ({ epoch, loss: 1, validationLoss: 1, validationR2: epoch / 10 })
  let epoch = fs.existsSync(folder + '/trial.ckpt') ? Number(fs.readFileSync(folder + '/trial.ckpt', 'utf8')) : 0
  const all = () => Array.from({ length: epoch }, (_, index) => told(index + 1))
  const end = (isStopped) => {
    const result = { ...${JSON.stringify(result)}, request, epochs: all(), isStopped }
    fs.writeFileSync(folder + '/result.json', JSON.stringify(result))
    process.exit(0)
  }
  process.on('SIGTERM', () => (fs.existsSync(folder + '/pause') ? process.exit(0) : end(true)))
  all().forEach(say)
  setInterval(() => {
    if (epoch >= ${epochs}) return end(false)
    ${behaviour}
    epoch += 1
    fs.appendFileSync(${JSON.stringify(log)}, epoch + '\\n')
    say(told(epoch))
    fs.writeFileSync(folder + '/new.ckpt', String(epoch).padEnd(${checkpointBytes}))
    fs.renameSync(folder + '/new.ckpt', folder + '/trial.ckpt')
    say({ checkpoint: epoch })
  }, 20)
`
  ]
})

interface WorkOptions {
  readonly epochs?: number
  readonly behaviour?: string
  /** Of each, at least. */
  readonly checkpointBytes?: number
  /** Default that of the Redis itself. */
  readonly url?: string
}

/** What one test uses; all it writes is in `folder`. */
export function studioAt(redisUrl: string, folder: string) {
  const [log, results] = [join(folder, 'log'), join(folder, 'results')]
  return {
    log,
    results,
    openRunner: (notes: string[] = [], url = redisUrl) =>
      QueueRunner.open(parseQueueAddress(url), {
        folderOf: (id) => join(results, id),
        note: (sentence) => notes.push(sentence),
        abort: never
      }),
    /** Those that all workers together computed, in their order. */
    epochsComputed: async () => (await readFile(log, 'utf8')).trim().split('\n').map(Number),
    /** A worker until it is told to end. */
    async work(name: string, { url = redisUrl, ...options }: WorkOptions = {}) {
      const controller = new AbortController()
      const scratch = join(folder, `scratch-${name}`)
      const notes: string[] = []
      await mkdir(scratch, { recursive: true })
      const ended = runWorker(parseQueueAddress(url), {
        ...{ program: program(log, options), scratch, name, leaseSeconds: 1, abort: controller.signal },
        note: (sentence) => notes.push(sentence)
      })
      // Whoever waits for it hears of its failure.
      ended.catch(() => undefined)
      const end = (): Promise<WorkerTally> => {
        controller.abort()
        return ended
      }
      return { notes, scratch, ended, end }
    }
  }
}
export type Studio = ReturnType<typeof studioAt>

export function trialOf(seed: number): Trial {
  const request = requestFor({}, budgets.smoke, seed)
  return { id: trialIdOf(request), request }
}

export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10))
}
