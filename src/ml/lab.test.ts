/** The whole laboratory behind its contract, with the real engine, models and demo, over two ports in memory. */
import { mkdtempSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connect, serve, type Client, type Port, type Server } from '../contract/define'
import { lab, type LabContract, type StreamAdvanced } from '../contract/lab'
import { loadEngine, type LoadedEngine } from './engine/tensorflow'
import { createLab } from './lab'
import { LiveLibrary } from './library/live-library'
import { readSignalFile } from './signals/read-signal-file'

let engine: LoadedEngine
let library: LiveLibrary
beforeAll(async () => {
  engine = loadEngine()
  library = await LiveLibrary.open(['resources/models'])
})

let client: Client<LabContract>
let dispose: () => void
const granted = new Map<string, string>()
const writable = new Map<string, string>()

beforeEach(() => {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const make = (own: number): Port => ({
    post: (message) => setImmediate(() => listeners[1 - own].forEach((listener) => listener(message))),
    listen: (onMessage) => void listeners[own].push(onMessage),
    close: () => {}
  })
  const created = createLab({
    ...{ engine, library, resourcesFolder: 'resources' },
    pathOf: async (fileId) => granted.get(fileId),
    writePathOf: async (fileId) => writable.get(fileId),
    server: (): Server<LabContract> => server
  })
  const server = serve(lab, make(1), created.handlers)
  client = connect(lab, make(0))
  dispose = created.dispose
})
afterEach(() => dispose())

const stream = { streamId: 's', signalId: 'demo', channel: 0, startSample: 6000, speed: 4, loop: true, running: true }

/** The first event that fits. */
function eventually(fits: (event: StreamAdvanced) => boolean): Promise<StreamAdvanced> {
  return new Promise((resolve) => {
    const stop = client.on('streamAdvanced', (event) => {
      void client.grantCredits({ streamId: event.streamId, count: 1 })
      if (!fits(event)) return
      stop()
      resolve(event)
    })
  })
}

test('the shipped models are all sound, and one is the default', async () => {
  expect(library.problems).toEqual([])
  const models = await client.listModels(undefined)
  expect(models.map(({ id }) => id).sort()).toEqual(['seed-reference', 'stream-1357', 'universal'])
  expect(models.filter(({ isDefault }) => isDefault)).toHaveLength(1)
  expect(models.find(({ id }) => id === 'seed-reference')).toMatchObject({ parameterCount: 201_345, causal: true })
})

describe.each([
  ['stream-1357', 0.95, undefined],
  ['universal', 0.95, [1, 3, 5, 7]],
  ['seed-reference', -1, undefined]
] as const)('%s on the demo', (modelId, floor, frequenciesHz) => {
  test('streams all four tones at once, each against its truth', async () => {
    const signal = await client.openDemo({ signalId: 'demo' })
    expect(signal.truthFrequenciesHz).toEqual([1, 3, 5, 7])
    const info = await client.startStream({ ...stream, modelId, frequenciesHz: frequenciesHz && [...frequenciesHz] })
    expect(info.frequenciesHz).toEqual([1, 3, 5, 7])
    expect(info.truthIndex).toEqual([0, 1, 2, 3])
    expect(info.warnings).toEqual([])
    await client.grantCredits({ streamId: 's', count: 8 })
    const event = await eventually(({ position }) => position > 7000)
    expect(event.selectors).toHaveLength(4)
    for (const { r2AfterSettling } of event.selectors) expect(r2AfterSettling).toBeGreaterThan(floor)
    const { traces } = await client.readTraces({
      ...{ streamId: 's', traces: ['mix', 'output', 'truth', 'residual'], selector: 1 },
      ...{ startSample: 5000, endSample: 6000, columns: 250 }
    })
    expect(traces.map(({ name, min, max }) => [name, min.length, max.length])).toEqual(
      ['mix', 'output', 'truth', 'residual'].map((name) => [name, 250, 250])
    )
    for (const { min, max } of traces) expect(min.every((value, index) => value <= max[index])).toBe(true)
    await client.stopStream({ streamId: 's' })
    await client.closeSignal({ signalId: 'demo' })
  })
})

test('a stream that is stopped leaves no tensor behind', async () => {
  await client.openDemo({ signalId: 'demo' })
  const before = engine.tf.memory().numTensors
  for (let round = 0; round < 3; round += 1) {
    await client.startStream({ ...stream, modelId: 'stream-1357' })
    await client.stopStream({ streamId: 's' })
  }
  expect(engine.tf.memory().numTensors).toBe(before)
})

test('a stream goes on through another model for other tones, and nothing of the one before is left', async () => {
  await client.openDemo({ signalId: 'demo' })
  const before = engine.tf.memory().numTensors
  await client.startStream({ ...stream, modelId: 'stream-1357' })
  const request = { streamId: 's', modelId: 'universal', historySamples: 2000 }
  for (const frequenciesHz of [[2, 4], [3, 5, 9], [7]]) {
    const info = await client.retuneStream({ ...request, frequenciesHz })
    expect(info.frequenciesHz).toEqual(frequenciesHz)
  }
  const read = {
    streamId: 's',
    traces: ['output' as const],
    selector: 0,
    startSample: 0,
    endSample: 1000,
    columns: 100
  }
  expect((await client.readTraces(read)).traces[0].min).toHaveLength(100)
  await expect(client.retuneStream({ ...request, frequenciesHz: [700] })).rejects.toMatchObject({ code: 'mismatch' })
  await client.stopStream({ streamId: 's' })
  expect(engine.tf.memory().numTensors).toBe(before)
})

test('a signal is resampled with its truths, and says so', async () => {
  await client.openDemo({ signalId: 'demo' })
  const info = await client.resampleSignal({ signalId: 'half', fromSignalId: 'demo', sampleRate: 500 })
  expect(info).toMatchObject({ sampleRate: 500, sampleCount: 5000, truthFrequenciesHz: [1, 3, 5, 7] })
  expect(info.warnings.join()).toContain('resampled from 1000 to 500')
  expect(info.foundFrequenciesHz.map(Math.round).sort()).toEqual([1, 3, 5, 7])
  const wanted = { frequenciesHz: [1, 3, 5, 7], signalId: 'half', modelId: 'universal' }
  const tuned = await client.startStream({ ...stream, ...wanted })
  expect(tuned.truthIndex.every((index) => index >= 0)).toBe(true)
  const odd = client.resampleSignal({ signalId: 'odd', fromSignalId: 'demo', sampleRate: 1000.00001 })
  await expect(odd).rejects.toMatchObject({ code: 'bad-input' })
})

describe('what cannot be done is answered with a sentence', () => {
  test('a file that nobody chose', async () => {
    await expect(client.openSignal({ signalId: 'a', fileId: 'etc-passwd' })).rejects.toMatchObject({
      code: 'not-found'
    })
  })

  test('a file that is no signal', async () => {
    const path = join(tmpdir(), `broken-${process.pid}.wav`)
    await writeFile(path, 'RIFF')
    granted.set('broken', path)
    const answer = client.openSignal({ signalId: 'a', fileId: 'broken' })
    await expect(answer).rejects.toMatchObject({ code: 'bad-input' })
    // By its name; the page never sees a path.
    await expect(answer).rejects.toThrow(/^broken-\d+\.wav: /)
  })

  test('a signal, stream or model that does not exist', async () => {
    await expect(client.startStream({ ...stream, modelId: 'stream-1357' })).rejects.toMatchObject({ code: 'not-found' })
    await expect(client.controlStream({ streamId: 'x' })).rejects.toMatchObject({ code: 'not-found' })
    await client.openDemo({ signalId: 'demo' })
    await expect(client.startStream({ ...stream, modelId: 'x' })).rejects.toThrow('There is no model "x"')
    await expect(client.startStream({ ...stream, modelId: 'universal', channel: 3 })).rejects.toThrow('channel 4')
  })

  test('a frequency that the signal cannot hold', async () => {
    await client.openDemo({ signalId: 'demo' })
    const request = { ...stream, modelId: 'universal', frequenciesHz: [600] }
    await expect(client.startStream(request)).rejects.toMatchObject({ code: 'mismatch' })
    await expect(client.startStream({ ...request, frequenciesHz: undefined })).rejects.toThrow('needs at least one')
  })

  test('the same id twice', async () => {
    await client.openDemo({ signalId: 'demo' })
    await expect(client.openDemo({ signalId: 'demo' })).rejects.toMatchObject({ code: 'bad-request' })
  })
})

test('a generated mix keeps its truth and its tones are found', async () => {
  const info = await client.generateSignal({
    ...{ signalId: 'g', frequenciesHz: [50, 120], sampleRate: 2000, durationSeconds: 4 },
    ...{ noise: 0.1, phase: 'random', seed: 5 }
  })
  expect(info.truthFrequenciesHz).toEqual([50, 120])
  expect([...info.foundFrequenciesHz].sort((a, b) => a - b).map(Math.round)).toEqual([50, 120])
  const started = await client.startStream({ ...stream, signalId: 'g', modelId: 'stream-1357' })
  expect(started.warnings.join()).toContain('answers 1, 3, 5, 7 Hz; this signal has tones at 50, 120 Hz')
})

describe('rivals and the domain guard', () => {
  test('a Kalman filter runs beside the network and can be seen', async () => {
    expect((await client.listRivals(undefined)).filter(({ causal }) => causal)).toHaveLength(6)
    await client.openDemo({ signalId: 'demo' })
    const rival = { id: 'kalman', params: { certainty: 60 } }
    const info = await client.startStream({ ...stream, modelId: 'stream-1357', running: false, rival })
    expect(info.rival).toEqual({ id: 'kalman', title: 'Kalman filter', latencySamples: 0 })
    const ready = eventually(({ rivalSelectors }) => (rivalSelectors?.[0].r2 ?? 0) > 0.9)
    await client.grantCredits({ streamId: 's', count: 2 })
    expect((await ready).rivalSelectors).toHaveLength(4)
    const range = { startSample: 5000, endSample: 5100, columns: 200 }
    const { traces } = await client.readTraces({ streamId: 's', traces: ['rival'], selector: 1, ...range })
    expect(traces[0].min.every(Number.isFinite)).toBe(true)
  })

  test('a mark is refused with the reason and the delay that it needs, and runs with it', async () => {
    await client.openDemo({ signalId: 'demo' })
    await client.startStream({ ...stream, modelId: 'stream-1357', running: false })
    await expect(client.controlStream({ streamId: 's', rival: { id: 'zero-phase' } })).rejects.toMatchObject({
      code: 'mismatch',
      message:
        'Zero-phase Butterworth sees what comes after a sample, so it cannot run live. Delayed by 1125 samples (1.13 s) it can.'
    })
    await client.controlStream({ streamId: 's', rival: { id: 'zero-phase', delayed: true } })
    await client.controlStream({ streamId: 's', rival: null })
    await expect(client.controlStream({ streamId: 's', rival: { id: 'tree' } })).rejects.toThrow('no rival "tree"')
  })

  test('the guard is green for the demo and tells what to do about a signal of other tones', async () => {
    await client.openDemo({ signalId: 'demo' })
    const asked = { channel: 0, modelId: 'stream-1357' }
    expect(await client.checkDomain({ ...asked, signalId: 'demo' })).toEqual({
      ...{ verdict: 'green', findings: [], cures: [] }
    })
    const recipe = { sampleRate: 8000, durationSeconds: 3, noise: 0.1, phase: 'random', seed: 1 } as const
    await client.generateSignal({ signalId: 'hum', frequenciesHz: [50, 120], ...recipe })
    const report = await client.checkDomain({ ...asked, signalId: 'hum' })
    expect(report.verdict).toBe('red')
    expect(report.cures.map(({ kind }) => kind)).toEqual(['use-universal', 'train-for-these'])
    const universal = { signalId: 'hum', channel: 0, modelId: 'universal', frequenciesHz: [50, 120] }
    expect((await client.checkDomain(universal)).verdict).toBe('green')
  })

  test('a duel can be watched and cancelled', async () => {
    const shares: (number | null)[] = []
    client.on('jobAdvanced', ({ share }) => {
      shares.push(share)
      if (shares.length === 2) void client.cancelJob({ jobId: 'd' })
    })
    const duel = client.runDuel({ jobId: 'd', modelId: 'stream-1357', snrsDb: [0], seedCount: 2, seed: 1 })
    await expect(duel).rejects.toThrow('cancelled')
    expect(shares[0]).toBeNull()
    await expect(
      client.runDuel({ jobId: 'e', modelId: 'universal', frequenciesHz: [600], snrsDb: [0], seedCount: 2, seed: 1 })
    ).rejects.toMatchObject({ code: 'mismatch' })
  })
})

test('what is recorded is followed by a stream, and kept as a signal of its own', async () => {
  const source = { signalId: 'mic', name: 'Mic', sampleRate: 8000, channelNames: ['mono'], keepSeconds: 2 }
  expect(await client.openLiveSource(source)).toMatchObject({ sampleCount: 16_000, format: 'live' })
  const push = (count: number) =>
    client.pushSamples({
      signalId: 'mic',
      channels: [Float32Array.from({ length: count }, (_, n) => Math.sin((2 * Math.PI * 5 * n) / 8000))]
    })
  expect(await push(8000)).toBe(8000)
  const followed = eventually(({ position }) => position === 16_000)
  await client.startStream({ ...stream, signalId: 'mic', modelId: 'universal', frequenciesHz: [5, 9] })
  await client.grantCredits({ streamId: 's', count: 1 })
  await push(8000)
  await followed
  expect(await push(4000)).toBe(20_000)
  const kept = await client.keepLiveSource({ signalId: 'mic', keptId: 'kept', name: 'Mic 14-05' })
  expect(kept).toMatchObject({ name: 'Mic 14-05', sampleCount: 16_000, format: 'recorded', durationSeconds: 2 })
})

test('blocks that are too long, empty, or views of something larger are refused', async () => {
  const source = { signalId: 'mic', name: 'Mic', sampleRate: 8000, channelNames: ['mono'], keepSeconds: 2 }
  await client.openLiveSource(source)
  const push = (samples: Float32Array) => client.pushSamples({ signalId: 'mic', channels: [samples] })
  await expect(push(new Float32Array(2 ** 16 + 1))).rejects.toThrow('Expected 1 to 65536 samples')
  await expect(push(new Float32Array(0))).rejects.toThrow('Expected 1 to 65536 samples')
  await expect(push(new Float32Array(100).subarray(10))).rejects.toThrow('not a view')
  await client.openDemo({ signalId: 'demo' })
  await expect(client.pushSamples({ signalId: 'demo', channels: [new Float32Array(1)] })).rejects.toThrow(
    'is not being recorded'
  )
})

test('mix, output, residual and truth are written where the user said, and come back bit for bit', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-export-'))
  writable.set('out', join(folder, 'out.wav'))
  granted.set('in', join(folder, 'in.wav'))
  await client.openDemo({ signalId: 'demo' })
  await client.startStream({ ...stream, modelId: 'stream-1357', running: false })
  const parts = (['mix', 'output', 'residual', 'truth'] as const).map((trace) => ({ trace, index: 0 }))
  const request = { jobId: 'e', fileId: 'out', signalId: 'demo', streamId: 's', parts } as const
  const format = { kind: 'wav', coding: 'float32' } as const
  const rows: unknown[] = []
  client.on('jobEnded', (event) => rows.push(event))
  const trip = await client.exportSignal({ ...request, parts, range: { start: 4000, end: 9000 }, format })
  expect(trip).toMatchObject({ name: 'out.wav', sampleCount: 5000, channelCount: 4, largestDifference: 0, clipped: 0 })
  expect(rows).toMatchObject([
    { title: 'Writing out.wav', outcome: { message: 'round trip: 5,000 samples, largest difference 0' } }
  ])
  const { signal } = await readSignalFile(join(folder, 'out.wav'))
  const [mix, output, residual, truth] = signal.channels
  residual.forEach((value, n) => expect(value).toBe(Math.fround(mix[n] - output[n])))
  const error = output.reduce((sum, value, n) => sum + (value - truth[n]) ** 2, 0)
  expect(error / truth.reduce((sum, value) => sum + value ** 2, 0)).toBeLessThan(0.1)
  // A file to read is never written to.
  await expect(client.exportSignal({ ...request, parts, fileId: 'in', range: null, format })).rejects.toThrow(
    'was not chosen by the user'
  )
})
