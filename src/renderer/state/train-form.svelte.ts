/**
 * What a training is asked to be, as it is being decided: the task, the network, how it learns. Gives the request once
 * every part can be used, else the sentence that says which cannot. Knows nothing of markup and of the process.
 */
import { usualJoint, usualSequences, usualStreams } from '../../contract/train-defaults'
import type { TrainingDescription, TrainRequest } from '../../contract/training'
import type { ParamTable } from '../../core/params/params'
import { degradationNames, type DegradationName } from '../../core/signal/degradations'
import { presets, type PresetName } from '../../core/signal/presets'
import { fieldsOfAll, fieldsOfKind, trainFields, type TrainField, type TrainKind } from '../training/train-fields'

/** Where the tones come from. */
export type TrainTask = 'signal' | 'preset' | 'hand' | 'any'

type Settings = Record<string, number | string>
type Tables = Readonly<Record<string, ParamTable>>

const mostTones = 16

export class TrainForm {
  task = $state<TrainTask>('signal')
  kind = $state<TrainKind>('joint')
  preset = $state<PresetName>('seed')
  /** By hand: as typed. */
  tonesText = $state('1, 3, 5, 7')
  rate = $state(1000)
  architecture = $state('lstm')
  optimiser = $state<TrainRequest['optimiser']['id']>('adam')
  schedule = $state<TrainRequest['schedule']['id']>('one-cycle')
  /** NaN while what is typed cannot be used. */
  numbers = $state(defaultNumbers())
  /** Settings of networks, optimisers and schedules by "architecture/lstm"; what was set stays when another is tried. */
  settings = $state.raw<Readonly<Record<string, Settings>>>({})
  stopsEarly = $state(false)
  keep = $state<TrainRequest['keep']>('last')
  degradations = $state.raw<readonly DegradationName[]>(degradationNames)
  /** As typed; empty for one made of what is trained. */
  title = $state('')
  #signal = $state.raw<{ frequenciesHz: readonly number[]; sampleRate: number }>()
  #description = $state.raw<TrainingDescription>()

  constructor() {
    this.#takeSettings(this.#usual(this.kind))
  }

  /** What networks, optimisers and schedules there are. */
  describe(description: TrainingDescription): void {
    this.#description = description
  }

  /** The tones of the open signal; the form follows them while it is about them. */
  noteSignal(frequenciesHz: readonly number[], sampleRate: number): void {
    const before = this.#signal
    this.#signal = { frequenciesHz: frequenciesHz.map((hertz) => Number(hertz.toPrecision(4))), sampleRate }
    if (this.task === 'signal' && JSON.stringify(before) !== JSON.stringify(this.#signal)) this.#fit()
  }

  setTask(task: TrainTask): void {
    const before = this.tones
    this.task = task
    // What is changed by hand begins as it was.
    if (task === 'hand' && before.frequenciesHz.length > 0) this.#write(before.frequenciesHz, before.sampleRate)
    if (this.refusalOf(this.kind) !== undefined) this.setKind('joint')
    else this.#fit()
  }

  /** Every way has its own usual numbers. */
  setKind(kind: TrainKind): void {
    this.kind = kind
    const { architecture } = this
    this.#takeSettings(this.#usual(kind))
    this.architecture = architecture
  }

  /** Why this way of training cannot do the task; undefined if it can. */
  refusalOf(kind: TrainKind): string | undefined {
    if (kind === 'sequences' && this.task !== 'preset') return 'Sequences are cut from the record of a preset.'
    if (kind === 'streams' && this.task === 'any') return 'The network alone needs tones to be trained for.'
    return undefined
  }

  /** Everything as a request says it: to train once more, or with a change. */
  take(request: TrainRequest): void {
    this.kind = request.kind
    if (request.kind === 'sequences') {
      this.task = 'preset'
      this.preset = request.preset
    } else if (request.frequenciesHz.length === 0) this.task = 'any'
    else {
      this.task = 'hand'
      this.#write(request.frequenciesHz, request.sampleRate)
    }
    this.#takeSettings(request)
  }

  /** Train for these tones by what usually works. */
  takeTones(frequenciesHz: readonly number[], sampleRate: number): void {
    this.take(usualJoint(frequenciesHz, sampleRate))
    this.title = ''
  }

  get tones(): { readonly frequenciesHz: readonly number[]; readonly sampleRate: number; readonly problem?: string } {
    switch (this.task) {
      case 'signal':
        if (this.#signal && this.#signal.frequenciesHz.length > 0) return this.#signal
        return { frequenciesHz: [], sampleRate: 1000, problem: 'No signal is open: give the tones by hand.' }
      case 'preset':
        return presets[this.preset]
      case 'hand':
        return readTones(this.tonesText, this.rate)
      case 'any':
        return { frequenciesHz: [], sampleRate: 1000 }
    }
  }

  get tonesProblem(): string | undefined {
    return this.tones.problem
  }

  /** The settings of what is chosen, with what was not touched as its table says. */
  settingsOf(part: 'architecture' | 'optimiser' | 'schedule'): Settings {
    const given = this.settings[`${part}/${this[part]}`] ?? {}
    const table = this.#tables(part)[this[part]]
    if (!table) return given
    return Object.fromEntries(Object.entries(table).map(([name, param]) => [name, given[name] ?? param.default]))
  }

  setSetting(part: 'architecture' | 'optimiser' | 'schedule', name: string, value: number | string): void {
    const key = `${part}/${this[part]}`
    this.settings = { ...this.settings, [key]: { ...this.settings[key], [name]: value } }
  }

  /** The fields of this way of training that are shown besides those of all. */
  get fields(): readonly TrainField[] {
    return fieldsOfKind[this.kind]
  }

  /** The first thing that cannot be used; undefined if everything can. */
  get problem(): string | undefined {
    if (this.tonesProblem) return this.tonesProblem
    const asked: readonly TrainField[] = [
      ...this.fields,
      ...fieldsOfAll,
      ...(this.stopsEarly ? ['patience' as const] : [])
    ]
    for (const name of asked) {
      const { label, kind, low, high } = trainFields[name]
      const what = kind === 'int' ? 'a whole number' : 'a number'
      if (Number.isNaN(this.numbers[name])) return `${label}: expected ${what}, ${low} to ${high}.`
    }
    if (this.kind !== 'sequences' && this.numbers.noiseLow > this.numbers.noiseHigh) {
      return 'The least noise must not be more than the most noise.'
    }
    for (const part of ['architecture', 'optimiser', 'schedule'] as const) {
      const table = this.#tables(part)[this[part]] ?? {}
      for (const [name, value] of Object.entries(this.settingsOf(part))) {
        const param = table[name]
        if (param && param.kind !== 'choice' && Number.isNaN(value)) {
          return `${param.label}: expected a number, ${param.low} to ${param.high}.`
        }
      }
    }
    return undefined
  }

  get suggestedTitle(): string {
    const network =
      this.#description?.architectures.find(({ id }) => id === this.architecture)?.title ?? this.architecture
    const { frequenciesHz } = this.tones
    const tones = frequenciesHz.length === 0 ? 'any tones' : `${frequenciesHz.join(', ')} Hz`
    return `${network} for ${tones}`
  }

  /** Undefined while there is a problem. */
  get request(): TrainRequest | undefined {
    if (this.problem !== undefined) return undefined
    const { numbers } = this
    const { frequenciesHz, sampleRate } = this.tones
    const title = this.title.trim() || this.suggestedTitle
    const common = {
      id: idOf(title),
      title,
      architecture: this.architecture,
      params: this.settingsOf('architecture'),
      batchSize: numbers.batchSize,
      learningRate: numbers.learningRate,
      optimiser: { id: this.optimiser, params: this.settingsOf('optimiser') },
      schedule: { id: this.schedule, params: this.settingsOf('schedule') },
      weightDecay: numbers.weightDecay,
      clipNorm: numbers.clipNorm,
      earlyStopping: this.stopsEarly ? { patience: numbers.patience } : null,
      keep: this.keep,
      seed: numbers.seed
    }
    if (this.kind === 'sequences') {
      const { noise, epochs } = numbers
      return { ...common, kind: 'sequences', preset: this.preset, epochs, noise }
    }
    const { steps, stepsPerEpoch, ticksPerStep, ticksPerSpacing, samplesPerTick } = numbers
    const onStreams = {
      ...{ steps, stepsPerEpoch, ticksPerStep, sampleRate, frequenciesHz: [...frequenciesHz] },
      noise: [numbers.noiseLow, numbers.noiseHigh] as [number, number]
    }
    return this.kind === 'streams'
      ? { ...common, ...onStreams, kind: 'streams', modelRate: sampleRate / samplesPerTick }
      : { ...common, ...onStreams, kind: 'joint', ticksPerSpacing, degradations: [...this.degradations] }
  }

  setDegraded(name: DegradationName, isIn: boolean): void {
    this.degradations = degradationNames.filter((other) => (other === name ? isIn : this.degradations.includes(other)))
  }

  #write(frequenciesHz: readonly number[], sampleRate: number): void {
    this.tonesText = frequenciesHz.join(', ')
    this.rate = sampleRate
  }

  /** Numbers that follow from the tones. */
  #fit(): void {
    const usual = this.#usual(this.kind)
    this.numbers.batchSize = usual.batchSize
    if (usual.kind === 'streams') this.numbers.samplesPerTick = Math.round(usual.sampleRate / usual.modelRate)
    if (usual.kind === 'joint') [this.numbers.noiseLow, this.numbers.noiseHigh] = usual.noise
  }

  #usual(kind: TrainKind): TrainRequest {
    const { frequenciesHz, sampleRate } = this.tones
    if (kind === 'sequences') return usualSequences()
    if (kind === 'joint') return usualJoint(frequenciesHz, sampleRate)
    return usualStreams(frequenciesHz.length > 0 ? frequenciesHz : [1], sampleRate)
  }

  #takeSettings(request: TrainRequest): void {
    const { batchSize, learningRate, weightDecay, clipNorm, seed, earlyStopping } = request
    Object.assign(this.numbers, { batchSize, learningRate, weightDecay, clipNorm, seed })
    this.stopsEarly = earlyStopping !== null
    if (earlyStopping) this.numbers.patience = earlyStopping.patience
    this.keep = request.keep
    this.architecture = request.architecture
    this.optimiser = request.optimiser.id
    this.schedule = request.schedule.id
    this.settings = {
      ...this.settings,
      [`architecture/${request.architecture}`]: request.params,
      [`optimiser/${request.optimiser.id}`]: request.optimiser.params,
      [`schedule/${request.schedule.id}`]: request.schedule.params
    }
    if (request.kind === 'sequences') {
      this.numbers.epochs = request.epochs
      this.numbers.noise = request.noise ?? presets[request.preset].noise
      return
    }
    const { steps, stepsPerEpoch, ticksPerStep } = request
    Object.assign(this.numbers, { steps, stepsPerEpoch, ticksPerStep })
    ;[this.numbers.noiseLow, this.numbers.noiseHigh] = request.noise
    if (request.kind === 'joint') {
      this.numbers.ticksPerSpacing = request.ticksPerSpacing
      this.degradations = request.degradations
    } else this.numbers.samplesPerTick = Math.max(1, Math.round(request.sampleRate / request.modelRate))
  }

  #tables(part: 'architecture' | 'optimiser' | 'schedule'): Tables {
    const lists = {
      architecture: this.#description?.architectures,
      optimiser: this.#description?.optimisers,
      schedule: this.#description?.schedules
    }
    return Object.fromEntries((lists[part] ?? []).map(({ id, params }) => [id, params as ParamTable]))
  }
}

function defaultNumbers(): Record<TrainField, number> {
  const entries = Object.entries(trainFields).map(([name, field]) => [name, field.default])
  return Object.fromEntries(entries) as Record<TrainField, number>
}

/** "2,5; 7" and "1, 3, 5": commas stand between tones, or in one where semicolons or spaces stand between them. */
function readTones(text: string, sampleRate: number): TrainForm['tones'] {
  const between = text.includes(';') || !/,\s/.test(text.trim()) ? /[;\s]+/ : /[,;\s]+/
  const parts = (/^[\d.]+(,[\d.]+)+$/.test(text.trim()) ? text.split(',') : text.split(between)).filter(Boolean)
  const values = parts.map((part) => Number(part.replace(',', '.')))
  const wrong = (problem: string) => ({ frequenciesHz: [], sampleRate: 1000, problem })
  if (Number.isNaN(sampleRate)) return wrong('Sample rate: expected a number, 1 to 1000000 Hz.')
  const bad = parts.find((_, index) => !(values[index] > 0))
  if (parts.length === 0) return wrong('Expected tones in Hz, for example "1, 3, 5, 7".')
  if (bad !== undefined) return wrong(`"${bad}" is no frequency above 0 Hz.`)
  if (values.length > mostTones) return wrong(`At most ${mostTones} tones; there are ${values.length}.`)
  if (new Set(values).size < values.length) return wrong('A tone is there twice.')
  if (values.some((hertz) => hertz >= sampleRate / 2)) return wrong(`Tones must be below ${sampleRate / 2} Hz.`)
  return { frequenciesHz: values.sort((a, b) => a - b), sampleRate }
}

/** "LSTM for 1, 3 Hz" -> "lstm-for-1-3-hz", as ids are spelled. */
function idOf(title: string): string {
  const id = title
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
  return id || 'model'
}
