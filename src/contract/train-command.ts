/** The command line that makes a training again: only what differs from the usual. */
import { usualJoint, usualSequences, usualStreams } from './train-defaults'
import type { SequenceTrainRequest, TrainRequest } from './train-request'

type Flags = Record<string, string | number>

/** "siglab train --preset seed --epochs 20"; the folder for the result is the caller's to add. */
export function commandOf(request: TrainRequest): string {
  const usual = usualOf(request)
  const given = { ...flagsOf(request), id: request.id, title: request.title }
  const known: Flags = { ...flagsOf(usual), id: usual.id, title: request.id }
  const told = Object.entries(given).filter(([name, value]) => value !== known[name])
  const flags = told.map(([name, value]) => `--${name} ${quoted(String(value))}`)
  return ['siglab train', ...whatOf(request), ...flags].join(' ')
}

function usualOf(request: TrainRequest): TrainRequest {
  switch (request.kind) {
    case 'sequences':
      return usualSequences()
    case 'streams':
      return usualStreams(request.frequenciesHz, request.sampleRate)
    case 'joint':
      return usualJoint(request.frequenciesHz, request.sampleRate)
  }
}

function whatOf(request: TrainRequest): string[] {
  if (request.kind === 'sequences') return [`--preset ${request.preset}`]
  const { kind, frequenciesHz, sampleRate } = request
  if (frequenciesHz.length === 0) return ['--universal']
  const running = kind === 'streams' ? ['--running ticks'] : []
  return [`--frequencies ${frequenciesHz.join(',')}`, `--sample-rate ${sampleRate}`, ...running]
}

function flagsOf(request: TrainRequest): Flags {
  return {
    architecture: request.architecture,
    ...(Object.keys(request.params).length > 0 && { set: settingsText(request.params) }),
    'batch-size': request.batchSize,
    'learning-rate': request.learningRate,
    optimiser: choiceText(request.optimiser),
    schedule: choiceText(request.schedule),
    'weight-decay': request.weightDecay,
    clip: request.clipNorm,
    'early-stopping': request.earlyStopping?.patience ?? 'off',
    keep: request.keep,
    seed: request.seed,
    ...partsOf(request)
  }
}

function partsOf(request: TrainRequest): Flags {
  if (request.kind === 'sequences') {
    const { epochs, noise, sequenceLength, sequenceStride } = request
    return {
      epochs,
      ...(noise !== undefined && { noise }),
      ...(sequenceLength !== undefined && { 'sequence-length': sequenceLength }),
      ...(sequenceStride !== undefined && { 'sequence-stride': sequenceStride }),
      ...headsOf(request)
    }
  }
  const { steps, stepsPerEpoch, ticksPerStep, noise } = request
  const [low, high] = noise
  const common = {
    steps,
    'steps-per-epoch': stepsPerEpoch,
    ticks: ticksPerStep,
    noise: low === high ? low : `${low}-${high}`
  }
  if (request.kind === 'streams') return { ...common, 'model-rate': request.modelRate, ...headsOf(request) }
  const { degradations, ticksPerSpacing } = request
  return { ...common, degradations: degradations.join() || 'none', 'ticks-per-spacing': ticksPerSpacing }
}

function headsOf({ heads }: Pick<SequenceTrainRequest, 'heads'>): Flags {
  return heads ? { heads: settingsText(heads) } : {}
}

function choiceText({ id, params }: TrainRequest['optimiser'] | TrainRequest['schedule']): string {
  const settings = settingsText(params)
  return settings === '' ? id : `${id}:${settings}`
}

function settingsText(settings: Readonly<Record<string, string | number>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join()
}

function quoted(text: string): string {
  return /^[\w.,=:/-]+$/.test(text) ? text : JSON.stringify(text)
}
