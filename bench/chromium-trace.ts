/** Frames, script time and long tasks of the page, read from a trace that Chromium wrote. Knows nothing of the app. */

export interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  readonly args?: { readonly name?: string }
}

export interface FrameFigures {
  readonly frames: number
  readonly framesPerSecond: number
  readonly scriptMilliseconds: { readonly median: number; readonly p95: number; readonly maximum: number }
  /** Tasks of the page's main thread over 50 ms. */
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
  const script = union(own.filter(({ name, ph, dur }) => ph === 'X' && dur && scriptNames.has(name)))
  const times: number[] = []
  let next = 0
  for (let frame = 0; frame + 1 < starts.length; frame += 1) {
    const [from, to] = [starts[frame], starts[frame + 1]]
    let sum = 0
    while (next < script.length && script[next].end <= from) next += 1
    for (let at = next; at < script.length && script[at].start < to; at += 1) {
      sum += Math.min(to, script[at].end) - Math.max(from, script[at].start)
    }
    times.push(sum / 1000)
  }
  const tasks = own.filter(({ name, ph }) => ph === 'X' && taskNames.has(name)).map(({ dur }) => dur ?? 0)
  const sorted = [...times].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
  return {
    frames: times.length,
    framesPerSecond: (times.length * 1e6) / (starts[starts.length - 1] - starts[0]),
    scriptMilliseconds: { median: round(at(0.5)), p95: round(at(0.95)), maximum: round(at(1)) },
    longTasks: tasks.filter((duration) => duration > longTaskMicroseconds).length,
    longestTaskMilliseconds: round(Math.max(0, ...tasks) / 1000)
  }
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

/** Spans that overlap or lie in each other, as one. */
function union(events: readonly TraceEvent[]): { start: number; end: number }[] {
  const spans = events.map(({ ts, dur = 0 }) => ({ start: ts, end: ts + dur })).sort((a, b) => a.start - b.start)
  const joined: { start: number; end: number }[] = []
  for (const span of spans) {
    const last = joined[joined.length - 1]
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end)
    else joined.push({ ...span })
  }
  return joined
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
