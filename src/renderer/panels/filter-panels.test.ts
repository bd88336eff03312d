import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import { connectApp } from '../client'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import { createFakeTraining } from '../testing/fake-training'
import { Workbench } from '../state/workbench.svelte'
import { bodeCharts } from './bode-charts'
import BodePanel from './BodePanel.svelte'
import { duelCharts } from './duel-charts'
import DuelPanel from './DuelPanel.svelte'
import Figures from './Figures.svelte'
import ModelPanel from './ModelPanel.svelte'

let lab: FakeLab
let bench: Workbench
let copied: unknown[]

beforeEach(async () => {
  lab = createFakeLab()
  copied = []
  const startup = { version: '1', electronVersion: '22', settings: defaultSettings, file: null, notices: [] }
  const call = async (name: string, payload: unknown): Promise<AppReply> => {
    if (name === 'copyText') copied.push(payload)
    return { ok: true, value: name === 'getStartup' ? startup : null }
  }
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), (callback) =>
    setTimeout(() => callback(Date.now()), 0)
  )
  await bench.start()
  await bench.useLab(lab.client)
  await settle()
})
afterEach(cleanup)

describe('the domain guard', () => {
  it('says that the model fits', () => {
    render(ModelPanel, { bench })
    expect(screen.getByRole('status', { name: 'Domain guard' }).textContent).toContain('Fits this signal')
  })

  it('says why it does not, and one click cures it', async () => {
    await bench.tuning.chooseModel('second')
    await settle()
    render(ModelPanel, { bench })
    const guard = screen.getByRole('status', { name: 'Domain guard' })
    expect(guard.textContent).toContain('Does not fit this signal')
    expect(guard.textContent).toContain('The second filter answers other tones.')
    await fireEvent.click(screen.getByRole('button', { name: 'Use the universal filter' }))
    await settle()
    expect(bench.model?.id).toBe('any')
    expect(bench.stream?.info.frequenciesHz).toEqual([2, 4, 6])
    expect(guard.textContent).toContain('Fits this signal')
  })

  it('starts a training for these tones by one click, and shows how it goes', async () => {
    const training = createFakeTraining(0)
    await bench.useTraining(training.client)
    await bench.tuning.chooseModel('second')
    await settle()
    render(ModelPanel, { bench })
    const button = screen.getByRole('button', { name: 'Train for these tones' })
    expect(button.title).toContain('about 80.0 s')
    await fireEvent.click(button)
    await settle()
    const [run] = training.records.values()
    expect(run.request).toMatchObject({ kind: 'joint', frequenciesHz: [2, 4, 6], sampleRate: 1000 })
    expect(bench.preferences.current.layout).toBe('train')
    expect(bench.training.watch.runId).toBe(run.id)
  })
})

describe('a rival', () => {
  it('runs beside the network with its figures, and leaves again', async () => {
    render(ModelPanel, { bench })
    render(Figures, { bench })
    expect(screen.queryByLabelText('R² after 2 s of the rival')).toBeNull()
    await fireEvent.click(screen.getByRole('button', { name: 'Rival: None' }))
    await fireEvent.click(screen.getByRole('option', { name: 'Kalman filter' }))
    await settle()
    await lab.advance(3000)
    expect(screen.getByLabelText('R² after 2 s of the rival').textContent).toBe('0.981')
    expect(screen.getByLabelText('R² after 2 s').textContent).toBe('0.990')
    bench.tuning.toggleRival()
    await settle()
    expect(screen.queryByLabelText('R² after 2 s of the rival')).toBeNull()
    bench.tuning.toggleRival()
    await settle()
    expect(bench.stream?.info.rival?.id).toBe('kalman')
  })

  it('that sees the whole record is refused live with the reason, and runs delayed if that is wanted', async () => {
    render(ModelPanel, { bench })
    await fireEvent.click(screen.getByRole('button', { name: 'Rival: None' }))
    await fireEvent.click(screen.getByRole('option', { name: /Zero-phase/ }))
    await settle()
    expect(screen.getByText(/Delayed by 1125 samples/)).toBeTruthy()
    expect(bench.tuning.rival).toBeNull()
    await fireEvent.click(screen.getByRole('button', { name: 'Run it delayed' }))
    await settle()
    expect(bench.stream?.info.rival?.latencySamples).toBe(1125)
    expect(screen.getByText(/Latency 1.13 s/)).toBeTruthy()
  })
})

describe('the duel', () => {
  const run = () => fireEvent.click(screen.getByRole('button', { name: 'Run the duel' }))

  it('shows its progress, goes on when it is left, and ends in a verdict with a table for each level', async () => {
    const { unmount } = render(DuelPanel, { bench, theme: 'dark' })
    await run()
    await settle()
    expect(screen.getByText('50 %, 3.00 s left. It goes on when you leave.')).toBeTruthy()
    unmount()
    await lab.endJob()
    render(DuelPanel, { bench, theme: 'dark' })
    expect(screen.getByText('network +3.0 ± 0.4 dB at −5 dB SNR.')).toBeTruthy()
    const row = () => screen.getByRole('row', { name: /Butterworth/ }).textContent
    expect(row()).toContain('+3.0 ± 0.4 dB')
    await fireEvent.click(screen.getByRole('radio', { name: '20' }))
    expect(row()).toContain('+0.0 ± 0.4 dB')
    await fireEvent.click(screen.getByRole('button', { name: 'Copy as CSV' }))
    await fireEvent.click(screen.getByRole('button', { name: 'Copy as Markdown' }))
    expect(copied).toHaveLength(2)
    expect(copied[0]).toContain('snrDb,contestant')
    expect(copied[1]).toContain('| Butterworth |')
  })

  it('is cancelled by its button', async () => {
    render(DuelPanel, { bench, theme: 'dark' })
    await run()
    await settle()
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await settle()
    expect(screen.getByText('The duel was cancelled.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Run the duel' })).toBeTruthy()
  })

  it('does not start while a field is wrong, and says which', async () => {
    render(DuelPanel, { bench, theme: 'dark' })
    const button = () => screen.getByRole('button', { name: 'Run the duel' }) as HTMLButtonElement
    await fireEvent.input(screen.getByLabelText('Noise levels'), { target: { value: '0, loud' } })
    expect(screen.getByText('"loud" is no level from −60 to 100 dB.')).toBeTruthy()
    expect(button().disabled).toBe(true)
    await fireEvent.input(screen.getByLabelText('Noise levels'), { target: { value: '20, 0' } })
    expect(button().disabled).toBe(false)
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Dropouts' }))
    await fireEvent.input(screen.getByLabelText('Dropouts, %'), { target: { value: '99' } })
    expect(screen.getByText('Expected a number, 0.1 to 90.')).toBeTruthy()
    await fireEvent.input(screen.getByLabelText('Dropouts, %'), { target: { value: '10' } })
    expect(bench.comparing.duel.form.choice).toMatchObject({ snrsDb: [0, 20], degradations: 'dropouts=0.1x0.02' })
  })

  it('needs a causal rival to win against', () => {
    const { form } = bench.comparing.duel
    for (const id of [...form.rivalIds]) form.setRival(id, false)
    form.setRival('least-squares', true)
    expect(form.choice).toBeUndefined()
    form.setRival('kalman', true)
    expect(form.choice?.rivalIds).toEqual(['kalman', 'least-squares'])
  })

  it('draws each contestant with its interval, the same rival in the same way everywhere', async () => {
    void bench.comparing.startDuel()
    await settle()
    await lab.endJob()
    const colours = { tones: ['#1', '#2', '#3', '#4'], residual: '#5', mix: '#6', accent: '#7' } as never
    const { leads, siSdr, settling } = duelCharts(bench.comparing.duel.result!, colours)
    expect(leads.map(({ label }) => label)).toEqual(['Butterworth', 'Least squares (not causal)'])
    expect(leads[0]).toMatchObject({ x: [-5, 0, 10, 20], y: [3, 2, 1, 0] })
    expect(leads[0].low?.[0]).toBeCloseTo(2.6)
    expect(siSdr[1].colour).toBe(leads[0].colour)
    expect(settling[0].low).toBeUndefined()
  })
})

describe('the Bode plot', () => {
  const measure = () => fireEvent.click(screen.getByRole('button', { name: 'Measure' }))

  it('shows its progress, goes on when it is left, and ends in curves and the figures of every selector', async () => {
    const { unmount } = render(BodePanel, { bench, theme: 'dark' })
    await measure()
    await settle()
    expect(screen.getByText('25 %, 2.00 s left. It goes on when you leave.')).toBeTruthy()
    unmount()
    await lab.endJob()
    render(BodePanel, { bench, theme: 'dark' })
    for (const name of ['Magnitude', 'Phase', 'Group delay']) expect(screen.getByRole('img', { name })).toBeTruthy()
    const rows = screen.getAllByRole('row', { name: /^3.00 Hz/ }).map((row) => within(row).getAllByRole('cell'))
    expect(rows.map((cells) => cells.map((cell) => cell.textContent))).toEqual([
      ['−53.0 dB', '−41.5 dB', '−∞ dB'],
      ['5.0 dB', '2.5 dB', '0.0 dB', '−2.5 dB', '−5.0 dB']
    ])
    await fireEvent.click(screen.getByRole('button', { name: 'Copy as CSV' }))
    await fireEvent.click(screen.getByRole('button', { name: 'Copy as Markdown' }))
    expect(copied[0]).toContain('selectorHz,method,frequencyHz')
    expect(copied[1]).toContain('# Bode plot of The first filter')
  })

  it('is cancelled by its button', async () => {
    render(BodePanel, { bench, theme: 'dark' })
    await measure()
    await settle()
    await fireEvent.click(screen.getByRole('button', { name: 'Cancel' }))
    await settle()
    expect(screen.getByText('The Bode plot was cancelled.')).toBeTruthy()
    expect(screen.getByRole('button', { name: 'Measure' })).toBeTruthy()
  })

  it('draws the chosen method, the classical filter over it, and a phase without jumps', async () => {
    bench.comparing.startBode()
    await settle()
    await lab.endJob()
    const colours = { tones: ['#1', '#2', '#3', '#4'], residual: '#5', mix: '#6', accent: '#7' } as never
    const charts = (method: 'stepped' | 'sweep') =>
      bodeCharts(bench.comparing.bode.result!, { selector: 1, method }, colours)
    const { gain, phase } = charts('stepped')
    expect(gain.curves.map(({ label, y }) => [label, y[0]])).toEqual([
      ['The first filter', 0],
      ['Butterworth of order 2', -2]
    ])
    expect(charts('sweep').gain.curves[0].y[0]).toBe(-1)
    const steps = phase.curves[0].y.slice(1).map((value, index) => value! - phase.curves[0].y[index]!)
    expect(steps).toEqual(new Array(20).fill(-20))
  })
})
