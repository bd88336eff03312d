/** The command line as a process of its own, killed without a warning while it trains. */
import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Random } from '../core/random'
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

const small =
  '--frequencies 10,30,45 --set units=8,layers=1,dropout=0.2 --batch-size 12 --ticks 32 --schedule plateau --optimiser adamw --keep best'
const asked = (steps: number, stepsPerEpoch: number) =>
  `${small} --steps ${steps} --steps-per-epoch ${stepsPerEpoch}`.split(' ')

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

/** The run in `folder` is killed so long after each next checkpoint, within an epoch or in the middle of writing. */
async function killAt(moments: readonly number[], given: readonly string[], folder: string): Promise<void> {
  let known = 0
  for (const [index, delay] of moments.entries()) {
    const child = siglab('on', ...(index === 0 ? [...given, '--out', folder] : ['--resume', folder]))
    await untilCheckpoint(folder, known)
    await new Promise((resolve) => setTimeout(resolve, delay))
    child.kill('SIGKILL')
    expect(await ended(child), `kill ${index + 1}`).toBe('SIGKILL')
    const record = await new RunFolder(folder).readRecord()
    expect(record.status).toBe('running')
    known = record.step
  }
}

/** Everything a finished run is, but the times of its steps. */
async function expectSameRun(one: RunFolder, other: RunFolder): Promise<void> {
  expect((await other.readModel()).weights).toEqual((await one.readModel()).weights)
  const points = async (folder: RunFolder) =>
    (await folder.readHistory()).map(({ stepMilliseconds: _stepMilliseconds, ...point }) => point)
  expect(await points(other)).toEqual(await points(one))
  expect((await other.readRecord()).best).toEqual((await one.readRecord()).best)
}

const random = new Random(5)
const kills = Number(process.env.SIGNAL_LAB_KILLS ?? 10)

test.each([
  ['three times', 600, 60, [7, 31, 90]],
  [`${kills} times at random`, 150 * kills, 10, Array.from({ length: kills }, () => 200 * random.uniform())]
])(
  'a run that is killed %s ends with the same bits as one that is not',
  async (name, steps, stepsPerEpoch, moments) => {
    const [whole, killed] = [join(base, `${name}, whole`), join(base, name)]
    const given = asked(steps, stepsPerEpoch)
    expect(await ended(siglab('off', ...given, '--out', whole))).toBe(0)
    await killAt(moments, given, killed)
    expect(await ended(siglab('on', '--resume', killed))).toBe(0)
    await expectSameRun(new RunFolder(whole), new RunFolder(killed))
    // Nothing half-written is left lying about.
    const left = (await readdir(killed, { recursive: true })).filter((name) => name.endsWith('.tmp'))
    expect(left).toEqual([])
    expect(await readFile(join(killed, 'run.json'), 'utf8')).toContain('"status": "finished"')
  },
  180_000 + 10_000 * kills
)
