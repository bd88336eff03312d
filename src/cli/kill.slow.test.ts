/** The command line as a process of its own, killed without a warning while it trains. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { RunFolder } from '../ml/library/run-folder'
import { buildCommandLine, kernelsEnvironment } from './bundle.testing'

const bundles = join(__dirname, '../../.cache/kill-test/out')
let base: string
let program: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'signal-lab-kill-'))
  program = await buildCommandLine(bundles)
}, 60_000)
afterAll(async () => {
  await rm(base, { recursive: true })
  await rm(join(bundles, '..'), { recursive: true })
})

const small = '--frequencies 10,30,45 --set units=8,layers=1,dropout=0.2 --batch-size 12 --ticks 32 --schedule plateau'
const asked = [
  ...small.split(' '),
  '--steps',
  '600',
  '--steps-per-epoch',
  '60',
  '--keep',
  'best',
  '--optimiser',
  'adamw'
]

/** With `ahead` a thread makes the next block, which a kill finds half made. */
function siglab(ahead: 'on' | 'off', ...args: string[]): ChildProcess {
  const env = { ...process.env, ...kernelsEnvironment, SIGNAL_LAB_DATA_THREAD: ahead }
  return spawn(process.execPath, [program, 'train', ...args], { env, stdio: 'ignore' })
}

const ended = (child: ChildProcess) =>
  new Promise<number | string | null>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)))

/** Until there is a checkpoint beyond the ones that were there. */
async function untilCheckpoint(out: string, known: number): Promise<void> {
  const folder = join(out, 'checkpoints')
  for (;;) {
    const names = existsSync(folder) ? await readdir(folder) : []
    if (names.some((name) => Number(name.split('.')[0]) > known && name.endsWith('.ckpt'))) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

test('a run that is killed three times ends with the same bits as one that is not', async () => {
  const [whole, killed] = [join(base, 'whole'), join(base, 'killed')]
  expect(await ended(siglab('off', ...asked, '--out', whole))).toBe(0)
  let known = 0
  for (const [index, delay] of [7, 31, 90].entries()) {
    const child = siglab('on', ...(index === 0 ? [...asked, '--out', killed] : ['--resume', killed]))
    await untilCheckpoint(killed, known)
    // Somewhere within an epoch, or in the middle of writing.
    await new Promise((resolve) => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    expect(await ended(child)).toBe('SIGKILL')
    const record = await new RunFolder(killed).readRecord()
    expect(record.status).toBe('running')
    known = record.step
  }
  expect(known).toBeLessThan(600)
  expect(await ended(siglab('on', '--resume', killed))).toBe(0)
  const [one, other] = [new RunFolder(whole), new RunFolder(killed)]
  expect((await other.readModel()).weights).toEqual((await one.readModel()).weights)
  const points = async (folder: RunFolder) =>
    (await folder.readHistory()).map(({ stepMilliseconds: _stepMilliseconds, ...point }) => point)
  expect(await points(other)).toEqual(await points(one))
  expect((await other.readRecord()).best).toEqual((await one.readRecord()).best)
  // Nothing half-written is left lying about.
  const left = (await readdir(killed, { recursive: true })).filter((name) => name.endsWith('.tmp'))
  expect(left).toEqual([])
  expect(await readFile(join(killed, 'run.json'), 'utf8')).toContain('"status": "finished"')
}, 180_000)
