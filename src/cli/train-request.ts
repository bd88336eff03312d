/** From the options of "siglab train" to what is trained. */
import { usualJoint, usualSequences, usualStreams } from '../contract/train-defaults'
import type { HeadWeights, TrainRequest } from '../contract/train-request'
import { modelRateFor } from '../core/dataset/model-rate'
import { float, parseParams, type ParamTable } from '../core/params/params'
import { degradationNames, type DegradationName } from '../core/signal/degradations'
import { presets, type PresetName } from '../core/signal/presets'
import { optimiserIds, optimisers } from '../core/training/optimisers'
import { scheduleIds, schedules } from '../core/training/schedules'
import { architectureById } from '../ml/architectures'
import { UsageError } from './command'
import { parseChoice, parseFrequencies, parseNumber, seedRange, type NumberRange } from './flags'

type Options = Readonly<Record<string, string | boolean | undefined>>

/** Throws UsageError naming the option that does not fit. */
export function requestOf(options: Options): TrainRequest {
  const given = givenOptions(options)
  const { text, number } = given
  const preset = text('preset')
  const frequencies = text('frequencies')
  const isUniversal = options.universal === true
  if ([preset !== undefined, frequencies !== undefined, isUniversal].filter(Boolean).length !== 1) {
    throw new UsageError('Expected one of --preset, for sequences, --frequencies, for streams, and --universal')
  }
  const running = parseChoice('running', text('running') ?? 'joint', ['joint', 'ticks'])
  if (isUniversal && running !== 'joint')
    throw new UsageError('--running: a universal network runs behind the joint fit only')
  if (preset !== undefined) return sequences(given, parseChoice('preset', preset, Object.keys(presets) as PresetName[]))
  const frequenciesHz = frequencies === undefined ? [] : parseFrequencies('frequencies', frequencies)
  const sampleRate = number('sample-rate', 1000, { low: 1, high: 1e6 })
  return running === 'joint' ? joint(given, frequenciesHz, sampleRate) : streams(given, frequenciesHz, sampleRate)
}

interface Given {
  text(name: string): string | undefined
  number(name: string, fallback: number, range: NumberRange): number
}

function givenOptions(options: Options): Given {
  const text = (name: string) => options[name] as string | undefined
  return {
    text,
    number(name, fallback, range) {
      const value = text(name)
      return value === undefined ? fallback : parseNumber(name, value, range)
    }
  }
}

function sequences(given: Given, preset: PresetName): TrainRequest {
  const usual = usualSequences()
  return {
    ...common(given, usual),
    preset,
    epochs: given.number('epochs', usual.epochs, { low: 1, high: 100_000, integer: true }),
    ...(given.text('noise') !== undefined && { noise: given.number('noise', 0, { low: 0, high: 1000 }) }),
    ...(given.text('sequence-length') !== undefined && {
      sequenceLength: given.number('sequence-length', 0, { low: 1, high: 10_000, integer: true })
    }),
    ...(given.text('sequence-stride') !== undefined && {
      sequenceStride: given.number('sequence-stride', 0, { low: 1, high: 10_000, integer: true })
    }),
    ...headsOf(given)
  }
}

function streams(given: Given, frequenciesHz: number[], sampleRate: number): TrainRequest {
  const usual = usualStreams(frequenciesHz, sampleRate)
  return {
    ...common(given, usual),
    ...onStreams(given, usual),
    modelRate: given.number('model-rate', modelRateFor(frequenciesHz, sampleRate), { low: 0.1, high: 1e6 }),
    ...headsOf(given)
  }
}

/** "frequency=0.1,phase=0.5": what each answer beside the tone counts. */
function headsOf({ text }: Given): { heads?: HeadWeights } {
  const given = text('heads')
  if (given === undefined) return {}
  const weight = float({ label: 'Weight', low: 0, high: 100, default: 0 })
  const table = { frequency: weight, phase: weight }
  return { heads: parseParams(table, parseSettings('heads', given, table)) }
}

function joint(given: Given, frequenciesHz: number[], sampleRate: number): TrainRequest {
  const usual = usualJoint(frequenciesHz, sampleRate)
  return {
    ...common(given, usual),
    ...onStreams(given, usual),
    degradations: parseNames(given.text('degradations'), usual.degradations),
    ticksPerSpacing: given.number('ticks-per-spacing', usual.ticksPerSpacing, { low: 2, high: 1000 })
  }
}

function onStreams({ text, number }: Given, usual: Exclude<TrainRequest, { kind: 'sequences' }>) {
  const noise = text('noise')
  return {
    steps: number('steps', usual.steps, { low: 1, high: 1e7, integer: true }),
    stepsPerEpoch: number('steps-per-epoch', usual.stepsPerEpoch, { low: 1, high: 1e7, integer: true }),
    ticksPerStep: number('ticks', usual.ticksPerStep, { low: 1, high: 10_000, integer: true }),
    noise: noise === undefined ? usual.noise : parseRange('noise', noise)
  }
}

function common<T extends TrainRequest>({ text, number }: Given, usual: T): T {
  const id = text('id') ?? usual.id
  const architecture = text('architecture') ?? usual.architecture
  const settings = text('set')
  const patience = text('early-stopping') ?? 'off'
  return {
    ...usual,
    id,
    title: text('title') ?? id,
    architecture,
    params:
      settings === undefined
        ? knownTo(paramsOf(architecture), usual.params)
        : parseSettings('set', settings, paramsOf(architecture)),
    batchSize: number('batch-size', usual.batchSize, { low: 1, high: 4096, integer: true }),
    learningRate: number('learning-rate', usual.learningRate, { low: 1e-8, high: 10 }),
    optimiser: parseNamed('optimiser', text('optimiser') ?? usual.optimiser.id, optimiserIds, optimisers),
    schedule: parseNamed('schedule', text('schedule') ?? usual.schedule.id, scheduleIds, schedules),
    weightDecay: number('weight-decay', usual.weightDecay, { low: 0, high: 1 }),
    clipNorm: number('clip', usual.clipNorm, { low: 1e-6, high: 1e6 }),
    earlyStopping:
      patience === 'off'
        ? null
        : { patience: parseNumber('early-stopping', patience, { low: 1, high: 10_000, integer: true }) },
    keep: parseChoice('keep', text('keep') ?? usual.keep, ['best', 'last']),
    seed: number('seed', usual.seed, seedRange)
  }
}

/** The usual settings are those of a recurrent network; another one takes what it knows of them. */
function knownTo(table: ParamTable, usual: TrainRequest['params']): TrainRequest['params'] {
  return Object.fromEntries(Object.entries(usual).filter(([name]) => Object.hasOwn(table, name)))
}

function paramsOf(architecture: string): ParamTable {
  try {
    return architectureById(architecture).params
  } catch (error) {
    throw new UsageError(`--architecture: ${(error as Error).message}`)
  }
}

/** "sgd:momentum=0.95,nesterov=on" -> a name of the table and its settings. */
function parseNamed<Id extends string>(
  option: string,
  value: string,
  ids: readonly Id[],
  table: Readonly<Record<Id, { readonly params: ParamTable }>>
): { id: Id; params: Record<string, string | number> } {
  const [name, ...rest] = value.split(':')
  const id = parseChoice(option, name, ids)
  return { id, params: parseSettings(option, rest.join(':'), table[id].params) }
}

/** "units=64,dropout=0" -> a table with the types of the parameters. */
function parseSettings(option: string, text: string, table: ParamTable): Record<string, string | number> {
  if (text === '') return {}
  const pairs = text.split(',').map((pair) => pair.split('='))
  const bad = pairs.find((pair) => pair.length !== 2 || pair[0].trim() === '')
  if (bad) throw new UsageError(`--${option}: expected NAME=VALUE pairs. Received: ${bad.join('=')}`)
  const given = Object.fromEntries(pairs) as Record<string, string>
  try {
    const values = parseParams(table, given)
    return Object.fromEntries(Object.keys(given).map((name) => [name, values[name]]))
  } catch (error) {
    throw new UsageError(`--${option}: ${(error as Error).message}`)
  }
}

/** "drift,steps" -> names; all of them if nothing is said. */
function parseNames(text: string | undefined, usual: DegradationName[]): DegradationName[] {
  if (text === undefined) return usual
  if (text === 'none') return []
  return text.split(',').map((name) => parseChoice('degradations', name.trim(), degradationNames))
}

function parseRange(name: string, text: string): [number, number] {
  const [low, high = low] = text.split('-').map((part) => parseNumber(name, part, { low: 0, high: 1000 }))
  return [low, high]
}
