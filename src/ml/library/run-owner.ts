/**
 * Which process trains a run: `owner.pid` in its folder names it, as long as it does. The window and the command line
 * share a folder of runs, and two programs that train one run would write over one another.
 */
import { randomBytes } from 'node:crypto'
import { link, open, readFile, rename, rm, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InputError } from '../../core/signal/signal'
import { isAlive, startOf } from './is-alive'
import { safeWrite } from './safe-write'

/** Whoever changes a record holds its run for a moment. */
const patienceMilliseconds = 2000
const pauseMilliseconds = 20
/** Whether a process of another computer lives is told by nothing but this: it touches the file now and then. */
const touchedEveryMilliseconds = 60_000
const forgottenAfterMilliseconds = 10 * touchedEveryMilliseconds

/** The files that this process holds: one that names it and is not among them is of an older one with its number. */
const held = new Set<string>()

/** Another process has it. */
export class RunTaken extends InputError {}

export class RunOwner {
  readonly #path: string

  constructor(readonly folder: string) {
    this.#path = resolve(folder, 'owner.pid')
  }

  get isThisProcess(): boolean {
    return held.has(this.#path)
  }

  /**
   * The number of the process that has the run, and its computer if that is another one; undefined if none has. A process
   * that died has nothing; on another computer that is found ten minutes later.
   */
  async process(): Promise<string | undefined> {
    const line = await this.#read()
    return line === undefined ? undefined : this.#ownerIn(line)
  }

  /**
   * Nobody else has the run until the function returned is called, which never throws.
   * @throws RunTaken if somebody has it, for longer than it takes to change a record
   */
  async claim(): Promise<() => Promise<void>> {
    const giveUp = performance.now() + patienceMilliseconds
    while (!(await this.#take())) {
      const owner = await this.process()
      if (owner === undefined) continue
      if (performance.now() > giveUp)
        throw new RunTaken(
          `Run ${basename(this.folder)} is being trained by process ${owner}. Wait for it, or end it first.`
        )
      await delay(pauseMilliseconds)
    }
    held.add(this.#path)
    const touch = () => void utimes(this.#path, new Date(), new Date()).catch(() => undefined)
    const timer = setInterval(touch, touchedEveryMilliseconds).unref()
    return async () => {
      clearInterval(timer)
      held.delete(this.#path)
      // What stays names a process that has it no more.
      await rm(this.#path, { force: true }).catch(() => undefined)
    }
  }

  async #take(): Promise<boolean> {
    await this.#removeStale()
    const mine = this.#temporary()
    const line = `${process.pid} ${startOf(process.pid) ?? '-'} ${hostname()}\n`
    await safeWrite(mine, line)
    try {
      // Where there are links, the file has all of its content as soon as it has its name.
      await link(mine, this.#path)
      return true
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return false
      if (code !== undefined && withoutLinks.has(code)) return await this.#takeWithoutLinks(line)
      throw error
    } finally {
      await unlink(mine).catch(() => undefined)
    }
  }

  async #takeWithoutLinks(line: string): Promise<boolean> {
    try {
      const file = await open(this.#path, 'wx')
      await file.write(line).finally(() => file.close())
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  }

  async #removeStale(): Promise<void> {
    const line = await this.#read()
    if (line === undefined || (await this.#ownerIn(line)) !== undefined) return
    const aside = this.#temporary()
    try {
      await rename(this.#path, aside)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    // Another process may have done the same, and taken it, between the two calls.
    if ((await readFile(aside, 'utf8')) === line) await unlink(aside)
    else await rename(aside, this.#path)
  }

  async #ownerIn(line: string): Promise<string | undefined> {
    const [number, start, host = hostname()] = line.trim().split(' ')
    const pid = Number(number)
    if (!Number.isInteger(pid) || pid <= 0) return undefined
    if (host !== hostname()) return (await this.#wasTouched()) ? `${pid} on ${host}` : undefined
    if (!isAlive(pid) || (pid === process.pid && !this.isThisProcess)) return undefined
    // After a power cut another program may have the number.
    const found = startOf(pid)
    return found === undefined || start === undefined || start === '-' || found === start ? `${pid}` : undefined
  }

  async #wasTouched(): Promise<boolean> {
    const found = await stat(this.#path).catch(() => undefined)
    return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < forgottenAfterMilliseconds
  }

  async #read(): Promise<string | undefined> {
    try {
      return await readFile(this.#path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  #temporary(): string {
    return join(this.folder, `.owner.pid.${process.pid}.${randomBytes(6).toString('hex')}.tmp`)
  }
}

/** What file systems say that have none, as that of a memory stick. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])
