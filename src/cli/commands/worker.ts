/** siglab worker */
import { mkdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { thisProgram } from '../../ml/studies/child-runner'
import { defineCommand, UsageError } from '../command'
import { parseNumber } from '../flags'
import { queueAddressOf, queueOptions } from '../queue-options'
import { scratchFolder, temporaryIn } from '../scratch-folder'
import { threadVariables } from '../threads'

export default defineCommand({
  name: 'worker',
  summary: `Train for studies and searches on other computers: takes one trial at a time from a queue, each in a process of its own,
and gives back where it stands and what comes out. Ctrl-C gives back the trial under way, and another worker goes on with it.
Only for a network that you trust: docs/several-machines.md.`,
  options: {
    ...queueOptions,
    name: { type: 'string', value: 'NAME', description: "what it is called in reports (default this computer's name)" },
    threads: { type: 'string', value: 'N', description: "threads to compute with (default all of the processor's)" },
    'checkpoint-seconds': {
      type: 'string',
      value: 'N',
      description: 'how often it is told where a trial stands',
      default: '30'
    },
    'lease-seconds': {
      type: 'string',
      value: 'N',
      description: 'a worker that was not heard of for so long loses its trial to another',
      default: '30'
    }
  },
  examples: [
    'SIGNAL_LAB_QUEUE_PASSWORD=… siglab worker --queue redis://studio.local',
    'siglab worker --queue rediss://studio.local:6380 --queue-ca ca.pem --threads 8'
  ],
  async run({ options, note, abort }) {
    const address = await queueAddressOf(options, note)
    if (!address) throw new UsageError('--queue is needed')
    const leaseSeconds = parseNumber('lease-seconds', options['lease-seconds'], { low: 1, high: 3600 })
    const threads = options.threads === undefined ? {} : threadVariables(options.threads)
    const { runWorker } = await import('../../ml/studies/queue/worker')
    const { workerName } = await import('../../ml/studies/queue/protocol')
    const scratch = await scratchFolder('siglab-worker')
    const temporary = join(scratch, 'temporary')
    await mkdir(temporary)
    const env = { ...threads, ...temporaryIn(temporary) }
    try {
      const tally = await runWorker(address, {
        program: { ...thisProgram(), env, options: ['--checkpoint-seconds', options['checkpoint-seconds']] },
        ...{ scratch, leaseSeconds, note, abort, name: workerName(options.name ?? hostname()) }
      })
      const text = `${tally.finished} finished, ${tally.failed} failed, ${tally.given} given back\n`
      return { json: tally, text, stopped: abort.aborted }
    } finally {
      await rm(scratch, { recursive: true, force: true })
    }
  }
})
