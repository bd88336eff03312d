import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultSettings, type AppReply } from '../../contract/app'
import { connectApp } from '../client'
import TrainLayout from '../layouts/TrainLayout.svelte'
import type { TrainingView } from '../state/training.svelte'
import { Workbench } from '../state/workbench.svelte'
import { createFakeLab, settle, type FakeLab } from '../testing/fake-lab'
import { createFakeTraining, type FakeTraining } from '../testing/fake-training'
import { eventually } from '../../core/eventually.testing'

let lab: FakeLab
let fake: FakeTraining
let bench: Workbench
let begun: number
/** The device that each process was asked for. */
let devicesBegun: string[]

/** There is no canvas in the test's browser; what would be drawn is tested as values. */
const paper = new Proxy({}, { get: () => () => ({ width: 10 }) })
vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation((() => paper) as never)

async function startUp(runCount = 3) {
  lab = createFakeLab()
  fake = createFakeTraining(runCount)
  begun = 0
  devicesBegun = []
  const startup = { version: '1', electronVersion: '22', settings: defaultSettings, file: null, notices: [] }
  const call = async (name: string, payload?: unknown): Promise<AppReply> => {
    if (name === 'openTraining') {
      begun += 1
      devicesBegun.push((payload as { device: string }).device)
      setTimeout(() => void bench.useTraining(fake.connect()), 0)
    }
    return { ok: true, value: name === 'getStartup' ? startup : null }
  }
  bench = new Workbench(connectApp({ call, onEvent: () => {} }), () => {})
  await bench.start()
  await bench.useLab(lab.client)
  await settle()
}

async function show(view: TrainingView = 'new') {
  bench.training.shown = view
  const shown = render(TrainLayout, { bench, theme: 'dark' })
  await settle()
  return shown
}

const button = (name: string | RegExp) => screen.getByRole('button', { name }) as HTMLButtonElement

beforeEach(() => startUp())
afterEach(cleanup)

describe('a new training', () => {
  it('starts its process when it is first looked at, and says what the training would be before it starts', async () => {
    expect(begun).toBe(0)
    await show()
    expect(begun).toBe(1)
    const before = screen.getByRole('region', { name: 'Before the start' })
    await eventually(() => expect(before.textContent).toContain('9,227'))
    expect(before.textContent).toContain('all that was')
    expect(before.textContent).toContain('48 MB')
    expect(within(screen.getByRole('list', { name: 'Layers of LSTM' })).getAllByRole('listitem')).toHaveLength(4)
    expect(screen.getByText('No NVIDIA card was found.')).toBeTruthy()
  })

  it('offers to install the CUDA build where there is a card, and says why not where there is none', async () => {
    await show()
    const without = button(/^Install the CUDA build/)
    expect([without.disabled, without.title]).toEqual([true, 'No NVIDIA card was found.'])
    expect(button('Compare CPU and GPU').title).toBe('No NVIDIA card was found.')
    fake.putInCard()
    await bench.training.process.refresh()
    await settle()
    await fireEvent.click(button('Install the CUDA build (2.1 GB)'))
    await eventually(() => expect(fake.calls).toContain('installGpuLibrary'))
    fake.advanceInstall(0.25)
    await eventually(() => expect(screen.getByText('25 %, 90.0 s left')).toBeTruthy())
    await fireEvent.click(button('Cancel'))
    await eventually(() => expect(button('Resume the CUDA build (1.2 GB)').disabled).toBe(false))
    expect(screen.queryByRole('alert')).toBeNull()
    await fireEvent.input(screen.getByLabelText('Download from'), { target: { value: 'http://example.org/' } })
    expect(button(/^Resume the CUDA build/).disabled).toBe(true)
    await fireEvent.input(screen.getByLabelText('Download from'), { target: { value: 'https://example.org/simple/' } })
    await fireEvent.click(button(/^Resume the CUDA build/))
    expect(bench.preferences.current.packageIndex).toBe('https://example.org/simple/')
    await settle()
    fake.endInstall('The disk is full.')
    await eventually(() => expect(screen.getByRole('alert').textContent).toBe('The disk is full.'))
    await fireEvent.click(button(/^Resume the CUDA build/))
    await settle()
    fake.endInstall()
    await eventually(() => expect(screen.getByText('CUDA build installed, 3.5 GB')).toBeTruthy())
    await fireEvent.click(screen.getByRole('radio', { name: 'GPU' }))
    expect(button('Remove').title).toBe('It is in use: choose the CPU first.')
    await fireEvent.click(screen.getByRole('radio', { name: 'CPU' }))
    await settle()
    await fireEvent.click(button('Remove'))
    await eventually(() => expect(button('Install the CUDA build (2.1 GB)').disabled).toBe(false))
  })

  it('sets CPU and GPU against each other on the network of the form, each in a process of its own', async () => {
    fake.putInCard()
    await show()
    await fireEvent.click(button(/^Install the CUDA build/))
    await eventually(() => expect(fake.calls).toContain('installGpuLibrary'))
    fake.endInstall()
    await eventually(() => expect(button('Compare CPU and GPU').disabled).toBe(false))
    await fireEvent.click(button('Compare CPU and GPU'))
    await eventually(() => expect(screen.getByText(/GPU is 4\.0 times as fast for this network\.$/)).toBeTruthy())
    expect(devicesBegun).toEqual(['cpu', 'cpu', 'gpu', 'cpu'])
  })

  it('tells the time by a trial once the form has rested', async () => {
    await show()
    await eventually(() =>
      expect(screen.getByRole('region', { name: 'Before the start' }).textContent).toContain('42.0 s')
    )
  })

  it('draws the settings of each network from its own table, and keeps what was set', async () => {
    await show()
    await fireEvent.input(screen.getByLabelText('Units'), { target: { value: '64' } })
    await fireEvent.click(button('Network: LSTM'))
    await fireEvent.click(screen.getByRole('option', { name: /Bidirectional/ }))
    expect(screen.queryByLabelText('Layers')).toBeNull()
    expect(button('Normalisation: off')).toBeTruthy()
    await fireEvent.click(button('Network: Bidirectional LSTM'))
    await fireEvent.click(screen.getByRole('option', { name: /^LSTM/ }))
    expect((screen.getByLabelText('Units') as HTMLInputElement).value).toBe('64')
  })

  it('refuses what is out of range as it is typed, and what the process refuses by its own words', async () => {
    await show()
    await fireEvent.input(screen.getByLabelText('Batch'), { target: { value: '0' } })
    expect(screen.getByText('Must be 1 to 4096.')).toBeTruthy()
    expect(button('Start the training').disabled).toBe(true)
    await fireEvent.input(screen.getByLabelText('Batch'), { target: { value: '13' } })
    await eventually(() => expect(screen.getByText('A batch of 13 cannot be shared by four tones.')).toBeTruthy())
    expect(button('Start the training').disabled).toBe(true)
  })
})

describe('a training that runs', () => {
  async function start() {
    await show()
    await fireEvent.click(button('Start the training'))
    await settle()
    await settle()
  }

  it('shows its figures, is paused, goes on, and ends in a model that filters the open signal', async () => {
    await start()
    expect(screen.getByRole('status', { name: 'State of the run' }).textContent).toBe('trains')
    for (let step = 0; step < 10; step += 1) fake.advance(10)
    await settle()
    const run = screen.getByRole('region', { name: 'Run' })
    expect(run.textContent).toContain('100 / 2,000')
    expect(run.textContent).toContain('160,000')
    expect(bench.jobs.rows[0]).toMatchObject({ share: 0.05, secondsLeft: 38, cancelTitle: 'Stop and keep' })
    await fireEvent.click(button('Pause'))
    await settle()
    expect(screen.getByRole('status', { name: 'State of the run' }).textContent).toBe('paused')
    expect(bench.jobs.rows).toEqual([])
    await fireEvent.click(button('Resume'))
    await settle()
    fake.finish()
    await settle()
    await fireEvent.click(button('Use'))
    await settle()
    expect(bench.messages.problem).toBeNull()
    expect(bench.stream?.info.modelId).toBe(`run:${bench.training.watch.runId}`)
    expect(bench.jobs.rows[0].state).toEqual({ kind: 'done', message: 'trained' })
  })

  it('goes on when its layout is left, and is there when it comes back', async () => {
    await start()
    cleanup()
    for (let step = 0; step < 10; step += 1) fake.advance(10)
    await settle()
    await show('progress')
    expect(screen.getByRole('region', { name: 'Run' }).textContent).toContain('100 / 2,000')
  })

  it('puts any kept epoch on the scope without a new stream, and goes back', async () => {
    await start()
    const { stream } = bench
    for (let step = 0; step < 30; step += 1) fake.advance(10)
    await settle()
    const slider = screen.getByRole('slider', { name: 'Epoch on the scope' })
    await fireEvent.input(slider, { target: { value: '1' } })
    await settle()
    expect(bench.stream).toBe(stream)
    expect(bench.stream?.info.modelId).toBe(`run:${bench.training.watch.runId}@2`)
    expect(slider.getAttribute('aria-valuetext')).toBe('epoch 2')
    await fireEvent.click(screen.getByRole('checkbox', { name: 'Newest' }))
    for (let step = 0; step < 10; step += 1) fake.advance(10)
    await settle()
    expect(bench.stream?.info.modelId).toBe(`run:${bench.training.watch.runId}@4`)
    await fireEvent.click(button('Back to the model'))
    await settle()
    expect(bench.stream?.info.modelId).toBe('first')
  })

  it('is offered to be resumed where its process has ended', async () => {
    await start()
    bench.training.loseProcess('It was killed.')
    await settle()
    expect(screen.getByText(/ended. It was killed./)).toBeTruthy()
    expect(bench.jobs.rows[0].state).toEqual({ kind: 'failed', message: 'It was killed. The run can be resumed.' })
    const lost = bench.training.watch.runId!
    const { records } = fake
    fake = createFakeTraining(0)
    for (const [id, record] of records) fake.records.set(id, record)
    await fireEvent.click(button('Resume'))
    await settle()
    await settle()
    expect(begun).toBe(2)
    expect(fake.records.get(lost)?.status).toBe('running')
  })

  it('is started by one click of the guard', async () => {
    await bench.training.trainFor([2, 4], 500)
    await settle()
    const [record] = [...fake.records.values()].slice(-1)
    expect(record.request).toMatchObject({ kind: 'joint', frequenciesHz: [2, 4], sampleRate: 500 })
  })
})

describe('the table of runs', () => {
  const grid = () => screen.getByRole('grid', { name: 'Runs' })
  const names = () =>
    within(grid())
      .getAllByRole('row')
      .slice(1)
      .map((row) => within(row).getAllByRole('gridcell')[0].textContent)

  it('draws a screenful of ten thousand runs, hides columns that are the same in all, and sorts by any', async () => {
    await startUp(10_000)
    await show('runs')
    expect(grid().getAttribute('aria-rowcount')).toBe('10001')
    expect(names().length).toBeLessThan(40)
    expect(screen.queryByRole('columnheader', { name: /Batch size/ })).toBeNull()
    await fireEvent.click(within(grid()).getByRole('button', { name: /Best validation loss/ }))
    await settle()
    await fireEvent.click(within(grid()).getByRole('button', { name: /Best validation loss/ }))
    await settle()
    expect(names()[0]).toBe('Run 96')
    await fireEvent.input(screen.getByLabelText('Filter the runs by words'), { target: { value: 'run 9999' } })
    await settle()
    expect(names()).toEqual(['Run 9999'])
    expect(screen.getByText(/1 of 10,000 runs/)).toBeTruthy()
  })

  it('selects by keys, says what differs, and deletes with a way back', async () => {
    await show('runs')
    const press = (key: string, part: object = {}) => fireEvent.keyDown(grid(), { key, ...part })
    await press('Home')
    await press('ArrowDown', { shiftKey: true })
    await settle()
    expect(bench.training.runs.selected.map(({ title }) => title)).toEqual(['Run 2', 'Run 1'])
    await fireEvent.click(screen.getByRole('radio', { name: 'Differences' }))
    const differences = screen.getByRole('table', { name: 'Differences' })
    expect(within(differences).getByRole('row', { name: /^Units/ }).textContent).toMatch(/48\s*32/)
    expect(within(differences).queryByRole('row', { name: /^Batch size/ })).toBeNull()
    await press('Delete')
    await settle()
    expect(names()).toEqual(['Run 0'])
    await fireEvent.click(button('Undo'))
    await settle()
    expect(names()).toEqual(['Run 2', 'Run 1', 'Run 0'])
    await press('Delete')
    await settle()
    bench.history.undo()
    await settle()
    expect(fake.records.size).toBe(3)
  })

  it('keeps a name, tags and notes as soon as their field is left', async () => {
    await show('runs')
    await fireEvent.keyDown(grid(), { key: 'Home' })
    await settle()
    await fireEvent.click(screen.getByRole('radio', { name: 'Notes' }))
    await settle()
    await fireEvent.input(screen.getByLabelText('Tags'), { target: { value: 'noisy, best of  day' } })
    await fireEvent.input(screen.getByLabelText('Notes', { selector: 'textarea' }), { target: { value: 'Try 96.' } })
    await fireEvent.focusOut(screen.getByLabelText('Notes', { selector: 'textarea' }))
    await settle()
    expect(fake.records.get('run-2')).toMatchObject({
      tags: ['noisy', 'best of  day'],
      notes: 'Try 96.',
      title: 'Run 2'
    })
  })

  it('shows chosen columns, also one that is the same in all', async () => {
    await show('runs')
    await fireEvent.click(button('Columns'))
    await fireEvent.click(screen.getByRole('checkbox', { name: /Batch size/ }))
    expect(within(grid()).getByRole('columnheader', { name: /Batch size/ })).toBeTruthy()
    expect(bench.preferences.current.runColumns).toContain('batchSize')
    await fireEvent.click(button('Show all that differ'))
    expect(within(grid()).queryByRole('columnheader', { name: /Batch size/ })).toBeNull()
  })

  it('is empty in words where nothing was trained yet', async () => {
    await startUp(0)
    await show('runs')
    expect(screen.getByText('No runs yet')).toBeTruthy()
  })
})

describe('the microscope', () => {
  it('looks inside the running network at cursor A, part by part', async () => {
    await show('inside')
    await eventually(() => expect(screen.getByText(/lstm1\/hidden: orange above zero/)).toBeTruthy())
    bench.cursors.move('record', 'a', 5000)
    await eventually(() => expect(bench.training.microscope.reading.value).toMatchObject({ endSample: 5000, steps: 4 }))
    await fireEvent.click(button('Part of the network: lstm1/hidden'))
    await fireEvent.click(screen.getByRole('option', { name: /forget/ }))
    await eventually(() => expect(screen.getByText(/lstm1\/forget: orange above zero/)).toBeTruthy())
    expect(screen.getByLabelText('Input saliency over time')).toBeTruthy()
  })
})

describe('the studies', () => {
  const state = () => screen.getByRole('status', { name: 'State of the study' }).textContent
  const verdict = () => screen.getByRole('status', { name: 'Verdict' }).textContent

  it('measures a table row by row, is stopped, and goes on to a verdict beside what was told', async () => {
    await show('studies')
    await eventually(() => expect(state()).toBe('0 of 6 trials are measured'))
    expect(verdict()).toContain('Nothing of this table is measured yet')
    expect(screen.getByText('Told: Larger is better.')).toBeTruthy()
    await fireEvent.click(screen.getByRole('radio', { name: 'Smoke' }))
    await eventually(() => expect(state()).toBe('0 of 4 trials are measured'))
    await fireEvent.click(button('Start'))
    await settle()
    expect(state()).toBe('Trial 1 of 4: second, seed 1; the first epoch will tell how long it takes')
    expect(bench.jobs.rows.map(({ title }) => title)).toEqual(['Study: Hidden size'])
    fake.measure(1)
    await settle()
    const second = screen.getByRole('row', { name: /^second/ })
    await eventually(() => expect(second.textContent).toMatch(/0\.300.*told 0\.35.*200,321.*told 201,345/s))
    expect(state()).toBe('Trial 2 of 4: first, seed 1; about 2 min left')
    await fireEvent.click(button('Stop'))
    await eventually(() => expect(state()).toBe('1 of 4 trials are measured'))
    expect(bench.jobs.rows).toEqual([])
    expect(verdict()).toBe('The verdict comes when every trial is measured.')
    await fireEvent.click(button('Resume'))
    await settle()
    fake.measure(3)
    await eventually(() => expect(verdict()).toContain('1 is supported'))
    expect(second.textContent).toContain('0.300 ± 0.010')
    expect(button('Resume').disabled).toBe(true)
    expect(button('Resume').title).toContain('Every trial of this table is measured')
  })

  it('says what is measured where another table is looked at, and what is left when the process ends', async () => {
    await show('studies')
    await eventually(() => expect(state()).toContain('0 of 6'))
    await fireEvent.click(button('Start'))
    await settle()
    bench.training.studies.change({ studyId: 'dropout' })
    await eventually(() => expect(state()).toContain('Hidden size is being measured. Trial 1 of 6'))
    bench.training.loseProcess('It crashed.')
    await settle()
    expect(screen.getByRole('alert').textContent).toContain('It crashed. What was measured is kept')
  })
})

describe('the search', () => {
  const state = () => screen.getByRole('status', { name: 'State of the search' }).textContent
  const rows = () =>
    within(screen.getByRole('table', { name: 'Trials of the search' }))
      .getAllByRole('row')
      .slice(1)

  it('tries one network after the other, is stopped, goes on, and hands one over to the form', async () => {
    await show('search')
    await eventually(() => expect(state()).toBe('0 of 20 trials are done'))
    await fireEvent.click(button('Start'))
    await settle()
    expect(state()).toMatch(/^Trial 1 of 20: kind lstm, layers 2, units 10, dropout 0, learning rate 0.004; the first/)
    expect(bench.jobs.rows.map(({ title }) => title)).toEqual(['Search for a network: TPE'])
    fake.search(3)
    await eventually(() => expect(rows()).toHaveLength(3))
    expect(rows()[0].textContent).toMatch(/^\s*3\s*best by validation\s*beaten by none.*30.*0\.53/s)
    await fireEvent.click(button('Stop'))
    await eventually(() => expect(state()).toBe('3 of 20 trials are done'))
    expect(bench.jobs.rows).toEqual([])
    await fireEvent.click(button('Train like trial 2'))
    expect(bench.training.shown).toBe('new')
    expect(bench.training.form.settingsOf('architecture')).toMatchObject({ layers: 2, units: 20 })
  })

  it('knows when all is done, and needs a kind to search among', async () => {
    await show('search')
    await eventually(() => expect(state()).toBe('0 of 20 trials are done'))
    bench.training.searches.change({ trials: 2 })
    await fireEvent.click(button('Start'))
    await settle()
    fake.search(2)
    await eventually(() => expect(state()).toBe('2 of 2 trials are done'))
    expect(button('Resume').title).toContain('All of these trials are done')
    bench.training.searches.setKind('lstm', false)
    await settle()
    expect(state()).toBe('No kind of network is chosen')
    expect(button('Start').title).toContain('at least one kind')
    bench.training.searches.setKind('tcn', true)
    bench.training.searches.setKind('lstm', true)
    expect(bench.training.searches.choice.architectures).toEqual(['lstm', 'tcn'])
  })
})
