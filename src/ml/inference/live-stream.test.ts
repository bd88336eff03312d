import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamAdvanced } from '../../contract/lab'
import type { ToneFilter } from '../../core/filters/tone-filter'
import { LiveStream, type LiveStreamOptions } from './live-stream'
import { arraySource, type ChannelSource } from '../signals/sample-source'
import type { StreamFilter } from './stream-filter'

/** Stands for a network: output is half the input, counted so that a gap or a repeat would show. */
function halvingFilter(log: number[] = []): StreamFilter {
  return {
    frequenciesHz: [1, 2],
    latencySamples: 0,
    hopSamples: 1,
    process(block) {
      log.push(block.length)
      return [block.map((sample) => sample / 2), block.map((sample) => -sample)]
    },
    reset: () => void log.push(-1),
    dispose: () => void log.push(-2)
  }
}

const mix = Float32Array.from({ length: 1000 }, (_, n) => n + 1)
let events: StreamAdvanced[]
let failures: string[]

function start(options: Partial<LiveStreamOptions> = {}): LiveStream {
  const stream = new LiveStream({
    streamId: 's',
    sampleRate: 100,
    mix: arraySource(mix),
    truths: [mix.map((sample) => sample / 2), undefined],
    filter: halvingFilter(),
    startSample: 0,
    speed: 1,
    loop: false,
    running: true,
    emit: (event) => events.push(event),
    fail: (message) => failures.push(message),
    ...options
  })
  stream.grant(64)
  return stream
}

const outputOf = (stream: LiveStream, start: number, end: number, columns = 8192) =>
  stream.read(['output'], 0, { start, end, columns }).traces[0]

beforeEach(() => {
  events = []
  failures = []
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

test('after a second of clock a second of signal is filtered, without a gap', () => {
  const stream = start()
  vi.advanceTimersByTime(1000)
  const { position } = events[events.length - 1]
  expect(Math.abs(position - 100)).toBeLessThanOrEqual(4)
  const output = outputOf(stream, 0, position).min
  expect([...output]).toEqual([...mix.subarray(0, position)].map((sample) => sample / 2))
  stream.dispose()
})

test('twice the speed filters twice as much', () => {
  const stream = start({ speed: 2 })
  vi.advanceTimersByTime(1000)
  expect(Math.abs(events[events.length - 1].position - 200)).toBeLessThanOrEqual(8)
  stream.dispose()
})

test('a paused stream stays where it is and goes on from there', () => {
  const stream = start()
  vi.advanceTimersByTime(500)
  stream.control({ running: false })
  const { position } = events[events.length - 1]
  vi.advanceTimersByTime(5000)
  expect(events[events.length - 1].position).toBe(position)
  stream.control({ running: true })
  vi.advanceTimersByTime(330)
  const now = events[events.length - 1].position
  expect(now).toBeGreaterThan(position)
  expect(now).toBeLessThan(position + 40)
  stream.dispose()
})

test('a signal that ends stops there; one that loops goes on with its first sample', () => {
  const ending = start({ startSample: 990 })
  vi.advanceTimersByTime(1000)
  expect(events[events.length - 1]).toMatchObject({ ended: true, running: false, position: 1000 })
  ending.dispose()
  const looping = start({ startSample: 990, loop: true })
  vi.advanceTimersByTime(1000)
  const { position, ended } = events[events.length - 1]
  expect(ended).toBe(false)
  expect([...outputOf(looping, 998, 1003).min]).toEqual([499.5, 500, 0.5, 1, 1.5])
  expect(position).toBeGreaterThan(1050)
  looping.dispose()
})

test('one that no longer loops goes on to the end of its pass, and stands at the end of the record there', () => {
  const stream = start({ startSample: 900, loop: true })
  vi.advanceTimersByTime(13_000)
  stream.grant(64)
  const passes = events.at(-1)!.position
  expect(passes).toBeGreaterThan(2100)
  stream.control({ loop: false })
  expect(events.at(-1)).toMatchObject({ position: passes, running: true, ended: false })
  stream.retune({ filter: halvingFilter(), truths: [mix.map((sample) => sample / 2), undefined] }, 300)
  expect(events.at(-1)).toMatchObject({ position: passes, running: true, ended: false })
  vi.advanceTimersByTime(1000)
  expect(Math.abs(events.at(-1)!.position - passes - 100)).toBeLessThanOrEqual(4)
  for (let second = 0; second < 10; second += 1) {
    stream.grant(64)
    vi.advanceTimersByTime(1000)
  }
  expect(events.at(-1)).toMatchObject({ position: 1000, running: false, ended: true })
  expect(events.at(-1)!.selectors[0]).toMatchObject({ r2: 1, r2AfterSettling: 1 })
  expect([...outputOf(stream, 997, 1001).min]).toEqual([499, 499.5, 500, NaN])
  stream.control({ running: true })
  vi.advanceTimersByTime(500)
  expect(Math.abs(events.at(-1)!.position - 50)).toBeLessThanOrEqual(4)
  stream.dispose()
})

test('a seek shows settled output of the whole screen before its place, and nothing after it', () => {
  const log: number[] = []
  const stream = start({ filter: halvingFilter(log), running: false })
  stream.control({ seekSample: 800, historySamples: 300 })
  // 300 for the screen and two seconds to settle.
  expect(log.slice(-1 - Math.ceil(500 / 100))).toEqual([-1, 100, 100, 100, 100, 100])
  expect(outputOf(stream, 500, 800).min.every((value, index) => value === (501 + index) / 2)).toBe(true)
  expect(Number.isNaN(outputOf(stream, 800, 801).min[0])).toBe(true)
  stream.dispose()
})

test('more samples than columns come as the least and greatest of each column', () => {
  const stream = start({ startSample: 900 })
  const { min, max } = outputOf(stream, 0, 800, 8)
  expect([...min]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((column) => (column * 100 + 1) / 2))
  expect([...max]).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map((column) => (column * 100) / 2))
  stream.dispose()
})

test('the residual is the mix less the output, and a selector without truth has none', () => {
  const stream = start({ startSample: 900 })
  const read = stream.read(['mix', 'residual', 'truth'], 1, { start: 10, end: 12, columns: 100 })
  expect(read.traces.map(({ name, min }) => [name, ...min])).toEqual([
    ['mix', 11, 12],
    ['residual', 22, 24],
    ['truth', NaN, NaN]
  ])
  stream.dispose()
})

test('figures are those of the whole run: perfect where the output is the truth, none where there is no truth', () => {
  const stream = start()
  vi.advanceTimersByTime(4000)
  const { selectors } = events[events.length - 1]
  expect(selectors[0]).toMatchObject({ r2: 1, r2AfterSettling: 1 })
  expect(selectors[1]).toMatchObject({ r2: null, r2AfterSettling: null, siSdrDb: null })
  expect(selectors[1].level).toBeGreaterThan(0)
  stream.dispose()
})

test('without credit nothing is sent; with the next one the newest state goes at once', () => {
  const stream = start()
  vi.advanceTimersByTime(10_000)
  const sent = events.length
  expect(sent).toBe(64)
  stream.grant(1)
  expect(events).toHaveLength(65)
  expect(events[64].seq - events[63].seq).toBeGreaterThan(100)
  expect(events[64].position).toBeGreaterThan(900)
  stream.dispose()
})

test('a filter that fails stops the stream with its message', () => {
  const failing = {
    ...halvingFilter(),
    process: (block: Float32Array) => (block.length < 50 ? fail() : halvingFilter().process(block))
  }
  function fail(): never {
    throw new Error('out of memory')
  }
  const stream = start({ filter: failing })
  vi.advanceTimersByTime(200)
  expect(failures).toEqual(['out of memory'])
  vi.advanceTimersByTime(200)
  expect(failures).toHaveLength(1)
  stream.dispose()
})

test('after a stall longer than half a second the clock slips and a missed block is counted', () => {
  const stream = start()
  vi.advanceTimersByTime(330)
  vi.setSystemTime(Date.now()) // keep the timers, move the clock: a process that was stopped
  const before = events[events.length - 1].position
  const now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => now + 5000)
  vi.advanceTimersByTime(33)
  expect(events[events.length - 1].missedBlocks).toBe(1)
  expect(events[events.length - 1].position - before).toBeLessThanOrEqual(60)
  vi.restoreAllMocks()
  stream.dispose()
})

test('of a long signal the newest outputs are kept, in bounded memory, and its mix is read where it is looked at', () => {
  const sampleCount = 2 ** 40
  const reads: number[] = []
  const ramp: ChannelSource = {
    sampleCount,
    read(from, count) {
      reads.push(count)
      return Float32Array.from({ length: count }, (_, n) => (from + n) % 1000)
    }
  }
  const place = 2 ** 39
  const stream = start({ mix: ramp, truths: [undefined, undefined], startSample: place, running: false })
  const { traces, startSample, samplesPerColumn } = stream.read(['mix', 'output'], 0, {
    ...{ start: 0, end: sampleCount, columns: 1024 }
  })
  expect([startSample, samplesPerColumn]).toEqual([0, 2 ** 30])
  expect(traces[0].max.findIndex((value) => value === value)).toBe(511)
  const output = outputOf(stream, place - 3, place + 1).min
  expect([...output]).toEqual([...[3, 2, 1].map((back) => ((place - back) % 1000) / 2), NaN])
  expect(Math.max(...reads)).toBeLessThan(2 ** 12)
  stream.dispose()
})

test('another filter goes on at the same place, with the screen before it filled at once', () => {
  const log: number[] = []
  const stream = start({ loop: true, startSample: 950, filter: halvingFilter(log) })
  vi.advanceTimersByTime(1500)
  const before = events[events.length - 1]
  expect(before.position).toBeGreaterThan(1050)
  const third: StreamFilter = { ...halvingFilter(), process: (block) => [block.map((sample) => sample / 3)] }
  stream.retune({ filter: third, truths: [undefined] }, 300)
  expect(log[log.length - 1]).toBe(-2)
  const after = events[events.length - 1]
  expect(after.position).toBe(before.position)
  expect(after.running).toBe(true)
  expect(after.selectors).toHaveLength(1)
  const shown = outputOf(stream, before.position - 300, before.position).min
  shown.forEach((value, n) => expect(value).toBeCloseTo(mix[(before.position - 300 + n) % mix.length] / 3, 3))
  stream.grant(64)
  vi.advanceTimersByTime(1000)
  expect(events[events.length - 1].position).toBeGreaterThan(before.position + 90)
  stream.dispose()
})
test('any place of the record can be looked at, the mix everywhere and the output where the filter was', () => {
  const stream = start({ startSample: 400, running: false })
  const { traces } = stream.readRecord(['mix', 'output'], 0, { start: 398, end: 402, columns: 8 })
  expect([...traces[0].min]).toEqual([399, 400, 401, 402])
  expect([...traces[1].min]).toEqual([199.5, 200, NaN, NaN])
  stream.dispose()
})

test('a place that is looked at is filtered by another filter, settled, while the stream stays where it is', async () => {
  vi.useRealTimers()
  const [mine, other]: number[][] = [[], []]
  const stream = start({
    ...{ startSample: 100, running: false, filter: halvingFilter(mine) },
    anotherFilter: () => halvingFilter(other)
  })
  const before = mine.length
  await stream.filterRange(600, 650)
  expect([...stream.readRecord(['output'], 0, { start: 598, end: 602, columns: 8 }).traces[0].min]).toEqual([
    ...[NaN, NaN, 300.5, 301]
  ])
  expect(mine).toHaveLength(before)
  // Two seconds settle it: 200 samples, in slices of a second.
  expect(other).toEqual([-1, 100, 100, 50])
  await stream.filterRange(600, 650)
  expect(other).toHaveLength(4)
  stream.dispose()
  expect(other.at(-1)).toBe(-2)
})

test('of two looks at other places the newest is filtered', async () => {
  vi.useRealTimers()
  const stream = start({ running: false, anotherFilter: () => halvingFilter() })
  await Promise.all([stream.filterRange(300, 900), stream.filterRange(950, 960)])
  const [first, second] = [890, 950].map((at) => {
    const { traces } = stream.readRecord(['output'], 0, { start: at, end: at + 1, columns: 8 })
    return traces[0].min[0]
  })
  expect(first).toBeNaN()
  expect(second).toBe(475.5)
  stream.dispose()
})

test('a part of the record is played over and over', () => {
  const stream = start({ loop: true, startSample: 500 })
  stream.control({ loopRange: { start: 300, end: 350 } })
  expect(events.at(-1)?.position).toBe(300)
  const places: number[] = []
  for (let tick = 0; tick < 40; tick += 1) {
    stream.grant(1)
    vi.advanceTimersByTime(33)
    places.push(events.at(-1)!.position)
  }
  expect(Math.min(...places)).toBeGreaterThanOrEqual(300)
  expect(Math.max(...places)).toBeLessThan(350)
  expect(places.filter((place, index) => place < places[index - 1]).length).toBe(2)
  stream.control({ loopRange: null })
  stream.grant(64)
  vi.advanceTimersByTime(1000)
  expect(events.at(-1)!.position).toBeGreaterThan(350)
  stream.dispose()
})

describe('sweeps', () => {
  /** A sine of 50 samples, so that it rises through zero at 0, 50, 100, … */
  const sine = Float32Array.from({ length: 1000 }, (_, n) => Math.sin((2 * Math.PI * (n - 0.25)) / 50))
  const request = {
    ...{ traces: ['mix' as const], selector: 0, spanSamples: 80, preTriggerSamples: 20, afterSample: 0 },
    ...{ marginSamples: 0, columns: 1000, most: 16, take: 'newest' as const },
    trigger: { trace: 'mix' as const, level: 0, slope: 'rising' as const, hysteresis: 0.1, holdOffSamples: 0 }
  }
  const streamAt = (startSample: number) => start({ mix: arraySource(sine), startSample, running: false })

  test('begin so much before the trigger, and do not overlap behind it', () => {
    const stream = streamAt(400)
    const { sweeps, position } = stream.readSweeps(request)
    expect(position).toBe(400)
    // The screen goes on 60 samples behind a trigger, so every second one begins a sweep.
    expect(sweeps.map(({ triggerSample }) => Number(triggerSample.toFixed(2)))).toEqual([50.25, 150.25, 250.25])
    expect(sweeps[0].data.startSample).toBe(30)
    expect(sweeps[0].data.traces[0].min.length).toBe(81)
    stream.dispose()
  })

  test('go on after those that were shown, and wait until a screen is whole', () => {
    const stream = streamAt(400)
    expect(stream.readSweeps({ ...request, afterSample: 310 }).sweeps).toEqual([])
    const next = stream.readSweeps({ ...request, afterSample: 210, most: 1 })
    expect(next.sweeps.map(({ triggerSample }) => Math.round(triggerSample))).toEqual([250])
    stream.dispose()
  })

  test('are held off', () => {
    const stream = streamAt(800)
    const trigger = { ...request.trigger, holdOffSamples: 190 }
    expect(
      stream.readSweeps({ ...request, trigger }).sweeps.map(({ triggerSample }) => Math.round(triggerSample))
    ).toEqual([...[50, 250, 450, 650]])
    stream.dispose()
  })

  test('take any trace as their source, the newest or the oldest first', () => {
    const stream = streamAt(400)
    const trigger = { ...request.trigger, trace: 'output' as const, slope: 'falling' as const }
    const oldest = stream.readSweeps({ ...request, trigger, most: 1, take: 'oldest' })
    expect(oldest.sweeps[0].triggerSample).toBeCloseTo(25.25, 2)
    stream.dispose()
  })
})

describe('a rival beside', () => {
  /** Answers the mix times ten, and its negative, so many samples late. */
  function lateRival(latencySamples: number): ToneFilter {
    let past: number[] = []
    return {
      latencySamples,
      process(block) {
        past.push(...Array.from(block))
        const from = past.length - block.length - latencySamples
        const late = Float64Array.from(block, (_, n) => 10 * (past[from + n] ?? 0))
        return [late, late.map((value) => -value)]
      },
      reset: () => void (past = [])
    }
  }
  const rivalOf = (stream: LiveStream, from: number, to: number) =>
    stream.read(['rival'], 0, { start: from, end: to, columns: 8192 }).traces[0].min

  test('its output is seen beside the network, and its figures are of the same samples', () => {
    const stream = start({
      startSample: 900,
      running: false,
      createRival: () => lateRival(0),
      truths: [mix, undefined]
    })
    expect([...rivalOf(stream, 10, 13)]).toEqual([110, 120, 130])
    const { selectors, rivalSelectors } = events[events.length - 1]
    expect(rivalSelectors?.[0].r2).toBeLessThan(selectors[0].r2 as number)
    expect(rivalSelectors?.[1].r2).toBeNull()
    stream.dispose()
  })

  test('one that lags stands where it belongs, and is not there yet at the newest samples', () => {
    const stream = start({
      startSample: 900,
      running: false,
      createRival: () => lateRival(30),
      truths: [mix, undefined]
    })
    expect([...rivalOf(stream, 500, 503)]).toEqual([5010, 5020, 5030])
    const newest = rivalOf(stream, 865, 875)
    expect([...newest].map(Number.isNaN)).toEqual([...Array(5).fill(false), ...Array(5).fill(true)])
    expect(events[events.length - 1].rivalSelectors?.[0].level).toBeGreaterThan(0)
    stream.dispose()
  })

  test('it can be exchanged and taken away while the stream runs; both are filtered anew', () => {
    const stream = start({ startSample: 900, running: false })
    expect(rivalOf(stream, 500, 501)[0]).toBeNaN()
    expect(events[events.length - 1].rivalSelectors).toBeUndefined()
    stream.setRival(() => lateRival(0), 300)
    expect(rivalOf(stream, 700, 701)[0]).toBe(7010)
    expect(outputOf(stream, 700, 701).min[0]).toBe(350.5)
    stream.setRival(undefined)
    expect(rivalOf(stream, 700, 701)[0]).toBeNaN()
    stream.dispose()
  })

  test('when the record repeats, one that lags goes on over the seam', () => {
    const stream = start({ startSample: 990, loop: true, createRival: () => lateRival(30) })
    vi.advanceTimersByTime(1000)
    expect([...rivalOf(stream, 998, 1003)]).toEqual([9990, 10_000, 10, 20, 30])
    stream.dispose()
  })
})

test('a filter that lags is compared with what it lags behind, and stands there on the screen', () => {
  let past: number[] = []
  const late: StreamFilter = {
    ...{ frequenciesHz: [1, 2], latencySamples: 30, hopSamples: 1 },
    process(block) {
      past.push(...block)
      const from = past.length - block.length - 30
      const output = block.map((_, n) => (past[from + n] ?? 0) / 2)
      return [output, output.map((value) => -value)]
    },
    reset: () => void (past = []),
    dispose: () => {}
  }
  const stream = start({ filter: late, startSample: 900, running: false })
  expect([...outputOf(stream, 500, 503).min]).toEqual([250.5, 251, 251.5])
  expect(stream.read(['residual'], 0, { start: 500, end: 501, columns: 10 }).traces[0].min[0]).toBe(250.5)
  expect([...outputOf(stream, 868, 872).min].map(Number.isNaN)).toEqual([false, false, true, true])
  expect(events[events.length - 1].selectors[0]).toMatchObject({ r2: 1 })
  stream.dispose()
})

test('a stream of a recording keeps up with it, however the clock runs, and goes round its ring', () => {
  let recorded = 50
  const stream = start({ recorded: () => recorded, truths: [undefined, undefined], speed: 8 })
  expect(events.at(-1)!.position).toBe(50)
  vi.advanceTimersByTime(500)
  expect(events.at(-1)!.position).toBe(50)
  while (recorded < 1230) {
    recorded += 20
    vi.advanceTimersByTime(40)
  }
  expect(events.at(-1)).toMatchObject({ position: 1230, running: true, ended: false, missedBlocks: 0 })
  // Sample 1200 of the recording stands at 200 in the ring.
  expect([...outputOf(stream, 1200, 1203).min]).toEqual([100.5, 101, 101.5])
})

test('a recording that went on during a pause is taken up at its newest sample', () => {
  let recorded = 50
  const stream = start({ recorded: () => recorded })
  stream.control({ running: false })
  recorded = 900
  vi.advanceTimersByTime(1000)
  expect(events.at(-1)!.position).toBe(50)
  stream.control({ running: true, seekSample: 10 })
  expect(events.at(-1)!.position).toBe(900)
  expect(failures).toEqual([])
})
