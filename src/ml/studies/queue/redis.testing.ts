/** A Redis of a test's own: on a free port, in a temporary folder, ended and started again as the test wants. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian has the server's program under a second name in a package that starts no service. */
const programs = ['redis-server', 'valkey-server', 'redis-check-rdb']
const found = programs.find((name) => spawnSync(name, ['--version'], { argv0: 'redis-server' }).status === 0)

export const hasRedis = found !== undefined

export interface TestRedisOptions {
  readonly password?: string
  /** Keeps what it knows over a restart. */
  readonly isPersistent?: boolean
  /** Paths of PEM files: encrypted only, on the same port. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string }
}

export class TestRedis {
  #child: ChildProcess | undefined

  private constructor(
    readonly folder: string,
    readonly port: number,
    readonly options: TestRedisOptions
  ) {}

  static async start(options: TestRedisOptions = {}): Promise<TestRedis> {
    const redis = new TestRedis(await mkdtemp(join(tmpdir(), 'signal-lab-redis-')), await freePort(), options)
    await redis.run()
    return redis
  }

  get url(): string {
    return `${this.options.tls ? 'rediss' : 'redis'}://127.0.0.1:${this.port}`
  }

  /** Start it, again if it was stopped. */
  async run(): Promise<void> {
    const { password, isPersistent = false, tls } = this.options
    const port = tls ? ['--port', '0', '--tls-port', String(this.port)] : ['--port', String(this.port)]
    const args = [
      ...[...port, '--bind', '127.0.0.1', '--dir', this.folder, '--save', '', '--logfile', 'log'],
      ...['--appendonly', isPersistent ? 'yes' : 'no', '--appendfsync', 'always'],
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...(tls
        ? ['--tls-ca-cert-file', tls.ca, '--tls-cert-file', tls.cert, '--tls-key-file', tls.key, '--tls-auth-clients']
        : []),
      ...(tls ? ['yes'] : [])
    ]
    const child = spawn(found!, args, { argv0: 'redis-server', stdio: 'ignore' })
    this.#child = child
    let hasEnded = false
    child.once('exit', () => (hasEnded = true))
    while (!(await isListening(this.port))) if (hasEnded) throw new Error(`Redis did not start: see ${this.folder}/log`)
  }

  /** The answer of one command, a line for each of several. */
  cli(...command: string[]): string {
    const { password } = this.options
    const args = ['-p', String(this.port), ...(password === undefined ? [] : ['-a', password, '--no-auth-warning'])]
    return spawnSync('redis-cli', [...args, ...command], { encoding: 'utf8' }).stdout.trim()
  }

  /** Without a warning. */
  async kill(): Promise<void> {
    const child = this.#child
    if (!child) return
    this.#child = undefined
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }

  /** It answers nobody and closes nothing, as where the network is gone; until it is called with false. */
  freeze(isFrozen: boolean): void {
    this.#child?.kill(isFrozen ? 'SIGSTOP' : 'SIGCONT')
  }

  async remove(): Promise<void> {
    await this.kill()
    await rm(this.folder, { recursive: true, force: true })
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => setTimeout(() => resolve(false), 20))
    socket.once('connect', () => socket.destroy())
  })
}
