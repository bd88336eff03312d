/** The options of a queue, the same for everybody who uses one, and the runner that a study gets by them. */
import { readFile, rm } from 'node:fs/promises'
import { childRunner, thisProgram } from '../ml/studies/child-runner'
import { holdsPassword, parseQueueAddress, type QueueAddress } from '../ml/studies/queue/address'
import type { TrialRunner } from '../ml/studies/runner'
import { UsageError, type OptionTable, type OptionValues } from './command'
import { scratchFolder, temporaryIn } from './scratch-folder'

export const passwordVariable = 'SIGNAL_LAB_QUEUE_PASSWORD'

export const queueOptions = {
  queue: {
    type: 'string',
    value: 'URL',
    description: `Redis or Valkey: redis://HOST[:PORT][/DATABASE], rediss:// for TLS; the password in ${passwordVariable}`
  },
  'queue-ca': {
    type: 'string',
    value: 'FILE',
    description: 'authority of its certificate, if the system knows it not'
  },
  'queue-cert': { type: 'string', value: 'FILE', description: 'own certificate, where the queue asks for one' },
  'queue-key': { type: 'string', value: 'FILE', description: 'key of the own certificate' }
} as const satisfies OptionTable

export type QueueOptions = OptionValues<typeof queueOptions>

/** Undefined where no queue is named. Throws UsageError; takes the password out of the environment of later processes. */
export async function queueAddressOf(
  options: QueueOptions,
  note: (sentence: string) => void
): Promise<QueueAddress | undefined> {
  const { [passwordVariable]: password } = process.env
  delete process.env[passwordVariable]
  if (options.queue === undefined) {
    const stray = (['queue-ca', 'queue-cert', 'queue-key'] as const).find((name) => options[name] !== undefined)
    if (stray) throw new UsageError(`--${stray} means nothing without --queue`)
    return undefined
  }
  if (holdsPassword(options.queue))
    note(`Others on this computer can read the password in --queue: put it into ${passwordVariable} instead.`)
  const [ca, cert, key] = await Promise.all(
    (['queue-ca', 'queue-cert', 'queue-key'] as const).map((name) => pemOf(name, options[name]))
  )
  if ((cert === undefined) !== (key === undefined))
    throw new UsageError('--queue-cert and --queue-key are given together')
  const tls = ca !== undefined || cert !== undefined ? { ca, cert, key } : undefined
  try {
    return parseQueueAddress(options.queue, { password, tls })
  } catch (error) {
    throw new UsageError(`--queue: ${(error as Error).message}`)
  }
}

export interface OpenRunner {
  readonly runner: TrialRunner
  close(): Promise<void>
}

/** Workers behind a queue, or processes of this computer where none is named. */
export async function openTrialRunner(
  options: QueueOptions,
  hooks: { folderOf(trialId: string): string; note(sentence: string): void; readonly abort: AbortSignal }
): Promise<OpenRunner> {
  const address = await queueAddressOf(options, hooks.note)
  if (!address) {
    const scratch = await scratchFolder('siglab-trials')
    const program = { ...thisProgram(), env: temporaryIn(scratch) }
    return {
      runner: childRunner(program, hooks.folderOf),
      close: () => rm(scratch, { recursive: true, force: true })
    }
  }
  // Nobody who names no queue waits for its library.
  const { QueueRunner } = await import('../ml/studies/queue/queue-runner')
  const runner = await QueueRunner.open(address, hooks)
  return { runner, close: () => runner.close() }
}

async function pemOf(name: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw new UsageError(`--${name}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
