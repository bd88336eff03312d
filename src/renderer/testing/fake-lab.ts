/**
 * A laboratory for component tests: serves the same contract over two arrays, with a synthetic mix of 1, 3, 5 and 7 Hz
 * whose filter is perfect. Time passes only by `advance`. Never part of the built app.
 */
import { connect, LabError, serve, type Handlers, type Port, type Server } from '../../contract/define'
import {
  lab,
  type BodeResult,
  type DuelResult,
  type FoundTone,
  type ImportChoices,
  type ImportPreview,
  type ImportProposal,
  type LabContract,
  type ModelInfo,
  type SignalInfo,
  type StreamAdvanced,
  type RivalChoice,
  type StreamInfo,
  type TraceName
} from '../../contract/lab'
import type { LabClient } from '../client'
import { fakeAnalysis } from './fake-analysis'

export const sampleRate = 1000
export const sampleCount = 10_000
const frequenciesHz = [1, 3, 5, 7]

const models: ModelInfo[] = ['first', 'second', 'any'].map((id) => ({
  ...{ id, title: `The ${id} filter`, architecture: 'lstm', parameterCount: 201_345, causal: true },
  ...(id === 'any'
    ? { selects: 'any', frequenciesHz: [], sampleRate: 0, modelRate: 0 }
    : { selects: 'fixed', frequenciesHz, sampleRate, modelRate: 50 }),
  ...{ isDefault: id === 'first', summary: 'R² 0.99 on its held-out mixes' }
}))

const foundTones = (...found: number[]): FoundTone[] =>
  found.map((frequencyHz) => ({ frequencyHz, amplitude: 1, confidence: 0.98, overFloorDb: 40 }))

/** The first rival is 3 dB behind at the first level, and 1 dB closer at each level after it. */
function duelResult(modelId: string, snrsDb: number[]): DuelResult {
  const exact = (mean: number) => ({ mean, halfWidth: 0.4 })
  const figures = (siSdr: number) => ({
    ...{ siSdrDb: exact(siSdr), siSdrImprovementDb: exact(siSdr), snrImprovementDb: exact(siSdr), r2: exact(0.9) },
    ...{ siSdrSettledDb: exact(siSdr), r2Settled: exact(0.95), amplitudeError: 0.01, phaseErrorDegrees: 1 },
    settlingSeconds: siSdr / 10
  })
  const cells = snrsDb.map((snrDb, index) => ({
    ...{ snrDb, noise: 0.3, network: figures(12), bestRivalId: 'butterworth' },
    rivals: [
      ...[{ id: 'butterworth', title: 'Butterworth', causal: true, params: { order: 2 }, figures: figures(9 + index) }],
      ...[{ id: 'least-squares', title: 'Least squares', causal: false, params: { order: 0 }, figures: figures(20) }]
    ].map((rival) => ({ ...rival, networkLeadDb: exact(12 - rival.figures.siSdrDb.mean) }))
  }))
  return {
    ...{ modelId, modelTitle: `The ${modelId} filter`, frequenciesHz, sampleRate, durationSeconds: 10 },
    ...{ degradations: '', seed: 1, seedCount: 20, tuningSeedCount: 4, latencySamples: 0, cells },
    verdict: 'network +3.0 ± 0.4 dB at −5 dB SNR'
  }
}

/** Every selector turns the phase by 20 degrees with each point; the chirp finds 1 dB less, the reference 2 dB. */
function bodeResult(modelId: string): BodeResult {
  const points = (gainDb: number) =>
    Array.from({ length: 21 }, (_, index) => ({
      ...{ frequencyHz: 1 + index / 2, gainDb: index === 20 ? -Infinity : gainDb },
      ...{ phaseDegrees: ((540 - 20 * index) % 360) - 180, groupDelaySeconds: 1 / 9 }
    }))
  return {
    ...{ modelId, modelTitle: `The ${modelId} filter`, sampleRate, amplitude: 0.25, latencySamples: 0 },
    selectors: frequenciesHz.map((frequencyHz) => ({
      ...{ frequencyHz, sweep: points(-1), stepped: points(0).map((point) => ({ ...point, thdDb: -50 })) },
      ...{ thdDb: -50 - frequencyHz, intermodulationDb: -41.5, superpositionErrorDb: -Infinity },
      levels: [-20, -10, 0, 10, 20].map((levelDb) => ({ levelDb, gainDb: -levelDb / 4, phaseDegrees: 0 }))
    })),
    reference: { title: 'Butterworth of order 2', selectors: frequenciesHz.map(() => points(-2)) }
  }
}

export interface FakeLab {
  readonly client: LabClient
  /** Names of the calls so far, in order. */
  readonly calls: string[]
  /** Credits that the page has granted and that were not used up. */
  credits(): number
  position(): number
  /** How the stream is steered. */
  controls(): { running: boolean; speed: number; loop: boolean; loopRange: unknown }
  /** How many streams run. */
  streamCount(): number
  /** Let calls of this name wait until the function that comes back is called. */
  hold(name: keyof Handlers<LabContract>): () => void
  /** The ranges that the page asked to be filtered. */
  filtered(): readonly number[][]
  /** The next so many overviews are sparse looks. */
  blur(count: number): void
  /** So much of the open signal was looked through for its picture. */
  lookThrough(share: number): Promise<void>
  /** The open signal, a long table, was read to its end: so many samples. */
  readToEnd(samples: number): Promise<void>
  /** Let the duel or the Bode plot that runs come to its end. */
  endJob(): Promise<void>
  /** Filter so many samples and report, if there is a credit. */
  advance(samples: number): Promise<void>
}

export function createFakeLab(): FakeLab {
  const [pagePort, labPort] = portPair()
  const calls: string[] = []
  const state = {
    ...{ cancelled: false, rival: false, endJob: () => {} },
    streamId: '',
    signalId: '',
    position: 0,
    ...{ running: false, speed: 1, loop: true, loopRange: null as unknown },
    credits: 0,
    seq: 0,
    filtered: [] as number[][],
    blurred: 0
  }
  const signals = new Set<string>()
  const streams = new Set<string>()
  const held = new Map<string, Promise<void>>()

  const describe = (id: string, name: string, isMix = true): SignalInfo => {
    signals.add(id)
    return {
      ...{ id, name, format: isMix ? 'generated' : 'wav', encoding: '32-bit float', sampleRate, channelNames: ['mix'] },
      ...{ sampleCount, durationSeconds: sampleCount / sampleRate, warnings: [], foundFrequenciesHz: [5, 1, 7, 3] },
      foundTones: foundTones(5, 1, 7, 3),
      truthFrequenciesHz: isMix ? frequenciesHz : undefined
    }
  }
  const pictureOf = (columns: number) => ({
    min: new Float32Array(columns).fill(-1),
    max: new Float32Array(columns).fill(1),
    rms: new Float32Array(columns).fill(0.7),
    isExact: true
  })
  const report = () => {
    if (state.credits === 0) return
    state.credits -= 1
    server.emit('streamAdvanced', {
      ...{ streamId: state.streamId, seq: state.seq++, position: state.position, running: state.running, ended: false },
      ...{ realTimeFactor: 812, blockMilliseconds: 0.1, missedBlocks: 0 },
      selectors: frequenciesHz.map(() => ({ level: 0.7, r2: 0.97, r2AfterSettling: 0.99, siSdrDb: 21 })),
      rivalSelectors: state.rival
        ? frequenciesHz.map(() => ({ level: 0.6, r2: 0.9, r2AfterSettling: 0.981, siSdrDb: 17 }))
        : undefined
    } satisfies StreamAdvanced)
  }

  const tuned = (modelId: string, wanted: number[] = frequenciesHz, rival?: RivalChoice): StreamInfo => {
    if (rival?.id === 'zero-phase' && !rival.delayed)
      throw new LabError('mismatch', 'Zero-phase sees what comes after. Delayed by 1125 samples (1.13 s) it can.')
    state.rival = rival !== undefined
    // Weights of a run are taken like a model of the library.
    const model = models.find(({ id }) => id === (modelId.startsWith('run:') ? 'second' : modelId))
    if (!model) throw new LabError('not-found', `There is no model "${modelId}".`)
    const chosen = model.selects === 'any' ? wanted : model.frequenciesHz
    return {
      ...{ streamId: state.streamId, signalId: state.signalId, modelId, latencySamples: 40, hopSamples: 20 },
      ...{ frequenciesHz: chosen, truthIndex: chosen.map((hertz) => frequenciesHz.indexOf(hertz)), warnings: [] },
      rival: rival && { id: rival.id, title: 'Kalman filter', latencySamples: rival.delayed ? 1125 : 0 }
    }
  }

  const valueOf = (name: string, selector: number, sample: number) => {
    const tone = (index: number) => Math.sin((2 * Math.PI * frequenciesHz[index] * sample) / sampleRate)
    const mix = tone(0) + tone(1) + tone(2) + tone(3)
    return name === 'mix' ? mix : name === 'residual' ? mix - tone(selector) : tone(selector)
  }
  /** Along the record everything is there; along the stream what came before the position. */
  const picture = (
    names: readonly TraceName[],
    selector: number,
    { startSample, endSample, columns }: { startSample: number; endSample: number; columns: number },
    isRecord: boolean
  ) => {
    const count = endSample - startSample
    const samplesPerColumn = Math.max(1, count / columns)
    const traces = names.map((name) => {
      const values = Float32Array.from({ length: Math.min(count, columns) }, (_, column) => {
        const sample = Math.floor(startSample + column * samplesPerColumn)
        const exists = isRecord ? sample >= 0 && sample < sampleCount : sample < state.position
        return exists ? valueOf(name, selector, sample) : NaN
      })
      return { name, min: values, max: values, rms: values }
    })
    return { startSample, samplesPerColumn, traces }
  }

  const handlers: Handlers<LabContract> = {
    ...fakeAnalysis(frequenciesHz),
    describeEngine: () => ({ name: 'Fake', tensorflowVersion: '0', kernel: 'none', device: 'cpu', threads: 2 }),
    describeInstallation: () => ({
      ...{ node: '16', platform: 'linux x64', processor: 'Fake', memoryGigabytes: 1, devices: ['CPU:0'] },
      engine: { name: 'Fake', tensorflowVersion: '0', kernel: 'none', device: 'cpu', threads: 2 },
      ...{ firstChoiceMissing: null, computes: true, tensors: 12, models: ['universal'], problems: [] }
    }),
    listModels: () => models,
    refreshModels: () => models,
    inspectModel: ({ count, part = 'lstm1/hidden' }) => ({
      parts: ['lstm1/hidden', 'lstm1/forget'].map((name) => ({ name, shape: [4, 2] })),
      part: { name: part, shape: [4, 2], values: Float32Array.of(0, 1, 0, 1, 0, 1, 0, 1) },
      ...{ steps: 4, featureCount: 1, samplesPerStep: count / 4 },
      ...{ input: Float32Array.of(1, 2, 3, 4), saliency: Float32Array.of(0, 0, 0, 1) }
    }),
    exportSignal: ({ parts }) => ({
      ...{ name: 'out.wav', sampleCount, channelCount: parts.length, bytes: 1, largestDifference: 0 },
      ...{ clipped: 0, lost: 0 }
    }),
    listExports: () => [
      { id: 'bundle', title: 'Evidence bundle', hint: 'Proof', ending: '.siglab', blockedBy: null },
      {
        id: 'tfjs',
        title: 'tfjs',
        hint: 'Browser',
        ending: '.tfjs.zip',
        blockedBy: 'A GRU cannot. Export ONNX instead.'
      }
    ],
    exportModel: () => ({ name: 'first.siglab', bytes: 1 }),
    inspectModelFile({ fileId }) {
      if (fileId === 'broken') throw new LabError('bad-input', 'It is a Python pickle.')
      const isEvidence = fileId === 'evidence'
      if (fileId === 'run')
        return { kind: 'run', title: 'First try', sentence: 'LSTM.', unknownTones: 0, needsModelRate: false }
      const ask = { unknownTones: isEvidence ? 0 : 4, needsModelRate: !isEvidence }
      return { kind: isEvidence ? 'evidence' : 'state-dict', title: 'Theirs', sentence: 'A stack of LSTM.', ...ask }
    },
    importModel({ facts }) {
      if (facts.frequenciesHz?.length === 3) throw new LabError('bad-input', 'That is 4 selectors. Received: 3.')
      return models[1]
    },
    importRun: () => ({ runId: 'run-1', title: 'First try' }),
    verifyEvidence: () => ({
      ...{ title: 'Theirs', isReproduced: false, sentence: 'It differs: by 0.2 of full scale.', signalName: 'hum.wav' },
      ...{ sampleRate, sampleCount, createdAt: '2026-01-01', notes: ['Another kernel.'] },
      selectors: [{ frequencyHz: 1, largestDifference: Infinity, r2: null }]
    }),
    writePicture: ({ bytes }) => ({ name: 'view.png', bytes: bytes.length }),
    openLiveSource: ({ signalId, name }) => describe(signalId, name, false),
    pushSamples: ({ channels }) => channels[0].length,
    keepLiveSource: ({ keptId, name }) => describe(keptId, name, false),
    proposeImport: () => proposal,
    proposeRawImport: () => proposal,
    previewImport: ({ choices }) => previewOf(choices),
    proposeText: () => proposal,
    previewText: ({ choices }) => previewOf(choices),
    openText: ({ signalId }) => describe(signalId, 'Pasted numbers', false),
    cancelJob: () => {
      state.cancelled = true
      state.endJob()
    },
    async measureBode({ jobId, modelId }) {
      server.emit('jobAdvanced', { jobId, title: 'Bode plot', share: 0.25, secondsLeft: 2 })
      await new Promise<void>((resolve) => (state.endJob = resolve))
      if (state.cancelled) throw new LabError('internal', 'It was cancelled.')
      return bodeResult(modelId)
    },
    openDemo: ({ signalId }) => describe(signalId, 'Bundled mix'),
    openSignal({ signalId, fileId }) {
      if (fileId === 'broken')
        throw new LabError('bad-input', 'Expected a RIFF header. Received: "hello". Choose a WAV file.')
      return describe(signalId, `${fileId}.wav`, false)
    },
    generateSignal: ({ signalId }) => describe(signalId, 'Mix'),
    resampleSignal: ({ signalId }) => describe(signalId, 'Resampled', false),
    closeSignal: ({ signalId }) => void signals.delete(signalId),
    readOverview: ({ columns }) => ({ ...pictureOf(columns), isExact: (state.blurred -= 1) < 0 }),
    readEnvelope: ({ columns }) => pictureOf(columns),
    findTones: () => foundTones(3, 6),
    startStream({ streamId, signalId, modelId, startSample, running, speed, loop, ...wanted }) {
      if (!signals.has(signalId)) throw new LabError('not-found', 'No such signal.')
      if (streams.size >= 4) throw new LabError('busy', '4 streams are running; stop one first.')
      streams.add(streamId)
      Object.assign(state, { streamId, position: startSample, running, speed, loop, loopRange: null })
      Object.assign(state, { credits: 0, seq: 0 })
      state.signalId = signalId
      return tuned(modelId, wanted.frequenciesHz, wanted.rival)
    },
    retuneStream({ modelId, frequenciesHz: wanted, rival }) {
      const info = tuned(modelId, wanted, rival)
      report()
      return info
    },
    controlStream({ running = state.running, speed = state.speed, loop = state.loop, loopRange, seekSample }) {
      Object.assign(state, { running, speed, loop })
      if (loopRange !== undefined) state.loopRange = loopRange
      if (seekSample !== undefined) state.position = seekSample
      report()
    },
    listRivals: () => [],
    checkDomain: ({ modelId }) =>
      modelId === 'second'
        ? {
            verdict: 'red',
            findings: [{ subject: 'frequencies', verdict: 'red', sentence: 'The second filter answers other tones.' }],
            cures: [
              { kind: 'use-universal', modelId: 'any', frequenciesHz: [2, 4, 6] },
              { kind: 'train-for-these', frequenciesHz: [2, 4, 6], sampleRate, estimatedSeconds: 80 }
            ]
          }
        : { verdict: 'green', findings: [], cures: [] },
    async runDuel({ jobId, modelId, snrsDb }) {
      server.emit('jobAdvanced', { jobId, title: 'Duel', share: 0.5, secondsLeft: 3 })
      await new Promise<void>((resolve) => (state.endJob = resolve))
      if (state.cancelled) throw new LabError('internal', 'It was cancelled.')
      return duelResult(modelId, snrsDb)
    },
    stopStream: ({ streamId }) => void streams.delete(streamId),
    grantCredits: ({ count }) => void (state.credits += count),
    readTraces: ({ traces, selector, axis, ...range }) => picture(traces, selector, range, axis === 'record'),
    readSweeps({ traces, selector, spanSamples, preTriggerSamples, marginSamples, columns, ...request }) {
      // The first tone rises through zero with every second; so does the trigger, whatever its settings.
      const first = Math.ceil((request.afterSample + preTriggerSamples) / sampleRate) * sampleRate
      const places: number[] = []
      for (let at = first; at + spanSamples - preTriggerSamples <= state.position; at += sampleRate) places.push(at)
      const wanted = request.take === 'oldest' ? places.slice(0, request.most) : places.slice(-request.most)
      const sweeps = wanted.map((triggerSample) => {
        const startSample = triggerSample - preTriggerSamples - marginSamples
        const range = { startSample, endSample: startSample + spanSamples + 2 * marginSamples, columns }
        return { triggerSample, data: picture(traces, selector, range, false) }
      })
      return { sweeps, position: state.position }
    },
    filterRange: ({ startSample, endSample }) => void state.filtered.push([startSample, endSample]),
    readSamples: ({ count }) => ({ samples: new Float32Array(count).fill(0.5) })
  }
  const noted = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      (request: never) => {
        calls.push(name)
        const gate = held.get(name)
        return gate ? gate.then(() => handler(request)) : handler(request)
      }
    ])
  ) as Handlers<LabContract>
  const server: Server<LabContract> = serve(lab, labPort, noted)
  return {
    client: connect(lab, pagePort),
    calls,
    credits: () => state.credits,
    position: () => state.position,
    controls: () => ({ running: state.running, speed: state.speed, loop: state.loop, loopRange: state.loopRange }),
    streamCount: () => streams.size,
    hold(name) {
      let release = () => {}
      held.set(name, new Promise((resolve) => (release = resolve)))
      return () => {
        held.delete(name)
        release()
      }
    },
    filtered: () => state.filtered,
    blur: (count) => void (state.blurred = count),
    async lookThrough(share) {
      server.emit('pictureAdvanced', { signalId: state.signalId, share })
      await settle()
    },
    async readToEnd(samples) {
      const durationSeconds = samples / sampleRate
      server.emit('signalChanged', {
        ...describe(state.signalId, 'long.csv', false),
        sampleCount: samples,
        durationSeconds
      })
      await settle()
    },
    async endJob() {
      state.endJob()
      await settle()
    },
    async advance(samples) {
      state.position += samples
      report()
      await settle()
    }
  }
}

/** Two ports that hand copies to each other, one turn of the event loop later as real ones do. */
export function portPair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const end = (own: 0 | 1): Port => ({
    post(message) {
      const copy = structuredClone(message)
      setTimeout(() => listeners[1 - own].forEach((listener) => listener(copy)), 0)
    },
    listen: (onMessage) => void listeners[own].push(onMessage),
    close: () => void listeners[own].splice(0)
  })
  return [end(0), end(1)]
}

/** Let every message that is under way arrive, and what it causes. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0))
}

const proposal: ImportProposal = {
  choices: {
    ...{ kind: 'table', textEncoding: 'utf-8', delimiter: ',', decimal: '.', firstLine: 2, timeUnit: 's' },
    columns: [
      { name: 'time', unit: 's', role: 'time' },
      { name: 'voltage', unit: 'V', role: 'channel' }
    ],
    ...{ dateOrder: 'ymd', sampleRate: null, missing: 'interpolate', uneven: 'as-is', part: 0, monoMix: false }
  },
  evidence: [{ about: 'delimiter', sentence: 'It cuts 3 of 3 lines into 2 cells each.' }],
  questions: []
}

function previewOf(choices: ImportChoices): ImportPreview {
  const samples = Float32Array.of(1, 2, 3)
  return {
    ...{ encoding: 'comma', sampleRate: 1000, channelNames: ['voltage'], sampleCount: 3, isEstimate: false },
    lines: ['time,voltage', '0,1', '0.001,2', '0.002,3'].map((text, n) => ({ line: n + 1, text })),
    rows: [
      ['time', 'voltage'],
      ['0', '1'],
      ['0.001', '2'],
      ['0.002', '3']
    ].map((cells, n) => ({ line: n + 1, cells })),
    ...{ plot: [{ min: samples, max: samples }], plotSamples: 3, timeSteps: null, partCount: 1, warnings: [] },
    problem: choices.kind === 'raw' ? 'Expected at least 2 bytes.' : null
  }
}
