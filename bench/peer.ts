/** PyTorch in a process of its own, asked for one measurement at a time. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { NetworkShape } from './network'

export interface Peer {
  readonly version: string
  readonly threads: number
  /** The best of `repeats` steps, in milliseconds. */
  best(what: 'train' | 'predict', shape: NetworkShape, repeats: number): Promise<number>
  stop(): void
}

/** The Python that PEER_PYTHON names, or python3, if it has PyTorch. */
export async function startPyTorch(): Promise<Peer | undefined> {
  const script = 'bench/pytorch.py'
  if (!existsSync(script)) return undefined
  const child = spawn(process.env.PEER_PYTHON ?? 'python3', [script], { stdio: ['pipe', 'pipe', 'ignore'] })
  const waiting: ((line: string | undefined) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(line))
  let ended = false
  const end = () => {
    ended = true
    for (const resolve of waiting.splice(0)) resolve(undefined)
  }
  child.on('error', end).on('exit', end)
  child.stdin.on('error', end)
  const ask = async (request: object) => {
    const answer = await new Promise<string | undefined>((resolve) => {
      if (ended) return resolve(undefined)
      waiting.push(resolve)
      child.stdin.write(`${JSON.stringify(request)}\n`)
    })
    return answer === undefined ? undefined : JSON.parse(answer)
  }
  const about = await ask({ what: 'about' })
  if (!about) return undefined
  return {
    ...about,
    async best(what, shape, repeats) {
      const milliseconds = await ask({ what, ...shape, repeats })
      if (milliseconds === undefined) throw new Error('the PyTorch process ended before its answer')
      return milliseconds
    },
    stop: () => child.stdin.end()
  }
}
