/**
 * Which process trains a run: `owner.pid` in its folder names it, as long as it does. The window and the command line
 * share a folder of runs, and two programs that train one run would write over one another.
 */
import { link, open, readFile, rm, stat, unlink, utimes } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InputError } from '../../core/signal/signal'
import { isAlive, startOf } from './is-alive'
import { safeWrite, temporaryFor } from './safe-write'

/** Whoever changes a record holds its run for a moment. */
const patienceMilliseconds = 2000
const pauseMilliseconds = 20
/** Whether a process of another computer lives is told by nothing but this: it touches the file now and then. */
const touchedEveryMilliseconds = 60_000
const forgottenAfterMilliseconds = 10 * touchedEveryMilliseconds

/** The files that this process holds: one that names it and is not among them is of an older one with its number. */
const held = new Set<string>()
/** The gates at which this process is. */
const atGate = new Set<string>()

/** Another process has it. */
export class RunTaken extends InputError {}

export class RunOwner {
  readonly #path: string
  readonly #gate: string

  constructor(readonly folder: string) {
    this.#path = resolve(folder, 'owner.pid')
    this.#gate = resolve(folder, 'owner.gate')
  }

  get isThisProcess(): boolean {
    return held.has(this.#path)
  }

  /**
   * The number of the process that has the run, and its computer if that is another one; undefined if none has. A process
   * that died has nothing; on another computer that is found ten minutes later.
   */
  async process(): Promise<string | undefined> {
    const line = await read(this.#path)
    return line === undefined ? undefined : this.#ownerIn(this.#path, line)
  }

  /**
   * Nobody else has the run until the function returned is called, which never throws.
   * @throws RunTaken if somebody has it, for longer than it takes to change a record
   */
  async claim(): Promise<() => Promise<void>> {
    const giveUp = performance.now() + patienceMilliseconds
    while (!(await this.#take())) {
      const owner = await this.process()
      if (owner !== undefined && performance.now() > giveUp)
        throw new RunTaken(
          `Run ${basename(this.folder)} is being trained by process ${owner}. Wait for it, or end it first.`
        )
      await delay(pauseMilliseconds)
    }
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
    const mine = temporaryFor(this.#path)
    const line = `${process.pid} ${startOf(process.pid) ?? '-'} ${hostname()}\n`
    await safeWrite(mine, line)
    try {
      await this.#removeStale(mine, line)
      const isTaken = await create(this.#path, mine, line)
      // At once: another that wants it in this process must not take the file for one of an older process.
      if (isTaken) held.add(this.#path)
      return isTaken
    } finally {
      await unlink(mine).catch(() => undefined)
    }
  }

  /**
   * One process at a time looks whether the file is of a dead one and removes it: of two, the second would remove what
   * the first has taken. That one goes through a gate, a file as `owner.pid` that is there for a moment.
   */
  async #removeStale(mine: string, line: string): Promise<void> {
    if (!(await this.#isStale(this.#path)) || atGate.has(this.#gate)) return
    atGate.add(this.#gate)
    try {
      if (await this.#isStale(this.#gate)) await rm(this.#gate, { force: true })
      if (!(await create(this.#gate, mine, line))) return
      try {
        if (await this.#isStale(this.#path)) await rm(this.#path, { force: true })
      } finally {
        await rm(this.#gate, { force: true }).catch(() => undefined)
      }
    } finally {
      atGate.delete(this.#gate)
    }
  }

  /** It is there, and names nobody who lives. */
  async #isStale(path: string): Promise<boolean> {
    const line = await read(path)
    return line !== undefined && (await this.#ownerIn(path, line)) === undefined
  }

  async #ownerIn(path: string, line: string): Promise<string | undefined> {
    const [number, start, host = hostname()] = line.trim().split(' ')
    const pid = Number(number)
    if (!Number.isInteger(pid) || pid <= 0) return undefined
    if (host !== hostname()) return (await wasTouched(path)) ? `${pid} on ${host}` : undefined
    if (!isAlive(pid) || (pid === process.pid && !held.has(path))) return undefined
    // After a power cut another program may have the number.
    const found = startOf(pid)
    return found === undefined || start === undefined || start === '-' || found === start ? `${pid}` : undefined
  }
}

/** Put `mine`, which holds `line`, under a name that is free; false if it is not. */
async function create(path: string, mine: string, line: string): Promise<boolean> {
  try {
    // Where there are links, the file has all of its content as soon as it has its name.
    await link(mine, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code === undefined || !withoutLinks.has(code)) throw error
    return createWithoutLinks(path, line)
  }
}

async function createWithoutLinks(path: string, line: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.write(line).finally(() => file.close())
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function wasTouched(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined && Math.abs(Date.now() - found.mtimeMs) < forgottenAfterMilliseconds
}

/** What file systems say that have none, as that of a memory stick. */
const withoutLinks: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])
