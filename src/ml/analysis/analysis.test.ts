/** The measuring calls of the laboratory behind its contract, with the real engine, models and demo. */
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, serve, type Client, type Port, type Server } from '../../contract/define'
import { lab, type LabContract } from '../../contract/lab'
import { loadEngine, type LoadedEngine } from '../engine/tensorflow'
import { createLab } from '../lab'
import { LiveLibrary } from '../library/live-library'

let engine: LoadedEngine
let library: LiveLibrary
beforeAll(async () => {
  engine = loadEngine()
  library = await LiveLibrary.open(['resources/models'])
})

let client: Client<LabContract>
let dispose: () => void

beforeEach(() => {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const make = (own: number): Port => ({
    post: (message) => setImmediate(() => listeners[1 - own].forEach((listener) => listener(message))),
    listen: (onMessage) => void listeners[own].push(onMessage),
    close: () => {}
  })
  const created = createLab({
    ...{ engine, library, resourcesFolder: 'resources' },
    pathOf: async () => undefined,
    writePathOf: async () => undefined,
    server: (): Server<LabContract> => server
  })
  const server = serve(lab, make(1), created.handlers)
  client = connect(lab, make(0))
  dispose = created.dispose
})
afterEach(() => dispose())

const stream = { streamId: 's', signalId: 'demo', channel: 0, startSample: 6000, speed: 4, loop: true, running: true }

describe('the measuring calls', () => {
  const paused = { ...stream, startSample: 9000, running: false, loop: false }
  const range = { streamId: 's', axis: 'stream' as const, startSample: 4000, endSample: 9000 }

  beforeEach(async () => {
    await client.openDemo({ signalId: 'demo' })
    const { id } = (await client.listModels(undefined)).find(({ isDefault }) => isDefault)!
    await client.startStream({ ...paused, modelId: id })
  })

  test('measure the chosen tone of the demo, and one cycle of it', async () => {
    const whole = await client.measure({ ...range, trace: 'output', selector: 2 })
    expect(whole).toMatchObject({ startSample: 4000, endSample: 9000, isCut: false })
    expect(whole.values.frequency).toBeCloseTo(5, 1)
    expect(whole.values.toneAmplitude).toBeGreaterThan(0.15)
    expect(Math.abs(whole.values.phaseError!)).toBeLessThan(10)
    expect(whole.values.r2).toBeGreaterThan(0.9)
    const cycle = await client.measure({ ...range, trace: 'output', selector: 2, cycleAt: 6500 })
    expect(cycle.endSample - cycle.startSample).toBeGreaterThan(170)
    expect(cycle.endSample - cycle.startSample).toBeLessThan(230)
    expect(cycle.startSample).toBeLessThanOrEqual(6500)
  })

  test('show the four tones as the peaks of the mix, and one of them as the peak of the output', async () => {
    const frequencyAxis = { lowHz: 0, highHz: 500, scale: 'linear' as const }
    const shape = { fftSize: 4096 as const, taper: 'hann' as const, averages: 1, columns: 800, frequencyAxis }
    const { traces, segmentCount } = await client.readSpectrum({
      ...range,
      ...shape,
      traces: ['mix', 'output'],
      selector: 1
    })
    expect(segmentCount).toBe(1)
    const peaks = (index: number) => traces[index].peaks.map(({ frequencyHz }) => Math.round(frequencyHz)).sort()
    expect(peaks(0)).toEqual(expect.arrayContaining([1, 3, 5, 7]))
    expect(Math.round(traces[1].peaks[0].frequencyHz)).toBe(3)
    // No rival runs: its spectrum is left out.
    const withRival = await client.readSpectrum({ ...range, ...shape, traces: ['rival', 'mix'], selector: 1 })
    expect(withRival.traces.map(({ name }) => name)).toEqual(['mix'])
  })

  test('give columns of the spectrogram where something was filtered, and refuse too many at once', async () => {
    const frequencyAxis = { lowHz: 0, highHz: 20, scale: 'linear' as const }
    const shape = { fftSize: 1024 as const, taper: 'hann' as const, frequencyAxis, hop: 16, rows: 20 }
    const request = { streamId: 's', axis: 'stream' as const, trace: 'output' as const, selector: 3, ...shape }
    const { levels } = await client.readSpectrogram({ ...request, firstColumn: 400, endColumn: 402 })
    expect(levels).toHaveLength(40)
    const column = levels.subarray(0, 20)
    expect(Math.abs(column.indexOf(Math.max(...column)) - 7)).toBeLessThanOrEqual(1)
    const ahead = await client.readSpectrogram({ ...request, firstColumn: 900, endColumn: 901 })
    expect(ahead.levels.every(Number.isNaN)).toBe(true)
    await expect(client.readSpectrogram({ ...request, firstColumn: 0, endColumn: 1000 })).rejects.toThrow(
      '1 to 64 columns'
    )
  })

  test('tell the leakage of all four selectors in one call, and pairs of truth and output', async () => {
    const { levelDb, sampleCount } = await client.measureCrossTalk(range)
    expect(sampleCount).toBe(5000)
    levelDb.forEach((row, asked) =>
      row.forEach((level, heard) => {
        if (asked === heard) expect(Math.abs(level!)).toBeLessThan(1.5)
        else expect(level!).toBeLessThan(-15)
      })
    )
    const { truth, output } = await client.readPairs({ ...range, selector: 0, points: 500 })
    expect(truth).toHaveLength(500)
    expect(output.every((value, index) => Math.abs(value - truth[index]) < 0.1)).toBe(true)
  })

  test('say nothing of what was not filtered', async () => {
    const ahead = { ...range, startSample: 9500, endSample: 9900 }
    const { values, startSample, endSample } = await client.measure({ ...ahead, trace: 'output', selector: 0 })
    expect(endSample - startSample).toBe(0)
    expect(Object.values(values).every((value) => value === null)).toBe(true)
    expect((await client.measureCrossTalk(ahead)).sampleCount).toBe(0)
  })
})
