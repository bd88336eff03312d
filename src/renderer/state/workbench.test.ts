import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { AppReply } from '../../contract/app'
import { defaultSettings, type Settings } from '../../contract/app'
import type { Session } from '../../contract/session'
import { connectApp } from '../client'
import { createFakeLab, sampleCount, settle, type FakeLab } from '../testing/fake-lab'
import { sessionOf } from './session'
import { Workbench } from './workbench.svelte'

/** Main, as far as the page can tell: answers by name, and events on demand. */
function fakeMain(startup: { file?: { fileId: string; name: string }; session?: Session } = {}) {
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
            session: startup.session ?? null,
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
    expect(bench.messages.problem).toBeNull()
  })

  it('opens the file of the command line instead', async () => {
    await startUp({ file: { fileId: 'given', name: 'given.wav' } })
    expect(bench.signal?.info.name).toBe('given.wav')
  })

  it('shows the bundled mix and the error where that file is broken', async () => {
    await startUp({ file: { fileId: 'broken', name: 'broken.wav' } })
    expect(bench.signal?.info.name).toBe('Bundled mix')
    expect(bench.messages.problem?.title).toBe('broken.wav could not be opened')
    expect(bench.messages.problem?.remedy).toBe('open-another')
  })
})

describe('the picture of a long record', () => {
  it('is read again until all of it was looked through', async () => {
    expect(bench.signal?.overview.isExact).toBe(true)
    lab.blur(3)
    await bench.importing.openFile({ fileId: 'long', name: 'long.wav' })
    expect(bench.signal?.overview.isExact).toBe(false)
    await lab.lookThrough(0.5)
    expect(bench.signal?.overview.isExact).toBe(false)
    await lab.lookThrough(1)
    expect(bench.signal?.overview.isExact).toBe(true)
  })
})

describe('opening a file', () => {
  it('replaces the signal and closes the one before', async () => {
    main.chosen = { fileId: 'pump', name: 'pump.wav' }
    await bench.importing.chooseFile()
    await settle()
    expect(bench.signal?.info.name).toBe('pump.wav')
    expect(lab.calls.slice(-4)).toEqual(expect.arrayContaining(['stopStream', 'closeSignal']))
  })

  it('keeps the signal and the stream where the file is broken', async () => {
    const before = bench.stream
    await bench.importing.openFile({ fileId: 'broken', name: 'broken.wav' })
    expect(bench.stream).toBe(before)
    expect(bench.messages.problem?.message).toContain('Expected a RIFF header')
    await bench.importing.openFile({ fileId: 'good', name: 'good.wav' })
    expect(bench.messages.problem).toBeNull()
  })

  it('ends with the file that was asked for last, however quickly they follow', async () => {
    const names = ['one', 'two', 'three']
    await Promise.all(names.map((name) => bench.importing.openFile({ fileId: name, name: `${name}.wav` })))
    expect(bench.signal?.info.name).toBe('three.wav')
    expect(bench.opening.name).toBeNull()
    await Promise.all([bench.importing.openFile({ fileId: 'four', name: 'four.wav' }), bench.opening.openDemo()])
    expect(bench.opening.name).toBeNull()
  })

  it('opens what a second start hands over', async () => {
    main.emit('fileGranted', { fileId: 'other', name: 'other.wav' })
    await settle()
    expect(bench.signal?.info.name).toBe('other.wav')
  })
})

describe('of several wishes', () => {
  const file = (name: string) => ({ fileId: name, name: `${name}.wav` })

  it('the last one stays, though the look at an older one takes longer', async () => {
    const release = lab.hold('proposeImport')
    const older = bench.importing.openFile(file('slow'))
    await bench.opening.openDemo()
    const demo = bench.signal
    release()
    await older
    await settle()
    expect(bench.signal).toBe(demo)
    expect(bench.opening.name).toBeNull()
  })

  it('an older one that comes late is closed again', async () => {
    const release = lab.hold('openSignal')
    const older = bench.importing.openFile(file('slow'))
    await vi.waitUntil(() => lab.calls.includes('openSignal'))
    const newer = bench.opening.openDemo()
    const before = bench.stream
    release()
    await older
    expect(bench.stream).toBe(before)
    await newer
    expect(bench.signal?.info.name).toBe('Bundled mix')
    await settle()
    expect(lab.calls.filter((name) => name === 'closeSignal')).toHaveLength(2)
  })

  it('the file of the user is not followed by the bundled mix where that of the last time cannot be read', async () => {
    lab = createFakeLab()
    main = fakeMain({ file: file('broken') })
    bench = new Workbench(connectApp(main.bridge), frames.schedule)
    await bench.start()
    const release = lab.hold('openSignal')
    const ready = bench.useLab(lab.client)
    await vi.waitUntil(() => lab.calls.includes('openSignal'))
    main.emit('fileGranted', file('new'))
    await settle()
    release()
    await ready
    await settle()
    expect(bench.signal?.info.name).toBe('new.wav')
  })

  it('the last channel stays, and no stream is left behind', async () => {
    const release = lab.hold('startStream')
    const asked = [1, 2, 3, 4, 5].map((channel) => bench.opening.setChannel(channel))
    await settle()
    release()
    await Promise.all(asked)
    await settle()
    expect([bench.opening.channel, lab.streamCount(), bench.messages.problem]).toEqual([5, 1, null])
  })

  it('a channel is of the signal for which it was chosen', async () => {
    const release = lab.hold('startStream')
    const opened = bench.importing.openFile(file('next'))
    await settle()
    const chosen = bench.opening.setChannel(1)
    release()
    await Promise.all([opened, chosen])
    await settle()
    expect([bench.signal?.info.name, bench.opening.channel, lab.streamCount()]).toEqual(['next.wav', 0, 1])
  })
})

describe('the open signal, run anew', () => {
  /** A tone that is typed, a part that is looped, at half the speed, paused at a place. */
  async function steer() {
    await bench.tuning.chooseModel('any')
    bench.tuning.setFrequency(1, 4.25)
    await settle()
    bench.selection.select(100, 5000)
    bench.screen.loopSelection()
    bench.running.setSpeed(0.5)
    bench.running.seek(3000)
    bench.running.toggleRunning()
    await settle()
  }
  const steered = { running: false, speed: 0.5, loop: true, loopRange: { start: 100, end: 5000 } }
  const expectSteered = () => {
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 4.25, 5, 7])
    expect(bench.tones.frequenciesHz).toEqual([1, 4.25, 5, 7])
    expect(lab.controls()).toEqual(steered)
    expect(bench.stream).toMatchObject({ running: false, speed: 0.5, loop: true, position: 3000 })
    expect([lab.position(), lab.streamCount(), bench.model?.id]).toEqual([3000, 1, 'any'])
  }

  it('by another channel goes on as it was steered, and each step can be taken back', async () => {
    await steer()
    await bench.opening.setChannel(1)
    expect(bench.stream?.position).toBe(3000)
    await settle()
    expectSteered()
    expect(bench.history.undoTitle).toBe('Set tone 2 to 4.25 Hz')
    bench.history.undo()
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 3, 5, 7])
  })

  it('known better, a table that was read to its end, does so too', async () => {
    await bench.importing.openFile({ fileId: 'long', name: 'long.csv' })
    await steer()
    await lab.readToEnd(90_000)
    expect(bench.signal?.info.sampleCount).toBe(90_000)
    expectSteered()
    expect(bench.tones.limits).toMatchObject({ durationSeconds: 90 })
  })

  it('takes what was changed while it began', async () => {
    const release = lab.hold('startStream')
    const chosen = bench.opening.setChannel(1)
    await settle()
    await steer()
    release()
    await chosen
    await settle()
    expectSteered()
  })

  it('takes a change that was under way when its stream took over', async () => {
    const releaseStart = lab.hold('startStream')
    const chosen = bench.opening.setChannel(1)
    await settle()
    const releaseRetune = lab.hold('retuneStream')
    bench.tuning.setFrequency(1, 4.25)
    await settle()
    releaseStart()
    await chosen
    releaseRetune()
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 4.25, 5, 7])
    expect(bench.tones.frequenciesHz).toEqual([1, 4.25, 5, 7])
  })

  it('has its own tones where it is another one', async () => {
    await steer()
    await bench.importing.openFile({ fileId: 'next', name: 'next.wav' })
    expect(bench.tones.frequenciesHz).toEqual([1, 3, 5, 7])
    expect(lab.controls()).toEqual({ running: true, speed: 1, loop: true, loopRange: null })
    expect(bench.history.undoTitle).toBeUndefined()
  })
})

describe('undo', () => {
  const state = () => [bench.model?.id, bench.tones.frequenciesHz]
  async function undo() {
    bench.history.undo()
    await settle()
  }

  it('brings back the model and its tones, whichever of them was changed', async () => {
    await bench.tuning.chooseModel('any')
    bench.tuning.setFrequency(1, 4.25)
    await bench.tuning.chooseModel('second')
    bench.tuning.setFrequency(0, 2)
    await settle()
    expect(state()).toEqual(['any', [2, 3, 5, 7]])
    await undo()
    expect(state()).toEqual(['second', [1, 3, 5, 7]])
    expect(bench.history.undoTitle).toBe('Choose The second filter')
    await undo()
    expect(state()).toEqual(['any', [1, 4.25, 5, 7]])
    await undo()
    await undo()
    expect(state()).toEqual(['first', [1, 3, 5, 7]])
    expect(bench.history.undoTitle).toBeUndefined()
    for (let step = 0; step < 3; step += 1) bench.history.redo()
    await settle()
    expect(state()).toEqual(['second', [1, 3, 5, 7]])
    expect(bench.tuning.wantedModelId).toBe('second')
  })

  it('takes a cure back to the model that it replaced', async () => {
    await bench.tuning.chooseModel('second')
    await bench.tuning.applyCure({ kind: 'use-universal', modelId: 'any', frequenciesHz: [2, 4] })
    await settle()
    expect(state()).toEqual(['any', [2, 4]])
    await undo()
    expect(state()).toEqual(['second', [1, 3, 5, 7]])
  })

  it('has no step of a model that could not run', async () => {
    bench.connection.lend({ ...bench.connection.models[0], id: 'missing', title: 'Missing' })
    bench.tuning.setFrequency(1, 4.25)
    await settle()
    await bench.tuning.chooseModel('missing')
    expect(bench.messages.problem?.title).toBe('This model cannot run on this signal')
    expect(state()).toEqual(['any', [1, 4.25, 5, 7]])
    expect(bench.history.undoTitle).toBe('Set tone 2 to 4.25 Hz')
  })
})

describe('the session of the last time', () => {
  const place = { fileId: 'old', name: 'old.wav' }
  const session: Session = {
    ...{ origin: { kind: 'file', file: place }, channel: 0, modelId: null, frequenciesHz: [2, 4, 6, 8], view: null },
    ...{ selection: { start: 10, end: 500 }, cursors: { a: 11, b: null }, markers: [{ name: 'knock', place: 77 }] }
  }
  const whatStands = () => [
    bench.signal?.info.name,
    ...[bench.tones.frequenciesHz, bench.selection.range, bench.cursors.markers.map(({ name }) => name)]
  ]
  const found = [1, 3, 5, 7]

  it('is put back on its signal', async () => {
    await startUp({ session })
    expect(whatStands()).toEqual(['old.wav', session.frequenciesHz, session.selection, ['knock']])
    expect(bench.history.undoTitle).toBeUndefined()
  })

  it('is not put on another one that is handed over before the laboratory is there', async () => {
    lab = createFakeLab()
    main = fakeMain({ session })
    bench = new Workbench(connectApp(main.bridge), frames.schedule)
    await bench.start()
    main.emit('fileGranted', { fileId: 'new', name: 'new.wav' })
    await bench.useLab(lab.client)
    await settle()
    expect(whatStands()).toEqual(['new.wav', found, null, []])
    expect(sessionOf(bench)).toMatchObject({ selection: null, markers: [], frequenciesHz: [] })
  })

  it('is not put on another one that is opened while it is put back', async () => {
    lab = createFakeLab()
    main = fakeMain({ session: { ...session, modelId: 'any' } })
    bench = new Workbench(connectApp(main.bridge), frames.schedule)
    await bench.start()
    const release = lab.hold('retuneStream')
    const ready = bench.useLab(lab.client)
    await vi.waitUntil(() => lab.calls.includes('retuneStream'))
    await bench.importing.openFile({ fileId: 'new', name: 'new.wav' })
    release()
    await ready
    expect(whatStands()).toEqual(['new.wav', found, null, []])
  })

  it('is put back by the next laboratory where one ends over its signal', async () => {
    lab = createFakeLab()
    main = fakeMain({ session })
    bench = new Workbench(connectApp(main.bridge), frames.schedule)
    await bench.start()
    lab.hold('openSignal')
    const ready = bench.useLab(lab.client)
    await vi.waitUntil(() => lab.calls.includes('openSignal'))
    main.emit('labEnded', { reason: 'It was killed.', restarting: true })
    await ready
    lab = createFakeLab()
    await bench.useLab(lab.client)
    expect(whatStands()).toEqual(['old.wav', session.frequenciesHz, session.selection, ['knock']])
  })
})

describe('a file that is asked for while the laboratory ends', () => {
  const file = (name: string) => ({ fileId: name, name: `${name}.wav` })
  const lose = () => main.emit('labEnded', { reason: 'It was killed.', restarting: true })
  const another = async () => {
    lab = createFakeLab()
    await bench.useLab(lab.client)
  }

  it('is opened by the next one, in place of what was open', async () => {
    lose()
    main.emit('fileGranted', file('other'))
    await another()
    expect(bench.signal?.info.name).toBe('other.wav')
    lose()
    await another()
    expect(bench.signal?.info.name).toBe('other.wav')
  })

  it('is opened by the next one where it was being looked at, or opened', async () => {
    for (const turns of [0, 1, 2, 3, 4, 6, 8]) {
      await startUp()
      main.emit('fileGranted', file('other'))
      for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
      lose()
      await settle()
      await another()
      expect([turns, bench.signal?.info.name]).toEqual([turns, 'other.wav'])
    }
  })

  it('is the one that was asked for last, though an older one fails after it or was being opened', async () => {
    lab.hold('proposeImport')
    const older = bench.importing.openFile(file('older'))
    await settle()
    lose()
    main.emit('fileGranted', file('newer'))
    await older
    expect(bench.opening.name).toBeNull()
    await another()
    expect(bench.signal?.info.name).toBe('newer.wav')

    lab.hold('openSignal')
    void bench.importing.openFile(file('third'))
    await settle()
    void bench.importing.openFile(file('fourth'))
    await settle()
    lose()
    await settle()
    expect(bench.opening.name).toBeNull()
    await another()
    expect(bench.signal?.info.name).toBe('fourth.wav')
  })

  it('is given up after the second end, and what was open comes back', async () => {
    const first = bench.importing.openFile(file('deadly'))
    lose()
    await first
    const second = another()
    await vi.waitUntil(() => bench.opening.name === 'deadly.wav', { interval: 0 })
    lose()
    await second
    expect(bench.messages.problem?.title).toBe('deadly.wav could not be opened')
    expect(bench.messages.problem?.message).toContain('ended twice')
    await another()
    expect(bench.signal?.info.name).toBe('Bundled mix')
  })

  it('is left out where two end soon after it was opened, and not where the second end comes late', async () => {
    await bench.importing.openFile(file('deadly'))
    for (const name of ['deadly.wav', 'Bundled mix', 'Bundled mix', 'Bundled mix']) {
      lose()
      await another()
      expect(bench.signal?.info.name).toBe(name)
    }
    expect(bench.messages.notices).toEqual([
      'It was killed. Another one was started.',
      expect.stringMatching(/^deadly\.wav was left out: the laboratory ended twice/)
    ])
    // The same where the second ends while it is opened again.
    await startUp()
    await bench.importing.openFile(file('deadly'))
    lose()
    const second = another()
    await vi.waitUntil(() => bench.opening.name === 'deadly.wav', { interval: 0 })
    lose()
    await second
    await another()
    expect(bench.signal?.info.name).toBe('Bundled mix')
    await bench.importing.openFile(file('other'))
    const now = vi.spyOn(performance, 'now')
    for (let hour = 1; hour < 5; hour += 1) {
      now.mockReturnValue(hour * 3.6e6)
      lose()
      await another()
      expect(bench.signal?.info.name).toBe('other.wav')
    }
    now.mockRestore()
  })

  it('comes before the session where it is handed over while main is asked', async () => {
    lab = createFakeLab()
    main = fakeMain({ file: { fileId: 'first', name: 'first.wav' } })
    bench = new Workbench(connectApp(main.bridge), frames.schedule)
    const started = bench.start()
    main.emit('fileGranted', file('second'))
    await started
    await bench.useLab(lab.client)
    expect(bench.signal?.info.name).toBe('second.wav')
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
    bench.running.select(2)
    await frames.next()
    expect(bench.picture.drawn?.selector).toBe(2)
    expect(bench.stream).toBe(stream)
    expect(main.saved.at(-1)?.selector).toBe(2)
  })
})

describe('steering', () => {
  it('pauses, runs and remembers the loop', async () => {
    bench.running.toggleRunning()
    await settle()
    expect(bench.stream?.running).toBe(false)
    bench.running.toggleLoop()
    expect(bench.stream?.loop).toBe(false)
    expect(main.saved.at(-1)?.loop).toBe(false)
  })

  it('adds up key presses that come faster than the answers', async () => {
    for (let press = 0; press < 4; press += 1) bench.running.scrub(0.25)
    await settle()
    expect(lab.position()).toBe(5000)
  })

  it('stays inside the record', async () => {
    bench.running.seek(1e9)
    await settle()
    expect(lab.position()).toBe(sampleCount - 1)
    bench.running.scrub(-100)
    await settle()
    expect(lab.position()).toBe(0)
  })

  it('changes the model where it is, at the same place', async () => {
    await lab.advance(4000)
    await bench.tuning.chooseModel('second')
    expect(bench.model?.id).toBe('second')
    expect(lab.position()).toBe(4000)
  })
})

describe('a laboratory that ends', () => {
  it('is waited for, and given what was open', async () => {
    await bench.importing.openFile({ fileId: 'pump', name: 'pump.wav' })
    main.emit('labEnded', { reason: 'It was killed.', restarting: true })
    expect(bench.connection.phase).toEqual({ kind: 'restarting', reason: 'It was killed.' })
    expect(bench.messages.notices).toContain('It was killed. Another one was started.')
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

describe('the tones of the selectors', () => {
  it('are filtered by the model for any as soon as one is typed, at the same place and without a new stream', async () => {
    await lab.advance(4000)
    const stream = bench.stream
    expect(bench.tuning.setFrequency(1, 3.5)).toBeUndefined()
    await settle()
    expect(bench.stream).toBe(stream)
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 3.5, 5, 7])
    expect(bench.model?.id).toBe('any')
    expect(lab.position()).toBe(4000)
  })

  it('go back to what the signal says, and to its model', async () => {
    bench.tuning.setFrequency(0, 2)
    await settle()
    bench.tuning.resetTones()
    await settle()
    expect(bench.tones.frequenciesHz).toEqual([1, 3, 5, 7])
    expect(bench.model?.id).toBe('first')
  })

  it('are refused with the reason where they cannot be', async () => {
    expect(bench.tuning.setFrequency(0, 500)).toBe('Must be 0.10 Hz up to below 500 Hz.')
    expect(bench.tuning.setFrequency(0, 3)).toBe('3.00 Hz has a selector already.')
    expect(bench.tuning.setFrequency(0, 3.02)).toContain('Too close to 3.00 Hz')
    expect(bench.tuning.setFrequency(4, 9)).toBe('There are 4 selectors.')
    expect(bench.tones.frequenciesHz).toEqual([1, 3, 5, 7])
  })

  it('can be cleared to one and added again up to four', async () => {
    for (let press = 0; press < 5; press += 1) bench.tuning.clearTone(0)
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([7])
    expect(bench.running.selectorCount).toBe(1)
    for (const hertz of [9, 11, 13]) expect(bench.tuning.setFrequency(bench.tones.list.length, hertz)).toBeUndefined()
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([7, 9, 11, 13])
  })

  it('are looked for anew in what the screen shows', async () => {
    expect(await bench.tuning.findTones()).toBe(true)
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([3, 6])
    expect(bench.tones.list[0]).toMatchObject({ origin: 'found', evidence: { confidence: 0.98 } })
  })

  it('come from a fixed model that is chosen, and leave with it', async () => {
    await bench.importing.openFile({ fileId: 'pump', name: 'pump.wav' })
    bench.tuning.setFrequency(3, 9)
    await settle()
    await bench.tuning.chooseModel('second')
    expect(bench.tones.frequenciesHz).toEqual([1, 3, 5, 7])
    await bench.tuning.chooseModel('any')
    expect(bench.tones.list.every(({ origin }) => origin === 'found')).toBe(true)
  })

  it('ask for the newest only while a change is under way', async () => {
    const retunes = () => lab.calls.filter((name) => name === 'retuneStream').length
    for (let step = 1; step <= 20; step += 1) bench.tuning.setFrequency(0, 1 + step / 100)
    await settle()
    expect(bench.stream?.info.frequenciesHz[0]).toBe(1.2)
    expect(retunes()).toBe(2)
  })
})
