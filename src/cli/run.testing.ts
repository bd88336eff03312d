/** Runs command lines within a test and keeps what they print. */
import { Writable } from 'node:stream'
import { expect } from 'vitest'
import { main } from './index'

function collector(): { stream: Writable; text(): string } {
  const pieces: string[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk.toString('utf8'))
      done()
    }
  })
  return { stream, text: () => pieces.join('') }
}

/** One command line, as a user gives it. */
export async function siglab(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err] = [collector(), collector()]
  const code = await main(args, out.stream, err.stream)
  return { code, out: out.text(), err: err.text() }
}

/** The one object that --json printed. */
export async function siglabJson(...args: string[]): Promise<{ code: number; json: Record<string, unknown> }> {
  const { code, out } = await siglab(...args, '--json')
  expect(out.endsWith('}\n')).toBe(true)
  expect(out.trimEnd()).not.toContain('\n')
  return { code, json: JSON.parse(out) }
}
