/**
 * Several machines on one: studies, workers and a Redis as processes of their own, killed, stopped and started again. The truth is
 * what the same search finds without a queue.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { makeCertificates } from '../ml/studies/queue/certificates.testing'
import { hasRedis, TestRedis, type TestRedisOptions } from '../ml/studies/queue/redis.testing'
import { buildCommandLine, kernelsEnvironment } from './bundle.testing'

const bundles = join(__dirname, '../../.cache/workers-test')
const password = 'correct horse'
const passwordEnvironment = { SIGNAL_LAB_QUEUE_PASSWORD: password }
const patience = 300_000

let base: string
let program: string
let oldProgram: string

test('there is a redis-server to test with', () => {
  expect(hasRedis, 'install redis-tools or redis-server: apt-get install -y redis-tools').toBe(true)
})

describe.skipIf(!hasRedis)('several machines', () => {
  beforeAll(async () => {
    base = await mkdtemp(join(tmpdir(), 'signal-lab-workers-'))
    program = await buildCommandLine(join(bundles, 'now'))
    oldProgram = await buildCommandLine(join(bundles, 'old'), { version: '0.0.9' })
  }, 120_000)
  afterEach(async () => {
    for (const one of started) one.child.kill('SIGKILL')
    started.clear()
    for (const redis of servers) await redis.remove()
    servers.clear()
  })
  afterAll(async () => {
    await rm(base, { recursive: true, force: true })
    await rm(bundles, { recursive: true, force: true })
  })

  /** Small trainings that no rule ends, so that their figures do not depend on their order. */
  const search = (trials: number, out: string, ...more: string[]) => {
    const size = ['--trials', String(trials), '--budget', 'short', '--architectures', 'lstm,gru', '--seed', '286']
    return ['search', '--method', 'random', ...size, '--out', join(base, out), ...more]
  }
  const worker = (name: string, url: string, ...more: string[]) => {
    const pace = ['--lease-seconds', '3', '--checkpoint-seconds', '0.3']
    return ['worker', '--queue', url, '--name', name, ...pace, ...more]
  }
  const local: Record<string, string> = {}

  test('the local search is the truth', async () => {
    const run = start(search(4, 'local'))
    expect(await run.ended).toBe(0)
    Object.assign(local, await figuresIn('local'))
    expect(Object.keys(local)).toHaveLength(4)
  }, 900_000)

  test('a killed worker and a restarted Redis change no figure, and every trial ends once', async () => {
    const redis = await startRedis({ password, isPersistent: true })
    const workers = ['one', 'two', 'three'].map((name) => start(worker(name, redis.url), passwordEnvironment))
    const run = start(search(4, 'killed', '--queue', redis.url), passwordEnvironment)

    // A worker in the middle of a trial that was written down at least once.
    const underWay = () => {
      const stands = (trial: string) => redis.cli('KEYS', `signal-lab:checkpoints:*:${trial}`) !== ''
      return workers.flatMap((one) => {
        const trial = [...one.text().matchAll(/Trial (\w+), attempt 1/g)].at(-1)?.[1]
        return trial && !one.text().includes(`Trial ${trial}: finished`) && stands(trial) ? [{ one, trial }] : []
      })[0]
    }
    let found = underWay()
    await until(() => (found = underWay()) !== undefined, 'a trial with a checkpoint')
    const { one: victim, trial } = found
    const trialProcesses = childrenOf(victim.child.pid!)
    expect(trialProcesses.length).toBeGreaterThan(0)
    victim.child.kill('SIGKILL')
    await until(() => trialProcesses.every((pid) => !isThere(pid)), 'the end of its trial process')

    const others = workers.filter((one) => one !== victim)
    const isTaken = () => others.some(({ text }) => text().includes(`Trial ${trial}, attempt 2`))
    await until(isTaken, 'another worker that goes on')
    const wasTakenUp = `Trial ${trial}: goes on where an attempt before was written down.`
    await until(() => others.some(({ text }) => text().includes(wasTakenUp)), 'a trial that goes on')

    // Redis in the middle of a trial on each of the others.
    await redis.kill()
    await until(() => [run, ...others].every(({ text }) => text().includes('does not answer')), 'that all miss Redis')
    await redis.run()
    await until(() => [run, ...others].every(({ text }) => text().includes('answers again')), 'that all are back')

    expect(await run.ended).toBe(0)
    await expectLocalFigures('killed', 4)
    for (const id of Object.keys(local)) {
      const ends = others.map(({ text }) => text().split(`Trial ${id}: finished`).length - 1)
      const byVictim = victim.text().includes(`Trial ${id}: finished`) ? 1 : 0
      expect(ends[0] + ends[1] + byVictim, `ends of ${id}`).toBe(1)
    }
    expect(run.text()).not.toMatch(/lost or damaged|forgotten/)
    for (const { text } of [run, ...workers]) expect(text()).not.toContain(password)
    await endAll(others)
    expect(redis.cli('KEYS', '*blob*')).toBe('')
  }, 900_000)

  test('a Redis that forgot everything costs nothing but time', async () => {
    const redis = await startRedis()
    const workers = ['one', 'two'].map((name) => start(worker(name, redis.url)))
    const run = start(search(3, 'forgotten', '--queue', redis.url))
    await until(() => workers.every(({ text }) => /Trial \w+, attempt 1/.test(text())), 'trials on both workers')
    await until(() => redis.cli('KEYS', '*:checkpoints:*') !== '', 'a checkpoint')
    await redis.kill()
    await until(() => run.text().includes('does not answer'), 'that the search misses Redis')
    await redis.run()
    expect(await run.ended).toBe(0)
    expect(run.text()).toContain('forgotten a trial')
    await expectLocalFigures('forgotten', 3)
    await endAll(workers)
  }, 900_000)

  test('a network that is gone for longer than a lease, and clocks that are hours apart, change no figure', async () => {
    const redis = await startRedis()
    const clock = join(base, 'clock.cjs')
    await writeFile(
      clock,
      `const now = Date.now
      Date.now = () => now() + 3600e3 * Number(process.env.HOURS)
      global.Date = new Proxy(Date, { construct: (real, given) => new real(...(given.length ? given : [Date.now()])) })`
    )
    const at = (hours: string) => ({ NODE_OPTIONS: `--require=${clock}`, HOURS: hours })
    const workers = [start(worker('ahead', redis.url), at('1')), start(worker('behind', redis.url), at('-1'))]
    const run = start(search(3, 'apart', '--queue', redis.url))
    await until(() => workers.every(({ text }) => /Trial \w+, attempt 1/.test(text())), 'trials on both workers')
    await until(() => redis.cli('KEYS', '*:checkpoints:*') !== '', 'a checkpoint')
    redis.freeze(true)
    // Twice the lease of these workers.
    await new Promise((resolve) => setTimeout(resolve, 6000))
    redis.freeze(false)
    expect(await run.ended).toBe(0)
    await expectLocalFigures('apart', 3)
    await endAll(workers)
  }, 900_000)

  test('a worker that is asked to end gives its trial back with where it stands', async () => {
    const redis = await startRedis()
    const first = start(worker('first', redis.url))
    const run = start(search(1, 'given', '--queue', redis.url))
    await until(() => redis.cli('KEYS', '*:checkpoints:*') !== '', 'a checkpoint')
    const [pid] = childrenOf(first.child.pid!)
    first.child.kill('SIGTERM')
    expect(await first.ended).toBe(130)
    expect(first.text()).toContain('given back with where it stands')
    expect(isThere(pid)).toBe(false)
    const second = start(worker('second', redis.url))
    expect(await run.ended).toBe(0)
    expect(second.text()).toContain('goes on where an attempt before was written down')
    await expectLocalFigures('given', 1)
    await endAll([second])
  }, 900_000)

  test('Ctrl-C on a search ends its trials everywhere, and a search that was killed is noticed', async () => {
    const redis = await startRedis()
    const one = start(worker('one', redis.url))
    // Longer than it takes until a study that is gone is missed.
    const long = search(2, 'stopped', '--budget', 'full', '--queue', redis.url)
    const stopped = start(long)
    await until(() => /Trial \w+, attempt 1/.test(one.text()), 'a trial')
    await until(() => childrenOf(one.child.pid!).length > 0, 'its process')
    const [pid] = childrenOf(one.child.pid!)
    stopped.child.kill('SIGINT')
    expect(await stopped.ended).toBe(130)
    await until(() => one.text().includes('cancelled by its study'), 'that the worker was told')
    expect(isThere(pid)).toBe(false)
    expect(existsSync(join(base, 'stopped/search-random.md'))).toBe(false)
    const killed = start(long)
    await until(() => one.text().split('attempt 1').length === 3, 'a second trial')
    killed.child.kill('SIGKILL')
    redis.cli('DEL', ...redis.cli('KEYS', 'signal-lab:study:*').split('\n'))
    await until(() => one.text().split('cancelled by its study').length === 3, 'that the study is missed')
    await endAll([one])
  }, 900_000)

  test('a worker of another version takes nothing, and the study says so', async () => {
    const redis = await startRedis()
    const old = start(worker('old', redis.url), {}, oldProgram)
    await until(() => old.text().includes('version 0.0.9, listens'), 'the old worker')
    await until(() => redis.cli('ZCARD', 'signal-lab:workers') === '1', 'its card')
    const smoke = ['study', 'dropout', '--budget', 'smoke', '--seeds', '1', '--rows', '0.2']
    const run = start([...smoke, '--out', join(base, 'versions'), '--queue', redis.url])
    await until(() => run.text().includes('those that do (1 of version 0.0.9)'), 'that the study says so')
    const now = start(worker('now', redis.url))
    expect(await run.ended).toBe(0)
    expect(old.text()).not.toContain('attempt')
    expect(now.text()).toContain('finished')
    await endAll([old, now])
  }, 900_000)

  test('passwords and certificates are asked for, and neither is told to anybody', async () => {
    const tls = makeCertificates(base)
    const redis = await startRedis({ password, tls })
    const trusted = ['--queue-ca', tls.ca, '--queue-cert', tls.cert, '--queue-key', tls.key]
    const refusals: [string[], Record<string, string>, string][] = [
      [trusted, {}, 'wants a password'],
      [trusted, { SIGNAL_LAB_QUEUE_PASSWORD: 'wrong horse' }, 'refuses the password'],
      [[], passwordEnvironment, 'name its authority with --queue-ca'],
      [['--queue-ca', tls.ca], passwordEnvironment, '--queue-cert and --queue-key']
    ]
    for (const [more, env, sentence] of refusals) {
      const refused = start(worker('refused', redis.url, ...more), env)
      expect(await refused.ended).toBe(1)
      expect(refused.text()).toContain(sentence)
      expect(refused.text()).not.toContain('horse')
    }
    const one = start(worker('one', redis.url, ...trusted), passwordEnvironment)
    const smoke = ['study', 'dropout', '--budget', 'smoke', '--seeds', '1', '--rows', '0.2']
    const run = start([...smoke, '--out', join(base, 'tls'), '--queue', redis.url, ...trusted], passwordEnvironment)
    await until(() => childrenOf(one.child.pid!).length > 0, 'a trial')
    const [pid] = childrenOf(one.child.pid!)
    for (const file of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${pid}/${file}`, 'utf8')).not.toContain(password)
    expect(await run.ended).toBe(0)
    expect((await readdir(join(base, 'tls/trials'))).length).toBeGreaterThan(0)
    await endAll([one])
  }, 900_000)

  interface Started {
    readonly child: ChildProcess
    /** What it printed so far, to both its outputs. */
    text(): string
    readonly ended: Promise<number | string | null>
  }
  const started = new Set<Started>()
  const servers = new Set<TestRedis>()

  async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
    const redis = await TestRedis.start(options)
    servers.add(redis)
    return redis
  }

  function start(args: string[], env: Record<string, string> = {}, path = program): Started {
    const child = spawn(process.execPath, [path, ...args], {
      ...{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...kernelsEnvironment, TMPDIR: base, ...env } }
    })
    let text = ''
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    const ended = new Promise<number | string | null>((resolve) =>
      child.once('close', (code, signal) => resolve(code ?? signal))
    )
    const one = { child, text: () => text, ended }
    started.add(one)
    return one
  }

  async function endAll(workers: readonly Started[]): Promise<void> {
    for (const { child } of workers) child.kill('SIGTERM')
    for (const { ended } of workers) expect(await ended).toBe(130)
  }

  async function until(isSo: () => boolean, what: string): Promise<void> {
    const giveUp = Date.now() + patience
    while (!isSo()) {
      if (Date.now() > giveUp)
        throw new Error(`Waited in vain for ${what}.\n${[...started].map(({ text }) => text()).join('\n--\n')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** A smaller search tries the first points of the larger one. */
  async function expectLocalFigures(out: string, trials: number): Promise<void> {
    const figures = await figuresIn(out)
    expect(Object.keys(figures)).toHaveLength(trials)
    expect(local).toMatchObject(figures)
  }

  /** Each trial's result by its id, without what a clock told. */
  async function figuresIn(out: string): Promise<Record<string, string>> {
    const trials = join(base, out, 'trials')
    const figures: Record<string, string> = {}
    for (const id of await readdir(trials)) {
      const result = JSON.parse(await readFile(join(trials, id, 'result.json'), 'utf8')) as Record<string, unknown>
      for (const name of ['trainingSeconds', 'secondsPerEpoch', 'peakMemoryMiB', 'microsecondsPerSample'])
        delete result[name]
      figures[id] = JSON.stringify(result)
    }
    return figures
  }
})

function childrenOf(pid: number): number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
  return stdout.split('\n').filter(Boolean).map(Number)
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}
