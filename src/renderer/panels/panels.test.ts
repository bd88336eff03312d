import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import { connectApp } from '../client'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import { Workbench } from '../state/workbench.svelte'
import { GenerateForm } from '../state/generate-form.svelte'
import Banners from './Banners.svelte'
import Curtain from './Curtain.svelte'
import Figures from './Figures.svelte'
import GenerateDialog from './GenerateDialog.svelte'
import HelpDialog from './HelpDialog.svelte'
import Selectors from './Selectors.svelte'
import Transport from './Transport.svelte'

let lab: FakeLab
let bench: Workbench

beforeEach(async () => {
  lab = createFakeLab()
  const startup = {
    version: '1',
    electronVersion: '22',
    settings: defaultSettings,
    file: null,
    session: null,
    notices: ['A notice.']
  }
  const call = async (name: string): Promise<AppReply> => ({ ok: true, value: name === 'getStartup' ? startup : null })
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback(Date.now()), 0)
  )
  await bench.start()
  await bench.useLab(lab.client)
  await settle()
})
afterEach(cleanup)

describe('the selectors', () => {
  it('press one at a time, by name', async () => {
    render(Selectors, { bench })
    const third = screen.getByRole('button', { name: 'Tone 3: 5.00 Hz' })
    await fireEvent.click(third)
    expect(third.getAttribute('aria-pressed')).toBe('true')
    expect(screen.getAllByRole('button', { pressed: true })).toHaveLength(1)
  })
})

describe('a selector that is typed into', () => {
  const type = async (text: string) => {
    render(Selectors, { bench })
    await fireEvent.keyDown(screen.getByRole('button', { name: 'Tone 2: 3.00 Hz' }), { key: 'Enter' })
    const field = screen.getByLabelText('Tone 2') as HTMLInputElement
    expect(field.value).toBe('3')
    await fireEvent.input(field, { target: { value: text } })
    return field
  }

  it('takes the frequency with Enter, and is chosen', async () => {
    await fireEvent.keyDown(await type('0.0042 kHz'), { key: 'Enter' })
    await settle()
    expect(screen.getByRole('button', { name: 'Tone 2: 4.20 Hz' }).getAttribute('aria-pressed')).toBe('true')
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 4.2, 5, 7])
    bench.history.undo()
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 3, 5, 7])
  })

  it('says while it is typed why it cannot be, and Escape leaves it as it was', async () => {
    const field = await type('600')
    expect(screen.getByText('Must be 0.10 Hz up to below 500 Hz.')).toBeTruthy()
    await fireEvent.keyDown(field, { key: 'Enter' })
    expect(bench.tones.editing).toBe(1)
    await fireEvent.input(field, { target: { value: 'loud' } })
    expect(screen.getByText(/Expected a frequency/)).toBeTruthy()
    await fireEvent.keyDown(field, { key: 'Escape' })
    expect(screen.getByRole('button', { name: 'Tone 2: 3.00 Hz' })).toBeTruthy()
  })

  it('steps by the arrows while the filter follows', async () => {
    await fireEvent.keyDown(await type('3'), { key: 'ArrowUp', shiftKey: true })
    await settle()
    expect(bench.stream?.info.frequenciesHz[1]).toBe(3.1)
  })

  it('is cleared by Delete, and the place after the last takes another', async () => {
    render(Selectors, { bench })
    await fireEvent.keyDown(screen.getByRole('button', { name: 'Tone 2: 3.00 Hz' }), { key: 'Delete' })
    await fireEvent.click(screen.getByRole('button', { name: 'Tone 4: none' }))
    const field = screen.getByLabelText('Tone 4')
    await fireEvent.input(field, { target: { value: '11' } })
    await fireEvent.keyDown(field, { key: 'Enter' })
    await settle()
    expect(bench.stream?.info.frequenciesHz).toEqual([1, 5, 7, 11])
  })
})

describe('the figures', () => {
  it('show numbers where the truth is known', async () => {
    await lab.advance(3000)
    render(Figures, { bench })
    expect(screen.getByLabelText('R² after 2 s').textContent).toBe('0.990')
    expect(screen.getByLabelText('SI-SDR').textContent).toBe('21.0 dB')
  })
})

describe('the transport', () => {
  it('pauses and runs', async () => {
    render(Transport, { bench })
    await fireEvent.click(screen.getByRole('button', { name: 'Pause' }))
    expect(screen.getByRole('button', { name: 'Run' })).toBeTruthy()
  })

  it('chooses the time base from a list, by keys alone', async () => {
    render(Transport, { bench })
    await fireEvent.click(screen.getByRole('button', { name: 'Time base: 5 s' }))
    const list = screen.getByRole('listbox', { name: 'Time base' })
    await fireEvent.keyDown(list, { key: 'ArrowUp' })
    await fireEvent.keyDown(list, { key: 'Enter' })
    expect(bench.running.timeBaseSeconds).toBe(2)
    expect(screen.queryByRole('listbox')).toBeNull()
  })
})

describe('banners', () => {
  it('show the error with its remedy, and go', async () => {
    await bench.importing.openFile({ fileId: 'broken', name: 'broken.wav' })
    render(Banners, { bench })
    expect(screen.getByRole('alert').textContent).toContain('Expected a RIFF header')
    expect(screen.getByRole('button', { name: 'Open another…' })).toBeTruthy()
    await fireEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0])
    expect(screen.queryByRole('alert')).toBeNull()
    expect(screen.getByText('A notice.')).toBeTruthy()
  })
})

describe('the curtain', () => {
  it('says that the laboratory is gone and offers to restart it', async () => {
    bench.connection.lose('The laboratory process was killed.', false)
    render(Curtain, { bench })
    expect(screen.getByRole('alert').textContent).toContain('was killed')
    await fireEvent.click(screen.getByRole('button', { name: 'Restart' }))
    expect(bench.connection.phase.kind).toBe('restarting')
  })
})

describe('dialogs', () => {
  it('generate only what can be generated', async () => {
    const form = new GenerateForm()
    render(GenerateDialog, { bench, form })
    await fireEvent.input(screen.getByLabelText('Sample rate'), { target: { value: 'x' } })
    expect(screen.getByText(/Expected a number/)).toBeTruthy()
    expect((screen.getByRole('button', { name: 'Generate' }) as HTMLButtonElement).disabled).toBe(true)
  })

  it('list every key of the table', () => {
    render(HelpDialog, { bench })
    expect(screen.getByText('Run or pause')).toBeTruthy()
    expect(screen.getByText('Ctrl+O')).toBeTruthy()
  })
})
