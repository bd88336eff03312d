import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply, type Settings } from '../../contract/app'
import { connectApp } from '../client'
import { Workbench } from '../state/workbench.svelte'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import ExportDialog from './ExportDialog.svelte'
import ImportDialog from './ImportDialog.svelte'

let lab: FakeLab
let bench: Workbench
let asked: { name: string; payload: unknown }[]
const file = { fileId: 'run-1', name: 'run 1.csv' }

async function start(settings: Partial<Settings> = {}, answers: Record<string, unknown> = {}) {
  lab = createFakeLab()
  asked = []
  const startup = {
    ...{ version: '1', electronVersion: '22', file: null, notices: [] },
    settings: { ...defaultSettings, ...settings }
  }
  const known: Record<string, unknown> = { getStartup: startup, listRecentFiles: [], recallImport: null, ...answers }
  const call = async (name: string, payload: unknown): Promise<AppReply> => {
    asked.push({ name, payload })
    return { ok: true, value: known[name] }
  }
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback(Date.now()), 0)
  )
  await bench.start()
  await bench.useLab(lab.client)
  await settle()
}
beforeEach(() => start())
afterEach(cleanup)

describe('a file', () => {
  it('that leaves nothing open is opened without a question, and is noted', async () => {
    await bench.importing.openFile(file)
    await settle()
    expect(bench.importing.session).toBeUndefined()
    expect(bench.signal?.info.name).toContain('run-1')
    expect(asked).toContainEqual({ name: 'noteOpenedFile', payload: { fileId: 'run-1' } })
  })

  it('is shown before it is opened where the settings say so', async () => {
    await start({ importDialog: 'always' })
    await bench.importing.openFile(file)
    expect(bench.importing.session?.name).toBe('run 1.csv')
    expect(lab.calls).not.toContain('openSignal')
  })
})

describe('the import dialog', () => {
  beforeEach(async () => {
    await start({ importDialog: 'always' })
    await bench.importing.openFile(file)
    render(ImportDialog, { bench, session: bench.importing.session! })
    await settle()
  })

  it('shows evidence, the table and what comes out, and opens it', async () => {
    expect(screen.getByText('It cuts 3 of 3 lines into 2 cells each.')).toBeTruthy()
    expect(screen.getByText('0.002')).toBeTruthy()
    expect(screen.getByText(/1000 Hz/)).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Open' }))
    await settle()
    expect(lab.calls).toContain('openSignal')
    expect(bench.importing.session).toBeUndefined()
    // Nothing was changed: detection needs no memory.
    expect(asked).toContainEqual({ name: 'rememberImport', payload: { name: 'run 1.csv', choices: null } })
  })

  it('follows a choice, remembers it, and goes back to what was detected', async () => {
    await fireEvent.click(screen.getByRole('button', { name: 'Column 2 is: Channel' }))
    await settle()
    expect(bench.importing.session!.choices).toMatchObject({ columns: [{ role: 'channel' }, { role: 'time' }] })
    await fireEvent.click(screen.getByRole('button', { name: 'As detected' }))
    expect(bench.importing.session!.isChanged).toBe(false)
    await fireEvent.input(screen.getByLabelText('Sample rate'), { target: { value: '-1' } })
    expect(bench.importing.session!.isChanged).toBe(false)
    await fireEvent.input(screen.getByLabelText('Sample rate'), { target: { value: '500' } })
    expect(bench.importing.session!.choices.sampleRate).toBe(500)
    await bench.importing.open(bench.importing.session!)
    const { payload } = asked.find(({ name }) => name === 'rememberImport')!
    expect(payload).toMatchObject({ name: 'run 1.csv', choices: { sampleRate: 500 } })
  })
})

describe('the export dialog', () => {
  it('writes what is ticked, of the chosen tone or of all, where main says', async () => {
    await start({}, { chooseSaveFile: { fileId: 'out', name: 'out.wav' } })
    await lab.advance(100)
    bench.dialog = 'export'
    render(ExportDialog, { bench, exporter: bench.exporter })
    await fireEvent.click(screen.getByLabelText('Truth'))
    expect(screen.getByText(/3 channels/)).toBeTruthy()
    await fireEvent.click(screen.getByRole('radio', { name: 'All tones' }))
    expect(screen.getByText(/9 channels/)).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Export…' }))
    await settle()
    expect(asked.find(({ name }) => name === 'chooseSaveFile')!.payload).toMatchObject({ kind: 'wav' })
    expect(lab.calls).toContain('exportSignal')
    expect(bench.dialog).toBe('none')
  })

  it('refuses to write nothing', async () => {
    render(ExportDialog, { bench, exporter: bench.exporter })
    await fireEvent.click(screen.getByLabelText('Mix'))
    await fireEvent.click(screen.getByLabelText('Output'))
    expect(screen.getByText('Choose at least one thing to write.')).toBeTruthy()
    expect((screen.getByRole('button', { name: 'Export…' }) as HTMLButtonElement).disabled).toBe(true)
  })
})
