/** Frames, script time and long tasks of the page, read from a trace that Chromium wrote. Knows nothing of the app. */

export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  /** The same without the time in which the machine let others run. */
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

export interface Spread {
  readonly median: number
  readonly p95: number
  readonly maximum: number
}

export interface FrameFigures {
  readonly frames: number
  readonly framesPerSecond: number
  /** Processor time of the page's main thread in script. */
  readonly scriptMilliseconds: Spread
  /** The same by the clock: on a busy machine it holds the time in which others ran. */
  readonly scriptByClockMilliseconds: Spread
  /** Tasks of the page's main thread over 50 ms of processor time. */
  readonly longTasks: number
  readonly longestTaskMilliseconds: number
}

/** Spans in which a main thread runs script, or cleans up after it. */
const scriptNames = new Set([
  ...['FunctionCall', 'EvaluateScript', 'EventDispatch', 'FireAnimationFrame', 'TimerFire', 'RunMicrotasks'],
  ...['HandlePostMessage', 'MinorGC', 'MajorGC', 'V8.GCScavenger', 'V8.GCFinalizeMC', 'V8.GCIncrementalMarking']
])
const taskNames = new Set(['RunTask', 'ThreadControllerImpl::RunTask'])
const longTaskMicroseconds = 50_000

export function measureFrames(events: readonly TraceEvent[]): FrameFigures {
  const { pid, tid } = pageThread(events)
  const own = events.filter((event) => event.pid === pid && event.tid === tid)
  const starts = own
    .filter(({ name }) => name === 'BeginMainThreadFrame')
    .map(({ ts }) => ts)
    .sort((a, b) => a - b)
  const script = outermost(own.filter(({ name, ph, dur }) => ph === 'X' && dur && scriptNames.has(name)))
  const frameOf = (time: number) => {
    let [low, high] = [0, starts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (starts[middle] <= time) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  const count = Math.max(0, starts.length - 1)
  const [processor, clock] = [new Float64Array(count), new Float64Array(count)]
  for (const { ts, dur = 0, tdur = dur } of script) {
    const frame = frameOf(ts)
    if (frame < 0 || frame >= count) continue
    processor[frame] += tdur / 1000
    clock[frame] += dur / 1000
  }
  const tasks = own.filter(({ name, ph }) => ph === 'X' && taskNames.has(name)).map(({ dur = 0, tdur = dur }) => tdur)
  return {
    frames: count,
    framesPerSecond: round((count * 1e6) / (starts[starts.length - 1] - starts[0])),
    scriptMilliseconds: spreadOf(processor),
    scriptByClockMilliseconds: spreadOf(clock),
    longTasks: tasks.filter((duration) => duration > longTaskMicroseconds).length,
    longestTaskMilliseconds: round(tasks.reduce((most, duration) => Math.max(most, duration), 0) / 1000)
  }
}

function spreadOf(times: Float64Array): Spread {
  const sorted = Float64Array.from(times).sort()
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN)
  return { median: at(0.5), p95: at(0.95), maximum: at(1) }
}

/** The main thread that drew the most frames: a trace holds those of helpers, too. */
function pageThread(events: readonly TraceEvent[]): { pid: number; tid: number } {
  const counts = new Map<string, number>()
  for (const { name, pid, tid } of events) {
    if (name !== 'BeginMainThreadFrame') continue
    counts.set(`${pid} ${tid}`, (counts.get(`${pid} ${tid}`) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one)
  if (!most) throw new Error('Expected a trace with frames of the page. Received one without any.')
  const [pid, tid] = most[0].split(' ').map(Number)
  return { pid, tid }
}

/** Spans that do not lie in another one. */
function outermost(events: readonly TraceEvent[]): readonly TraceEvent[] {
  const sorted = [...events].sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  let end = -Infinity
  return sorted.filter(({ ts, dur = 0 }) => {
    if (ts < end) return false
    end = ts + dur
    return true
  })
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
