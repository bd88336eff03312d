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
  const end = () => waiting.splice(0).forEach((resolve) => resolve(undefined))
  child.on('error', end).on('exit', end)
  child.stdin.on('error', () => undefined)
  const ask = async (request: object) => {
    const answer = await new Promise<string | undefined>((resolve) => {
      waiting.push(resolve)
      child.stdin.write(`${JSON.stringify(request)}\n`)
    })
    return answer === undefined ? undefined : JSON.parse(answer)
  }
  const about = await ask({ what: 'about' })
  if (!about) return undefined
  return {
    ...about,
    best: (what, shape, repeats) => ask({ what, ...shape, repeats }),
    stop: () => child.stdin.end()
  }
}
