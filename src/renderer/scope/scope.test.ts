import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import { connectApp } from '../client'
import { Workbench } from '../state/workbench.svelte'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import CursorTable from './CursorTable.svelte'
import Ruler from './Ruler.svelte'
import ScopeBar from './ScopeBar.svelte'
import TimeAxis from './TimeAxis.svelte'
import TraceMenu from './TraceMenu.svelte'
import TriggerMenu from './TriggerMenu.svelte'
import ValueAxis from './ValueAxis.svelte'
import { eventually } from '../../core/eventually.testing'

let lab: FakeLab
let bench: Workbench

beforeEach(async () => {
  lab = createFakeLab()
  const startup = { version: '1', electronVersion: '22', settings: defaultSettings, file: null, notices: [] }
  const call = async (name: string): Promise<AppReply> => ({ ok: true, value: name === 'getStartup' ? startup : null })
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
afterEach(cleanup)

describe('the bar of the scope', () => {
  it('says what the screen does, and lets go of it and follows again', async () => {
    render(ScopeBar, { bench })
    const status = screen.getByRole('button', { name: 'Following: Rolling' })
    await fireEvent.click(status)
    expect(bench.view.following).toBe(false)
    await fireEvent.click(screen.getByRole('button', { name: 'Follow the newest sample' }))
    expect(bench.view.following).toBe(true)
  })

  it('goes through views only where there are some', async () => {
    render(ScopeBar, { bench })
    const before = screen.getByRole('button', { name: 'View before' }) as HTMLButtonElement
    expect(before.disabled).toBe(true)
    await fireEvent.click(screen.getByRole('button', { name: 'Fit' }))
    expect(bench.view.range).toEqual({ start: 0, end: 10_000 })
    await fireEvent.click(before)
    expect(bench.view.following).toBe(true)
  })
})

describe('the trigger', () => {
  it('is off by itself above half a second a screen, and says so', async () => {
    render(TriggerMenu, { bench })
    const button = screen.getByRole('button', { name: 'Trigger: off' })
    await fireEvent.click(button)
    expect(screen.getByText(/more than 500 ms a screen/)).toBeTruthy()
    bench.running.setTimeBase(0.5)
    await settle()
    expect(screen.queryByText(/more than 500 ms a screen/)).toBeNull()
    expect(screen.getByRole('button', { name: 'Trigger: auto' })).toBeTruthy()
  })

  it('takes a level that is typed, and not one that is no number', async () => {
    render(TriggerMenu, { bench })
    await fireEvent.click(screen.getByRole('button', { name: /^Trigger/ }))
    const level = screen.getByRole('textbox', { name: 'Level' }) as HTMLInputElement
    await fireEvent.input(level, { target: { value: 'high' } })
    expect(level.getAttribute('aria-invalid')).toBe('true')
    await fireEvent.keyDown(level, { key: 'Enter' })
    expect(bench.scope.current.trigger.level).toBe(0)
    await fireEvent.input(level, { target: { value: '0,25' } })
    await fireEvent.keyDown(level, { key: 'Enter' })
    expect(bench.scope.current.trigger.level).toBe(0.25)
    await fireEvent.dblClick(level)
    expect(bench.scope.current.trigger.level).toBe(0)
  })
})

describe('the menu of a trace', () => {
  it('changes colour, gain in 1-2-5 steps and unit, and resets', async () => {
    const colours = { mix: '#111111', truth: '#222222', residual: '#333333', rival: '#444444' } as never
    const props = { bench, title: 'Mix', offered: ['mix'] as const, colour: '#111111', tone: '#56b4e9', colours }
    render(TraceMenu, props)
    await fireEvent.click(screen.getByRole('button', { name: 'Traces of Mix' }))
    const menu = screen.getByRole('dialog', { name: 'Traces of Mix' })
    await fireEvent.click(within(menu).getByRole('radio', { name: 'vermilion' }))
    const gain = within(menu).getByRole('textbox', { name: 'Gain' })
    for (const key of ['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowDown']) await fireEvent.keyDown(gain, { key })
    await fireEvent.change(within(menu).getByRole('textbox', { name: 'Unit' }), { target: { value: ' mV ' } })
    expect(bench.scope.current.traces.mix).toMatchObject({ colour: '#d55e00', gain: 5, unit: 'mV' })
    await fireEvent.click(within(menu).getByRole('button', { name: 'Reset' }))
    expect(bench.scope.current.traces.mix).toMatchObject({ colour: null, gain: 1, unit: '' })
  })
})

describe('cursors and markers', () => {
  beforeEach(async () => {
    bench.view.show({ start: 0, end: 10_000 })
    await settle()
  })

  it('read time, samples and values at both, and between them', () => {
    bench.cursors.move('record', 'a', 1000)
    bench.cursors.move('record', 'b', 1250)
    render(CursorTable, { bench, traces: ['output'] })
    const row = screen.getByRole('row', { name: /^B − A/ })
    expect(row.textContent).toMatch(/250 ms · 4\.00 Hz\s*250 samples\s*1\.000/)
  })

  it('are spoken when they rest, not while they are dragged', async () => {
    bench.cursors.move('record', 'a', 1000)
    bench.cursors.move('record', 'b', 1250)
    const { container } = render(CursorTable, { bench, traces: ['output'] })
    const spoken = container.querySelector('[aria-live]')!
    expect(spoken.textContent).toBe('')
    await eventually(() => expect(spoken.textContent).toBe('A at 1.000 s, B at 1.250 s, B − A 250 ms, 4.00 Hz'))
  })

  it('are moved, removed and renamed by keys', async () => {
    bench.cursors.move('record', 'a', 1000)
    bench.cursors.addMarker(5000)
    render(Ruler, { bench })
    const cursor = screen.getByRole('slider', { name: 'Cursor A' })
    await fireEvent.keyDown(cursor, { key: 'Delete' })
    expect(bench.cursors.pair('record').a).toBeNull()
    await fireEvent.keyDown(screen.getByRole('slider', { name: 'Marker M1' }), { key: 'Enter' })
    const name = screen.getByRole('textbox', { name: 'Name of the marker' }) as HTMLInputElement
    name.value = 'click'
    await fireEvent.keyDown(name, { key: 'Enter' })
    expect(screen.getByRole('slider', { name: 'Marker click' }).getAttribute('aria-valuetext')).toBe('5.000 seconds')
  })
})

describe('the axes by keys', () => {
  it('of time pans, zooms and follows', async () => {
    bench.view.show({ start: 4000, end: 6000 })
    await settle()
    render(TimeAxis, { bench })
    const axis = screen.getByRole('slider', { name: 'Time axis' })
    await fireEvent.keyDown(axis, { key: 'ArrowRight' })
    expect(bench.view.range).toEqual({ start: 4200, end: 6200 })
    await fireEvent.keyDown(axis, { key: '+' })
    expect(bench.view.spanSeconds).toBe(1)
    await fireEvent.keyDown(axis, { key: '0' })
    expect(bench.view.following).toBe(true)
  })

  it('of amplitude moves, steps and goes back to automatic', async () => {
    const onWindow = vi.fn()
    render(ValueAxis, { name: 'Mix', window: { low: -1, high: 1 }, isHeld: true, onWindow })
    const axis = screen.getByRole('slider', { name: 'Amplitude axis of Mix' })
    for (const key of ['ArrowUp', '-', '0']) await fireEvent.keyDown(axis, { key })
    expect(onWindow.mock.calls.map(([window]) => window)).toEqual([
      { low: -0.9, high: 1.1 },
      { low: -2, high: 2 },
      null
    ])
  })
})
