/** The command line as a process of its own whose readers go, and which is told to stop. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { RunFolder } from '../ml/library/run-folder'
import { buildCommandLine, kernelsEnvironment } from './bundle.testing'
import evaluate from './commands/evaluate'
import { main } from './index'
import { siglab as siglabHere } from './run.testing'

const bundles = join(__dirname, '../../.cache/streams-test/out')
let base: string
let program: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'siglab-streams-'))
  program = await buildCommandLine(bundles)
}, 60_000)
afterAll(async () => {
  await rm(base, { recursive: true })
  await rm(join(bundles, '..'), { recursive: true })
})
const at = (name: string) => join(base, name)

const training = (out: string, steps: number) =>
  `train --frequencies 10,30 --set units=4,layers=1 --batch-size 4 --ticks 16 --steps ${steps} --steps-per-epoch 5 --out ${out}`.split(
    ' '
  )

function siglab(...args: string[]): ChildProcess {
  const resources = join(__dirname, '../../resources')
  const env = { ...process.env, ...kernelsEnvironment, SIGNAL_LAB_RESOURCES: resources, SIGNAL_LAB_USER_DATA: base }
  return spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
}

function textOf(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.on('data', (piece: Buffer) => (text += piece.toString()))
  return () => text
}

const ended = (child: ChildProcess) =>
  new Promise<number | string | null>((resolve) => child.once('close', (code, signal) => resolve(code ?? signal)))

describe('whoever reads goes', () => {
  test.each([['models', '--json'], ['--help']])(
    'a result that nobody reads ends quietly as other tools do: %s',
    async (...args) => {
      const child = siglab(...args)
      const err = textOf(child.stderr)
      child.stdout!.destroy()
      expect({ code: await ended(child), err: err() }).toEqual({ code: 141, err: '' })
    }
  )

  test('a training goes on where nobody reads its notes', async () => {
    const child = siglab(...training(at('unread'), 20))
    const out = textOf(child.stdout)
    child.stderr!.once('data', () => child.stderr!.destroy())
    expect(await ended(child)).toBe(0)
    expect(out()).toContain('model.safetensors')
    expect(await new RunFolder(at('unread')).readRecord()).toMatchObject({ status: 'finished', step: 20 })
    expect(await readdir(at('unread'))).not.toContain('owner.pid')
  })

  test('a training stops and saves where nobody can read its result', async () => {
    const out = silent()
    const gone = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    expect(
      await main(
        training(at('unseen'), 5000),
        out,
        atNote(2, () => out.destroy(gone))
      )
    ).toBe(141)
    expect((await new RunFolder(at('unseen')).readRecord()).status).toBe('stopped')
    expect(await readdir(at('unseen'))).not.toContain('owner.pid')
  })
})

const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Takes notes, and does something at one of them. */
function atNote(number: number, act: () => void): Writable {
  let notes = 0
  return new Writable({
    write(_chunk, _encoding, done) {
      notes += 1
      if (notes === number) act()
      done()
    }
  })
}

describe.skipIf(process.platform === 'win32')('the first signal', () => {
  test('stops an evaluation between two mixes', async () => {
    const child = siglab('evaluate', '--mixes', '10000')
    const [out, err] = [textOf(child.stdout), textOf(child.stderr)]
    // TensorFlow tells of itself when it is loaded; then the evaluation begins.
    await new Promise((resolve) => child.stderr!.once('data', resolve))
    child.kill('SIGTERM')
    expect({ code: await ended(child), out: out() }).toEqual({ code: 130, out: '' })
    expect(err()).toContain('siglab evaluate: It was cancelled.\n')
  })

  test('stops a filter between two blocks, and the old output stays', async () => {
    await siglabHere('generate', '--frequencies', '1,3,5,7', '--duration', '400', '--out', at('mix.wav'))
    await writeFile(at('tone.wav'), 'old')
    const child = siglab('filter', at('mix.wav'), '--out', at('tone.wav'))
    const err = textOf(child.stderr)
    await new Promise((resolve) => child.stderr!.once('data', resolve))
    child.kill('SIGTERM')
    expect(await ended(child)).toBe(130)
    expect(err()).toContain('siglab filter: It was cancelled.\n')
    expect(await readFile(at('tone.wav'), 'utf8')).toBe('old')
    expect((await readdir(base)).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })

  test('ends a command that cannot be asked to stop', async () => {
    const child = siglab('generate', '--frequencies', '1,3', '--duration', '36000', '--out', at('long.wav'))
    await new Promise((resolve) => setTimeout(resolve, 500))
    child.kill('SIGTERM')
    expect(await ended(child)).toBe('SIGTERM')
    expect(existsSync(at('long.wav'))).toBe(false)
  })

  test('stops a training, which saves and is not finished', async () => {
    const err = atNote(2, () => process.emit('SIGINT', 'SIGINT'))
    expect(await main(training(at('stopped'), 5000), silent(), err)).toBe(130)
    expect((await new RunFolder(at('stopped')).readRecord()).status).toBe('stopped')
  })

  test('that comes when the work is done changes nothing', async () => {
    const run = vi.spyOn(evaluate, 'run').mockImplementation(async ({ abort }) => {
      process.emit('SIGINT', 'SIGINT')
      expect(abort.aborted).toBe(true)
      return { json: {}, text: 'all of it\n' }
    })
    expect(await main(['evaluate'], silent(), silent())).toBe(0)
    run.mockRestore()
  })
})
