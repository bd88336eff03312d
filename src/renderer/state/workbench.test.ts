import { beforeEach, describe, expect, it } from 'vitest'
import type { AppReply } from '../../contract/app'
import { defaultSettings, type Settings } from '../../contract/app'
import { connectApp } from '../client'
import { createFakeLab, sampleCount, settle, type FakeLab } from '../testing/fake-lab'
import { Workbench, chooseModel, frequenciesFor } from './workbench.svelte'

/** Main, as far as the page can tell: answers by name, and events on demand. */
function fakeMain(startup: { file?: { fileId: string; name: string } } = {}) {
  const saved: Settings[] = []
  let emit: (name: string, payload: unknown) => void = () => {}
  const main = {
    saved,
    restarts: 0,
    chosen: null as { fileId: string; name: string } | null,
    emit: (name: string, payload: unknown) => emit(name, payload),
    bridge: {
      onEvent: (listener: typeof emit) => void (emit = listener),
      async call(name: string, payload: unknown): Promise<AppReply> {
        if (name === 'saveSettings') saved.push(payload as Settings)
        if (name === 'restartLab') main.restarts += 1
        const answers: Record<string, unknown> = {
          getStartup: {
            version: '1',
            electronVersion: '22',
            settings: defaultSettings,
            file: startup.file ?? null,
            notices: []
          },
          chooseSignalFile: main.chosen
        }
        return { ok: true, value: answers[name] }
      }
    }
  }
  return main
}

/** Frames happen when the test says so. */
function manualFrames() {
  let waiting: ((time: number) => void)[] = []
  let time = 0
  return {
    schedule: (callback: (time: number) => void) => void waiting.push(callback),
    async next(milliseconds = 40) {
      time += milliseconds
      const now = waiting
      waiting = []
      now.forEach((callback) => callback(time))
      await settle()
    },
    get waiting() {
      return waiting.length
    }
  }
}

let lab: FakeLab
let main: ReturnType<typeof fakeMain>
let frames: ReturnType<typeof manualFrames>
let bench: Workbench

async function startUp(startup: Parameters<typeof fakeMain>[0] = {}) {
  lab = createFakeLab()
  main = fakeMain(startup)
  frames = manualFrames()
  bench = new Workbench(connectApp(main.bridge), frames.schedule)
  await bench.start()
  await bench.useLab(lab.client)
  await frames.next()
}
beforeEach(() => startUp())

describe('the first minute', () => {
  it('opens the bundled mix and runs it through the default model', () => {
    expect(bench.signal?.info.name).toBe('Bundled mix')
    expect(bench.model?.id).toBe('first')
    expect(bench.stream?.running).toBe(true)
    expect(bench.connection.phase.kind).toBe('ready')
    expect(bench.problem).toBeNull()
  })

  it('opens the file of the command line instead', async () => {
    await startUp({ file: { fileId: 'given', name: 'given.wav' } })
    expect(bench.signal?.info.name).toBe('given.wav')
  })

  it('shows the bundled mix and the error where that file is broken', async () => {
    await startUp({ file: { fileId: 'broken', name: 'broken.wav' } })
    expect(bench.signal?.info.name).toBe('Bundled mix')
    expect(bench.problem?.title).toBe('broken.wav could not be opened')
    expect(bench.problem?.remedy).toBe('open-another')
  })
})

describe('opening a file', () => {
  it('replaces the signal and closes the one before', async () => {
    main.chosen = { fileId: 'pump', name: 'pump.wav' }
    await bench.chooseFile()
    await settle()
    expect(bench.signal?.info.name).toBe('pump.wav')
    expect(lab.calls.slice(-4)).toEqual(expect.arrayContaining(['stopStream', 'closeSignal']))
  })

  it('keeps the signal and the stream where the file is broken', async () => {
    const before = bench.stream
    await bench.openFile({ fileId: 'broken', name: 'broken.wav' })
    expect(bench.stream).toBe(before)
    expect(bench.problem?.message).toContain('Expected a RIFF header')
    await bench.openFile({ fileId: 'good', name: 'good.wav' })
    expect(bench.problem).toBeNull()
  })

  it('opens what a second start hands over', async () => {
    main.emit('fileGranted', { fileId: 'other', name: 'other.wav' })
    await settle()
    expect(bench.signal?.info.name).toBe('other.wav')
  })
})

describe('pictures', () => {
  it('reads once a frame, and lets the laboratory report again only after that', async () => {
    await frames.next()
    expect(lab.credits()).toBe(2)
    const reads = () => lab.calls.filter((name) => name === 'readTraces').length
    const before = reads()
    await lab.advance(33)
    await lab.advance(33)
    await lab.advance(33)
    expect(lab.credits()).toBe(0)
    expect(reads()).toBe(before)
    await frames.next()
    expect(reads()).toBe(before + 1)
    expect(lab.credits()).toBe(2)
    expect(bench.picture.drawn?.position).toBe(66)
  })

  it('keeps to about thirty a second on a faster screen', async () => {
    await frames.next()
    const before = lab.calls.filter((name) => name === 'readTraces').length
    for (let frame = 0; frame < 12; frame += 1) {
      await lab.advance(8)
      await frames.next(8)
    }
    expect(lab.calls.filter((name) => name === 'readTraces').length - before).toBe(3)
  })

  it('shows another selector without a new stream', async () => {
    const stream = bench.stream
    bench.select(2)
    await frames.next()
    expect(bench.picture.drawn?.selector).toBe(2)
    expect(bench.stream).toBe(stream)
    expect(main.saved.at(-1)?.selector).toBe(2)
  })
})

describe('steering', () => {
  it('pauses, runs and remembers the loop', async () => {
    bench.toggleRunning()
    await settle()
    expect(bench.stream?.running).toBe(false)
    bench.toggleLoop()
    expect(bench.stream?.loop).toBe(false)
    expect(main.saved.at(-1)?.loop).toBe(false)
  })

  it('adds up key presses that come faster than the answers', async () => {
    for (let press = 0; press < 4; press += 1) bench.scrub(0.25)
    await settle()
    expect(lab.position()).toBe(5000)
  })

  it('stays inside the record', async () => {
    bench.seek(1e9)
    await settle()
    expect(lab.position()).toBe(sampleCount - 1)
    bench.scrub(-100)
    await settle()
    expect(lab.position()).toBe(0)
  })

  it('changes the model where it is, at the same place', async () => {
    await lab.advance(4000)
    await bench.chooseModel('second')
    expect(bench.model?.id).toBe('second')
    expect(lab.position()).toBe(4000)
  })
})

describe('a laboratory that ends', () => {
  it('is waited for, and given what was open', async () => {
    await bench.openFile({ fileId: 'pump', name: 'pump.wav' })
    main.emit('labEnded', { reason: 'It was killed.', restarting: true })
    expect(bench.connection.phase).toEqual({ kind: 'restarting', reason: 'It was killed.' })
    expect(bench.stream).toBeUndefined()
    await bench.useLab(createFakeLab().client)
    expect(bench.signal?.info.name).toBe('pump.wav')
    expect(bench.stream?.running).toBe(true)
  })

  it('can be started by hand where main gave up', async () => {
    main.emit('labEnded', { reason: 'It was killed.', restarting: false })
    expect(bench.connection.phase.kind).toBe('ended')
    bench.restartLab()
    expect(bench.connection.phase.kind).toBe('restarting')
    expect(main.restarts).toBe(1)
  })
})

describe('which model and which tones', () => {
  const signal = { truthFrequenciesHz: undefined, foundFrequenciesHz: [9, 2, 6, 4, 11] } as never
  const fixed = { id: 'fixed', selects: 'fixed', frequenciesHz: [1, 3, 5, 7], isDefault: true } as never
  const any = { id: 'any', selects: 'any', frequenciesHz: [], isDefault: false } as never

  it('takes the default for its own tones, one for any tones else, and always the wanted one', () => {
    expect(chooseModel([fixed, any], undefined, { foundFrequenciesHz: [1.02, 3, 5, 7] } as never)).toBe(fixed)
    expect(chooseModel([fixed, any], undefined, signal)).toBe(any)
    expect(chooseModel([fixed, any], 'fixed', signal)).toBe(fixed)
    expect(chooseModel([fixed], undefined, signal)).toBe(fixed)
    expect(chooseModel([], undefined, signal)).toBeUndefined()
  })

  it('assigns the four strongest tones in rising order, or the usual ones', () => {
    expect(frequenciesFor(any, signal)).toEqual([2, 4, 6, 9])
    expect(frequenciesFor(fixed, signal)).toEqual([1, 3, 5, 7])
    expect(frequenciesFor(any, { foundFrequenciesHz: [] } as never)).toEqual([1, 3, 5, 7])
  })
})
