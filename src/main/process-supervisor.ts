/**
 * Keeps a hosted process alive: starts it, watches its heartbeat, restarts it, ends it.
 *
 * Knows nothing of Electron: `fork` is handed in, so tests use a child of their own. Two facts shape it: posting to a
 * child that has ended can crash main, so `alive` falls before anything else in an exit handler; and an exit code
 * alone lies, so an end is judged from the exit, the system's report and the child's own "bye".
 */
import type { ChildMessage, ParentMessage } from '../contract/app'
import { tellsOfMemory } from './last-words'
import { RestartBudget } from './restart-budget'

/** What the supervisor needs of a process. */
export interface HostedChild {
  post(message: ParentMessage, ports: readonly unknown[]): void
  /** Ask the system to end it. */
  kill(): void
  /** End it without asking. */
  killHard(): void
}

/** What a process reports; `gone` is the system's word on how it ended and may come before or after `exit`. */
export interface ChildEvents {
  message(message: ChildMessage): void
  exit(code: number, lastErrorLine: string): void
  gone(reason: string): void
}

export type ProcessState =
  | { kind: 'starting' }
  | { kind: 'ready' }
  | { kind: 'stopping' }
  | { kind: 'dead'; reason: string; restarting: boolean }

export interface SupervisorOptions {
  /** As it is told to people: "laboratory". */
  readonly name: string
  /** How long it may take to write things down when it is asked to end. */
  readonly stopMilliseconds?: number
  fork(events: ChildEvents): HostedChild
  /** A process was started; it can be given its files and a port. */
  onStarted(): void
  onEnded(reason: string, restarting: boolean): void
  /** Anything that it says beside its heartbeat. */
  onMessage?(message: ChildMessage): void
  /** Seconds without a heartbeat; 0 when it came back. */
  onSilent(seconds: number): void
}

/** The other of `exit` and `gone` comes within this time or not at all. */
const verdictDelay = 500
const silenceLimit = 10_000
const usualStopDelay = 5_000
const killDelay = 3_000

/** One process from fork to verdict. */
interface Life {
  alive: boolean
  child: HostedChild
  bye: boolean
  exit?: { code: number; lastErrorLine: string }
  goneReason?: string
  verdict?: ReturnType<typeof setTimeout>
  lastHeard: number
  silent: boolean
}

export class ProcessSupervisor {
  state: ProcessState = { kind: 'dead', reason: 'It was not started.', restarting: false }
  readonly #budget = new RestartBudget()
  readonly #options: SupervisorOptions
  #life: Life | undefined
  #whenEnded: (() => void)[] = []
  #watch: ReturnType<typeof setInterval> | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#life) return
    const life = { alive: true, bye: false, lastHeard: performance.now(), silent: false } as Life
    life.child = this.#options.fork({
      message: (message) => this.#onMessage(life, message),
      exit: (code, lastErrorLine) => {
        life.alive = false
        life.exit = { code, lastErrorLine }
        this.#awaitVerdict(life)
      },
      gone: (reason) => {
        life.alive = false
        life.goneReason = reason
        this.#awaitVerdict(life)
      }
    })
    this.#life = life
    this.state = { kind: 'starting' }
    this.#watch = setInterval(() => this.#checkHeartbeat(life), 1000)
    this.#options.onStarted()
  }

  /** False if there is no process to hear it. */
  post(message: ParentMessage, ports: readonly unknown[] = []): boolean {
    if (!this.#life?.alive) return false
    this.#life.child.post(message, ports)
    return true
  }

  /** Ask, then insist, then force. Resolves when the process is gone. */
  async stop(): Promise<void> {
    const life = this.#life
    if (!life) return
    const ended = new Promise<void>((resolve) => this.#whenEnded.push(resolve))
    this.state = { kind: 'stopping' }
    this.post({ kind: 'stop' })
    const stopDelay = this.#options.stopMilliseconds ?? usualStopDelay
    const insist = setTimeout(() => life.alive && life.child.kill(), stopDelay)
    const force = setTimeout(() => life.alive && life.child.killHard(), stopDelay + killDelay)
    await ended
    clearTimeout(insist)
    clearTimeout(force)
  }

  /** The user's wish: end what is there, and start with a fresh count of restarts. */
  async restart(): Promise<void> {
    this.#budget.reset()
    await this.stop()
    this.start()
  }

  #onMessage(life: Life, message: ChildMessage): void {
    life.lastHeard = performance.now()
    if (life.silent) {
      life.silent = false
      this.#options.onSilent(0)
    }
    if (message.kind === 'ready' && this.state.kind === 'starting') this.state = { kind: 'ready' }
    if (message.kind === 'bye') life.bye = true
    this.#options.onMessage?.(message)
  }

  /** A long computation is no reason to kill: the user is told and decides. Loading the library may take its time. */
  #checkHeartbeat(life: Life): void {
    const silence = performance.now() - life.lastHeard
    if (!life.alive || this.state.kind !== 'ready' || silence < silenceLimit) return
    life.silent = true
    this.#options.onSilent(Math.round(silence / 1000))
  }

  #awaitVerdict(life: Life): void {
    if (life !== this.#life) return
    if (life.exit && life.goneReason !== undefined) this.#conclude(life)
    else life.verdict ??= setTimeout(() => this.#conclude(life), verdictDelay)
  }

  #conclude(life: Life): void {
    clearTimeout(life.verdict)
    clearInterval(this.#watch)
    this.#life = undefined
    const reason = describeEnd(this.#options.name, life)
    const wanted = this.state.kind === 'stopping'
    const restarting = !wanted && this.#budget.take()
    this.state = { kind: 'dead', reason, restarting }
    for (const resolve of this.#whenEnded.splice(0)) resolve()
    if (!wanted) this.#options.onEnded(reason, restarting)
    if (restarting) this.start()
  }
}

/** Electron's words for how a process ended, as people say them; a plain end is the rest. */
const ends: Record<string, string> = {
  killed: 'was killed',
  crashed: 'crashed',
  oom: 'ran out of memory',
  'launch-failed': 'could not be started',
  'integrity-failure': 'was refused because its files were changed'
}

/** Ends without a word that may be for want of memory, by their codes: nothing else is known of them. */
const silentEnds: Record<number, string> = {
  5: 'It ends like this where it is refused memory.',
  9: 'The system does this where memory runs out.'
}

/** One or two sentences for people on how a process ended. */
function describeEnd(name: string, { bye, exit, goneReason }: Life): string {
  if (bye) return `The ${name} process ended by itself.`
  const how = tellsOfMemory(exit?.lastErrorLine ?? '') ? ends.oom : (ends[goneReason ?? ''] ?? 'ended')
  const code = exit && (how === 'ended' || exit.code !== 0) ? ` with code ${exit.code}` : ''
  const words = exit?.lastErrorLine && `Its last words: ${exit.lastErrorLine.replace(/\.?$/, '.')}`
  const detail = words || silentEnds[exit?.code ?? 0]
  return `The ${name} process ${how}${code}.${detail ? ` ${detail}` : ''}`
}
