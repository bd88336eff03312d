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
  const startup = { version: '1', electronVersion: '22', settings: defaultSettings, file: null, notices: ['A notice.'] }
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
    expect(bench.timeBaseSeconds).toBe(2)
    expect(screen.queryByRole('listbox')).toBeNull()
  })
})

describe('banners', () => {
  it('show the error with its remedy, and go', async () => {
    await bench.openFile({ fileId: 'broken', name: 'broken.wav' })
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
