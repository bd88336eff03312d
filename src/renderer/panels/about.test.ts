import { cleanup, fireEvent, render, screen } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import type { AppInstallation, Licences } from '../../contract/installation'
import { connectApp } from '../client'
import { createFakeLab, settle } from '../testing/fake-lab'
import { createFakeTraining } from '../testing/fake-training'
import { Workbench } from '../state/workbench.svelte'
import AboutDialog from './AboutDialog.svelte'

const program: AppInstallation = {
  ...{ version: '1.2.3', electronVersion: '22.3.25', chromiumVersion: '108', packaged: true, oldRuntime: true },
  ...{
    sandboxed: true,
    dataFolder: '/data',
    logFolder: '/data/logs',
    crashFolder: '/data/crashes',
    updateAddress: null
  }
}
const licences: Licences = {
  note: 'Chromium brings its own.',
  components: [{ name: 'valibot', version: '1.5.0', licence: 'MIT', text: 'MIT License, whole.' }]
}

let copied: string[]
let failing: Set<string>
let bench: Workbench
beforeEach(async () => {
  copied = []
  failing = new Set()
  const startup = {
    ...{ version: '1', electronVersion: '22', settings: defaultSettings, file: null, session: null, notices: [] }
  }
  const answers: Record<string, unknown> = { getStartup: startup, describeProgram: program, listLicences: licences }
  const call = async (name: string, payload: unknown): Promise<AppReply> => {
    if (failing.has(name)) return { ok: false, error: { code: 'internal', message: 'no such file' } }
    if (name === 'copyText') copied.push(payload as string)
    return { ok: true, value: answers[name] ?? null }
  }
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback(Date.now()), 0)
  )
  await bench.start()
})
afterEach(cleanup)

describe('the page about the program', () => {
  it('tells of program and laboratory, and copies all of it as text', async () => {
    await bench.useLab(createFakeLab().client)
    render(AboutDialog, { bench })
    await settle()
    expect(screen.getByText('Signal Lab 1.2.3, installed')).toBeTruthy()
    expect(screen.queryByText(/training process/)).toBeNull()
    expect(screen.getByText(/OLD: gets no security updates/)).toBeTruthy()
    await fireEvent.click(screen.getByRole('button', { name: 'Copy' }))
    await settle()
    expect(copied[0]).toContain('TensorFlow 0 on the CPU, computes\n')
    expect(copied[0]).toContain('Updates: not looked for\n')
  })

  it('tells what the training process holds once it is there', async () => {
    await bench.useTraining(createFakeTraining().client)
    render(AboutDialog, { bench })
    await settle()
    expect(screen.getByText('Tensors of the training process: 0')).toBeTruthy()
  })

  it('shows the licence of each part with its text', async () => {
    await bench.useLab(createFakeLab().client)
    render(AboutDialog, { bench })
    await settle()
    expect(screen.getByText('MIT License, whole.')).toBeTruthy()
  })

  it('says what it cannot tell, and tells the rest', async () => {
    failing.add('listLicences')
    render(AboutDialog, { bench })
    await settle()
    expect(screen.getByText('The list of licences cannot be told: no such file')).toBeTruthy()
    expect(screen.getByText(/The laboratory is not running/)).toBeTruthy()
    expect(screen.getByText('Sandbox: on')).toBeTruthy()
  })
})
