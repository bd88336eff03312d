import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply, type Settings } from '../../contract/app'
import { connectApp } from '../client'
import CrossTalk from '../compare/CrossTalk.svelte'
import SpectrumPlot from '../spectrum/SpectrumPlot.svelte'
import { Workbench } from '../state/workbench.svelte'
import { createFakeLab, type FakeLab } from '../testing/fake-lab'
import Measurements from './Measurements.svelte'
import { eventually } from '../../core/eventually.testing'

let lab: FakeLab
let bench: Workbench
let saved: Settings[]

beforeEach(async () => {
  lab = createFakeLab()
  saved = []
  const startup = {
    version: '1',
    electronVersion: '22',
    settings: defaultSettings,
    file: null,
    session: null,
    notices: []
  }
  const call = async (name: string, payload: unknown): Promise<AppReply> => {
    if (name === 'saveSettings') saved.push(payload as Settings)
    return { ok: true, value: name === 'getStartup' ? startup : null }
  }
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback(Date.now()), 0)
  )
  await bench.start()
  await bench.useLab(lab.client)
  await eventually(() => expect(lab.credits()).toBeGreaterThan(0))
  await lab.advance(5000)
  await eventually(() => expect(bench.stream?.position).toBe(5000))
})
afterEach(cleanup)

/** Answers come by timers of their own, at most every tenth of a second. */
const soon = (text: string | RegExp) => screen.findByText(text, undefined, { timeout: 20_000 })

describe('the measurements', () => {
  it('show the pinned kinds with units, and a dash where there is no value', async () => {
    render(Measurements, { bench })
    await soon('5.00 Hz')
    const row = (name: string) => screen.getByRole('rowheader', { name }).closest('tr')!
    expect(row('SNR').textContent).toContain('21.5 dB')
    expect(row('Peak to peak').textContent).toContain('—')
    expect(screen.getByText(/5\.00 s, 5,000 samples/)).toBeTruthy()
  })

  it('take another kind in the order of the table, and remember it', async () => {
    render(Measurements, { bench })
    await fireEvent.click(screen.getByRole('button', { name: 'Choose…' }))
    expect(screen.getAllByRole('checkbox')).toHaveLength(25)
    await fireEvent.click(screen.getByRole('checkbox', { name: 'SI-SDR' }))
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Frequency' }))
    expect(saved.at(-1)?.measurements.pinned.at(-1)).toBe('siSdr')
    expect(saved.at(-1)?.measurements.pinned).not.toContain('frequency')
    const table = within(screen.getByRole('table'))
    expect(table.getByRole('rowheader', { name: 'SI-SDR' })).toBeTruthy()
    expect(table.queryByRole('rowheader', { name: 'Frequency' })).toBeNull()
  })

  it('count frames while the stream goes on, and begin anew for another tone', async () => {
    render(Measurements, { bench })
    await soon('5.00 Hz')
    const { measuring } = bench.analysis
    await eventually(() => expect(measuring.frameCount).toBe(1))
    await lab.advance(100)
    await eventually(() => expect(measuring.frameCount).toBe(2))
    bench.running.select(2)
    await eventually(() => expect(measuring.frameCount).toBe(1))
  })
})

describe('the spectrum', () => {
  it('has a slider for each selector, which its keys tune', async () => {
    await bench.tuning.chooseModel('any')
    render(SpectrumPlot, { bench })
    const sliders = await screen.findAllByRole('slider')
    expect(sliders.map((slider) => slider.getAttribute('aria-valuetext'))).toEqual([
      '1.00 Hz',
      '3.00 Hz',
      '5.00 Hz',
      '7.00 Hz'
    ])
    await fireEvent.keyDown(sliders[2], { key: 'ArrowRight' })
    expect(bench.tones.frequenciesHz[2]).toBeCloseTo(5.01, 9)
    await fireEvent.keyDown(sliders[2], { key: 'PageDown' })
    expect(bench.tones.frequenciesHz[2]).toBeCloseTo(4.91, 9)
  })

  it('tells its peaks in words', async () => {
    render(SpectrumPlot, { bench })
    expect((await soon(/Peaks of the mix/)).textContent).toContain('none')
    await soon(/1\.00 Hz at 0\.0 dB, 3\.00 Hz at 0\.0 dB/)
  })
})

describe('the cross-talk', () => {
  it('shows a number for each asked and heard tone, and no more than is known', async () => {
    render(CrossTalk, { bench })
    await soon(/Over 5\.00 s/)
    const cells = screen.getAllByRole('cell').map((cell) => cell.textContent)
    expect(cells.slice(1, 5)).toEqual(['−0.2', '−41.0', '−42.0', '< −42.5'])
  })
})
