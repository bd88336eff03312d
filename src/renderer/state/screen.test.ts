import { beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply, type Settings } from '../../contract/app'
import { connectApp } from '../client'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import { Workbench } from './workbench.svelte'

let lab: FakeLab
let bench: Workbench
let saved: Settings[]

beforeEach(async () => {
  // One list a test: what an earlier bench saves after a rest is not this one's.
  const own: Settings[] = []
  saved = own
  lab = createFakeLab()
  const startup = {
    version: '1',
    electronVersion: '22',
    settings: defaultSettings,
    file: null,
    session: null,
    notices: []
  }
  const call = async (name: string, payload: unknown): Promise<AppReply> => {
    if (name === 'saveSettings') own.push(payload as Settings)
    return { ok: true, value: name === 'getStartup' ? startup : null }
  }
  let time = 0
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback((time += 40)), 0)
  )
  await bench.start()
  await bench.useLab(lab.client)
  await settle()
  await lab.advance(6000)
  await settle()
})

describe('what is read for the screen', () => {
  it('rolls along the stream', () => {
    expect(bench.picture.frame).toEqual({ axis: 'stream', from: 1000, to: 6000 })
  })

  it('is the record where the user holds the view, with more on both sides for panning', async () => {
    bench.view.show({ start: 2000, end: 4000 })
    await settle()
    expect(bench.picture.frame).toEqual({ axis: 'record', from: 2000, to: 4000 })
    const [{ data }] = bench.picture.drawn!.layers
    expect(data.startSample).toBeLessThanOrEqual(1500)
    // Moved, and drawn there before new samples came.
    bench.view.pan(300)
    expect(bench.picture.frame).toEqual({ axis: 'record', from: 2300, to: 4300 })
  })

  it('begins at a trigger while screens are short', async () => {
    bench.running.setTimeBase(0.5)
    bench.screen.setMode('sweep')
    await lab.advance(1500)
    await settle()
    expect(bench.picture.frame).toEqual({ axis: 'trigger', from: -100, to: 400, trigger: 7000 })
    expect(bench.screen.live.status).toBe('triggered')
    expect(bench.screen.showsTrigger).toBe(true)
    bench.running.setTimeBase(1)
    expect(bench.screen.showsTrigger).toBe(false)
  })

  it('is the new and what is left of the old screen in a sweep without triggers', async () => {
    bench.screen.setMode('sweep')
    await settle()
    expect(bench.picture.frame).toEqual({ axis: 'stream', from: 5000, to: 10_000 })
    expect(bench.picture.drawn!.layers.map(({ shift }) => shift)).toEqual([-5000, 0])
  })
})

describe('a single sweep', () => {
  it('is held on the screen, and the stream pauses', async () => {
    bench.running.setTimeBase(0.5)
    bench.screen.single()
    await lab.advance(1500)
    await settle()
    expect(bench.view.following).toBe(false)
    expect(bench.view.range).toEqual({ start: 6900, end: 7400 })
    expect(bench.stream?.running).toBe(false)
  })
})

describe('cursors, markers and selection here', () => {
  it('are at the pointer, or in the middle', async () => {
    bench.view.pointer = 3000.4
    bench.screen.toggleCursor('a')
    bench.view.pointer = null
    bench.screen.toggleCursor('b')
    expect(bench.cursors.pair('record')).toEqual({ a: 3000, b: 3500 })
    bench.screen.toggleCursor('b')
    expect(bench.cursors.pair('record').b).toBeNull()
    bench.screen.addMarker()
    expect(bench.cursors.markers).toMatchObject([{ name: 'M1', place: 3500 }])
    bench.screen.moveLine(bench.cursors.markers[0].id, 1e9)
    expect(bench.cursors.markers[0].place).toBe(9999)
  })

  it('select from one key to another', () => {
    bench.view.pointer = 2000
    bench.screen.selectEdge('start')
    expect(bench.selection.range).toEqual({ start: 2000, end: 6000 })
    bench.view.pointer = 2500
    bench.screen.selectEdge('end')
    expect(bench.selection.range).toEqual({ start: 2000, end: 2500 })
    bench.screen.fitSelection()
    expect(bench.view.range).toEqual({ start: 1975, end: 2525 })
  })

  it('go with the signal', async () => {
    bench.selection.select(0, 100)
    bench.cursors.move('record', 'a', 50)
    bench.view.show({ start: 0, end: 100 })
    await bench.importing.openFile({ fileId: 'pump', name: 'pump.wav' })
    expect(bench.selection.range).toBeNull()
    expect(bench.cursors.pair('record').a).toBeNull()
    expect(bench.view.following).toBe(true)
  })
})

describe('how traces are drawn', () => {
  it('is kept, once the user lets go', async () => {
    bench.scope.changeTrace('mix', { gain: 2 })
    bench.scope.changeTrigger({ level: 0.5 })
    expect(bench.scope.current.traces.mix).toMatchObject({ gain: 2, offset: 0, isVisible: true })
    expect(saved).toEqual([])
    await new Promise((resolve) => setTimeout(resolve, 350))
    expect(saved.at(-1)?.scope).toMatchObject({ trigger: { level: 0.5 }, traces: { mix: { gain: 2 } } })
    bench.scope.resetTrace('mix')
    expect(bench.scope.current.traces.mix.gain).toBe(1)
  })
})
