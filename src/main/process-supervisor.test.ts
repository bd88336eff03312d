import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ParentMessage } from '../contract/app'
import { ProcessSupervisor, type ChildEvents } from './process-supervisor'

interface FakeChild {
  events: ChildEvents
  posted: ParentMessage['kind'][]
  kill: ReturnType<typeof vi.fn<() => void>>
  killHard: ReturnType<typeof vi.fn<() => void>>
}

let children: FakeChild[]
let ends: { reason: string; restarting: boolean }[]
let silences: number[]
let starts: number
let lab: ProcessSupervisor

beforeEach(() => {
  vi.useFakeTimers()
  children = []
  ends = []
  silences = []
  starts = 0
  lab = new ProcessSupervisor({
    name: 'laboratory',
    fork(events) {
      const child: FakeChild = { events, posted: [], kill: vi.fn(), killHard: vi.fn() }
      children.push(child)
      return { ...child, post: (message) => child.posted.push(message.kind) }
    },
    onStarted: () => (starts += 1),
    onEnded: (reason, restarting) => ends.push({ reason, restarting }),
    onSilent: (seconds) => silences.push(seconds)
  })
})
afterEach(() => vi.useRealTimers())

const newest = () => children[children.length - 1]
/** The process dies without a word, as after kill -9. */
function die() {
  newest().events.exit(9, '')
  newest().events.gone('killed')
}

describe('ProcessSupervisor', () => {
  it('goes from starting to ready with the child’s word', () => {
    lab.start()
    expect(lab.state.kind).toBe('starting')
    newest().events.message({ kind: 'ready' })
    expect(lab.state.kind).toBe('ready')
    expect(starts).toBe(1)
  })

  it('never posts to a child that has ended', () => {
    lab.start()
    expect(lab.post({ kind: 'port' })).toBe(true)
    newest().events.exit(1, 'Error: no library')
    expect(lab.post({ kind: 'port' })).toBe(false)
    expect(newest().posted).toEqual(['port'])
  })

  it('judges an end from both reports, in either order', () => {
    lab.start()
    newest().events.exit(9, '')
    expect(ends).toEqual([])
    newest().events.gone('killed')
    const reason = 'The laboratory process was killed with code 9. The system does this where memory runs out.'
    expect(ends).toEqual([{ reason, restarting: true }])
    newest().events.gone('crashed')
    newest().events.exit(6, 'Aborted')
    expect(ends[1].reason).toBe('The laboratory process crashed with code 6. Its last words: Aborted.')
  })

  it('tells an end without memory as that, by the system’s word or by its own', () => {
    const words = 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'
    for (const [line, gone] of [
      ['', 'oom'],
      [words, 'crashed'],
      ["terminate called after throwing an instance of 'std::bad_alloc'", 'crashed']
    ]) {
      lab.start()
      newest().events.exit(134, line)
      newest().events.gone(gone)
    }
    for (const { reason } of ends) expect(reason).toMatch(/^The laboratory process ran out of memory with code 134\./)
    expect(ends).toHaveLength(3)
  })

  it('says what an end without a word may mean, and nothing more', () => {
    for (const [code, gone] of [
      [5, 'crashed'],
      [11, 'crashed']
    ] as const) {
      lab.start()
      newest().events.exit(code, '')
      newest().events.gone(gone)
    }
    expect(ends.map(({ reason }) => reason)).toEqual([
      'The laboratory process crashed with code 5. It ends like this where it is refused memory.',
      'The laboratory process crashed with code 11.'
    ])
  })

  it('does not wait for a second report for ever', () => {
    lab.start()
    newest().events.exit(1, 'Error: no library')
    vi.advanceTimersByTime(500)
    expect(ends[0].reason).toBe('The laboratory process ended with code 1. Its last words: Error: no library.')
    expect(starts).toBe(2)
  })

  it('restarts three times in five minutes and then waits for the user', async () => {
    lab.start()
    for (let time = 0; time < 4; time += 1) die()
    expect(ends.map(({ restarting }) => restarting)).toEqual([true, true, true, false])
    expect(lab.state).toMatchObject({ kind: 'dead', restarting: false })
    await lab.restart()
    expect(lab.state.kind).toBe('starting')
    die()
    expect(ends[4].restarting).toBe(true)
  })

  it('forgets restarts that are long ago', () => {
    lab.start()
    for (let time = 0; time < 6; time += 1) {
      die()
      vi.advanceTimersByTime(2 * 60_000)
    }
    expect(ends.every(({ restarting }) => restarting)).toBe(true)
  })

  it('tells of a silence and of its end, and kills nobody', () => {
    lab.start()
    vi.advanceTimersByTime(60_000)
    expect(silences).toEqual([]) // Loading the library may take its time.
    newest().events.message({ kind: 'ready' })
    vi.advanceTimersByTime(9_000)
    expect(silences).toEqual([])
    vi.advanceTimersByTime(2_000)
    expect(silences).toEqual([10, 11])
    newest().events.message({ kind: 'heartbeat' })
    expect(silences).toEqual([10, 11, 0])
    expect(newest().kill).not.toHaveBeenCalled()
  })

  it('takes a clock that is set for no silence, and counts restarts by none', () => {
    lab.start()
    newest().events.message({ kind: 'ready' })
    for (const date of ['2036-01-01', '2025-01-01', '2026-03-29T01:00:00Z']) {
      vi.setSystemTime(new Date(date))
      vi.advanceTimersByTime(5000)
      newest().events.message({ kind: 'heartbeat' })
      vi.setSystemTime(new Date('2000-01-01'))
      die()
      vi.advanceTimersByTime(1000)
      newest().events.message({ kind: 'ready' })
    }
    expect(silences).toEqual([])
    vi.setSystemTime(new Date('2040-01-01'))
    die()
    vi.advanceTimersByTime(1000)
    expect(ends.map(({ restarting }) => restarting)).toEqual([true, true, true, false])
  })

  it('asks, then insists, then forces', async () => {
    lab.start()
    const stopped = lab.stop()
    expect(newest().posted).toEqual(['stop'])
    vi.advanceTimersByTime(5_000)
    expect(newest().kill).toHaveBeenCalledOnce()
    expect(newest().killHard).not.toHaveBeenCalled()
    vi.advanceTimersByTime(3_000)
    expect(newest().killHard).toHaveBeenCalledOnce()
    die()
    await stopped
    expect(ends).toEqual([]) // A wanted end is no news.
    expect(starts).toBe(1)
  })

  it('lets a process that says good-bye end in peace', async () => {
    lab.start()
    const stopped = lab.stop()
    newest().events.message({ kind: 'bye' })
    newest().events.exit(0, '')
    vi.advanceTimersByTime(500)
    await stopped
    vi.advanceTimersByTime(10_000)
    expect(newest().kill).not.toHaveBeenCalled()
    expect(lab.state).toMatchObject({ kind: 'dead' })
  })
})
