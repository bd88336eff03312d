import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import { connectApp } from '../client'
import { numbersOf } from '../state/model-files.svelte'
import { Workbench } from '../state/workbench.svelte'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import ExportModelDialog from './ExportModelDialog.svelte'
import ModelFileDialog from './ModelFileDialog.svelte'

let lab: FakeLab
let bench: Workbench
let asked: { name: string; payload: unknown }[]

beforeEach(async () => {
  lab = createFakeLab()
  asked = []
  const known: Record<string, unknown> = {
    getStartup: {
      version: '1',
      electronVersion: '22',
      file: null,
      session: null,
      notices: [],
      settings: defaultSettings
    },
    listRecentFiles: [],
    chooseSaveFile: { fileId: 'out', name: 'first.siglab' }
  }
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
})
afterEach(cleanup)

describe('the export dialog', () => {
  beforeEach(async () => {
    bench.openModelExport()
    await settle()
    render(ExportModelDialog, { bench, subject: bench.modelSubject!, files: bench.modelFiles })
  })

  it('offers what can be written, and says of the rest why not', () => {
    expect(screen.getByLabelText(/^Evidence bundle/)).toHaveProperty('checked', true)
    expect(screen.getByLabelText(/^tfjs/)).toHaveProperty('disabled', true)
    expect(screen.getByText('A GRU cannot. Export ONNX instead.')).toBeTruthy()
  })

  it('asks where, with the ending of what is written, and writes', async () => {
    await fireEvent.click(screen.getByRole('button', { name: 'Export…' }))
    await settle()
    expect(asked).toContainEqual({ name: 'chooseSaveFile', payload: { name: 'first.siglab', kind: 'siglab' } })
    expect(lab.calls).toContain('exportModel')
    expect(bench.dialog).toBe('none')
  })
})

describe('a file that holds a model', () => {
  const open = async (fileId: string, name: string) => {
    await bench.importing.openFile({ fileId, name })
    await settle()
    render(ModelFileDialog, { files: bench.modelFiles, opened: bench.modelFiles.opened! })
  }

  it('is not taken for a recording; evidence in it is checked at once, and what differs is said', async () => {
    await open('evidence', 'hum.siglab')
    expect(lab.calls).toContain('verifyEvidence')
    expect(screen.getByText(/It differs: by 0.2 of full scale/)).toBeTruthy()
    expect(screen.getByText('no number')).toBeTruthy()
    expect(screen.getByText('Another kernel.')).toBeTruthy()
  })

  it('is imported and runs; what it does not tell is asked for, and a wrong answer is said', async () => {
    await open('theirs', 'theirs.safetensors')
    await fireEvent.input(screen.getByLabelText(/^Frequencies/), { target: { value: '1, 3, 5' } })
    await fireEvent.input(screen.getByLabelText(/^Sample rate/), { target: { value: '1000' } })
    await fireEvent.input(screen.getByLabelText(/^Rate of its steps/), { target: { value: '50' } })
    await fireEvent.click(screen.getByRole('button', { name: 'Add to my models' }))
    await settle()
    expect(screen.getByText('That is 4 selectors. Received: 3.')).toBeTruthy()
    await fireEvent.input(screen.getByLabelText(/^Frequencies/), { target: { value: '1, 3, 5, 7' } })
    await fireEvent.click(screen.getByRole('button', { name: 'Add to my models' }))
    await settle()
    expect(bench.modelFiles.opened).toBeUndefined()
    expect(bench.model?.id).toBe('second')
  })

  it('that is a run goes to the runs', async () => {
    await open('run', 'first.run.zip')
    await fireEvent.click(screen.getByRole('button', { name: 'Add to my runs' }))
    await settle()
    expect(lab.calls).toContain('importRun')
    expect(bench.messages.notices).toContain('The run "First try" is among your runs.')
  })

  it('that cannot be one is refused with the reason, and nothing can be added', async () => {
    await open('broken', 'theirs.safetensors')
    expect(screen.getByText('It is a Python pickle.')).toBeTruthy()
    expect(screen.queryByRole('button', { name: 'Add to my models' })).toBeNull()
  })
})

it.each([
  ['1,3,5,7', [1, 3, 5, 7]],
  ['1, 3.5, 7', [1, 3.5, 7]],
  ['1,5; 3', [1.5, 3]],
  ['50 100', [50, 100]],
  ['', undefined],
  ['1, x', undefined]
])('"%s" are the numbers %j', (text, expected) => {
  expect(numbersOf(text)).toEqual(expected)
})
