/**
 * A file system that fails or stands still on command, for tests: put in the place of node:fs/promises, it counts every
 * call that can fail and lets the chosen one do so, once or from then on, or lets all of them wait.
 *
 *     vi.mock('node:fs/promises', async (original) => faultyFileSystem(await original()))
 */
import type * as FileSystem from 'node:fs/promises'

export interface Fault {
  /** Which call fails, from 1; 0 for none. */
  readonly at: number
  readonly code: string
  /** From the call on, every one fails: also the cleaning up behind the failure. */
  readonly forEver: boolean
}

const none: Fault = { at: 0, code: '', forEver: false }
let fault = none
let calls = 0
/** The calls since the last `inject`, by name, in order. */
export let record: string[] = []

/** Start counting anew; returns whether the call that was to fail has come. */
export function inject(next: Partial<Fault> = {}): () => boolean {
  fault = { ...none, ...next }
  calls = 0
  record = []
  return () => fault.at > 0 && calls >= fault.at
}

let released: Promise<void> | undefined

/** A disk that does not answer, until the function returned is called. */
export function hold(): () => void {
  let release = () => {}
  released = new Promise((resolve) => (release = resolve))
  return () => {
    released = undefined
    release()
  }
}

async function attempt<T>(name: string, action: () => Promise<T>): Promise<T> {
  calls += 1
  record.push(name)
  await released
  if (fault.at > 0 && (calls === fault.at || (fault.forEver && calls > fault.at))) {
    throw Object.assign(new Error(`${fault.code}: injected into ${name}`), { code: fault.code })
  }
  return action()
}

/** The same module, with every call that writes, names or reaches the disk behind the fault. */
export function faultyFileSystem(actual: typeof FileSystem): typeof FileSystem {
  const faulty = {
    ...actual,
    open: (...args: Parameters<typeof FileSystem.open>) =>
      attempt('open', async () => faultyHandle(await actual.open(...args))),
    rename: (from: string, to: string) => attempt('rename', () => actual.rename(from, to)),
    link: (from: string, to: string) => attempt('link', () => actual.link(from, to)),
    unlink: (path: string) => attempt('unlink', () => actual.unlink(path)),
    rm: (...args: Parameters<typeof FileSystem.rm>) => attempt('rm', () => actual.rm(...args)),
    mkdir: (...args: Parameters<typeof FileSystem.mkdir>) => attempt('mkdir', () => actual.mkdir(...args))
  } as typeof FileSystem
  return { ...faulty, default: faulty } as typeof FileSystem
}

function faultyHandle(handle: FileSystem.FileHandle): FileSystem.FileHandle {
  const behind = (name: 'write' | 'stat' | 'sync' | 'datasync' | 'truncate') => {
    const call = handle[name].bind(handle) as (...args: unknown[]) => Promise<unknown>
    return (...args: unknown[]) => attempt(name, () => call(...args))
  }
  return new Proxy(handle, {
    get(target, key) {
      if (key === 'write' || key === 'stat' || key === 'sync' || key === 'datasync' || key === 'truncate') {
        return behind(key)
      }
      // A close that fails has closed all the same.
      if (key === 'close') {
        return () =>
          attempt('close', () => target.close()).catch(async (error) => {
            await target.close().catch(() => {})
            throw error
          })
      }
      const value = Reflect.get(target, key, target) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    }
  })
}

/**
 * Let each call of `operation` fail in turn until it gets through, and look after every one.
 * @returns how many calls failed it
 */
export async function forEveryFault(
  { code, forEver }: Pick<Fault, 'code' | 'forEver'>,
  operation: () => Promise<unknown>,
  check: (outcome: { error?: NodeJS.ErrnoException; at: number }) => Promise<void>
): Promise<number> {
  let failures = 0
  for (let at = 1; ; at += 1) {
    const reached = inject({ at, code, forEver })
    const error = await operation().then(
      () => undefined,
      (reason: NodeJS.ErrnoException) => reason
    )
    const wasReached = reached()
    inject()
    if (error) failures += 1
    await check({ error, at })
    if (!wasReached) return failures
  }
}
