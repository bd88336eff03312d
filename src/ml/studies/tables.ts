/** The seed's tables, as studies: each row with what it changes and the figures that were told of it. */
import { parseParams } from '../../core/params/params'
import { architectures } from '../architectures'
import type { Study, StudyRow, ToldFigures } from './define'

const hiddenSize: Study = {
  id: 'hidden-size',
  title: 'Hidden size',
  variable: 'Units',
  claim: '128 units are the best trade-off: beyond them the gain is minimal.',
  task: 'sequences',
  baseline: '128',
  rows: [
    unitsRow(64, { r2: 0.28, parameters: '~51K', time: '10 min' }),
    unitsRow(128, { r2: 0.35, parameters: '~201K', time: '15-20 min' }),
    unitsRow(256, { r2: 0.37, parameters: '~802K', time: '40 min' }),
    unitsRow(512, { r2: 0.36, parameters: '~3.2M', time: '2 h' })
  ]
}

const layers: Study = {
  id: 'layers',
  title: 'Number of layers',
  variable: 'Layers',
  claim: 'Two layers are enough: one is too few, and more bring next to nothing.',
  task: 'sequences',
  baseline: '2',
  rows: [
    layersRow(1, { r2: 0.25, parameters: '~68K', time: 'fast' }),
    layersRow(2, { r2: 0.35, parameters: '~201K', time: 'medium' }),
    layersRow(3, { r2: 0.36, parameters: '~333K', time: 'slow' }),
    layersRow(4, { r2: 0.35, parameters: '~465K', time: 'very slow' })
  ]
}

const dropout: Study = {
  id: 'dropout',
  title: 'Dropout',
  variable: 'Dropout',
  claim: 'A rate of 0.2 is best: less learns by heart, more learns too little.',
  task: 'sequences',
  baseline: '0.2',
  rows: [
    dropoutRow(0, { r2: 0.32, trainingLoss: 0.082, validationLoss: 0.095 }),
    dropoutRow(0.1, { r2: 0.34, trainingLoss: 0.083, validationLoss: 0.087 }),
    dropoutRow(0.2, { r2: 0.35, trainingLoss: 0.085, validationLoss: 0.081 }),
    dropoutRow(0.3, { r2: 0.33, trainingLoss: 0.089, validationLoss: 0.084 }),
    dropoutRow(0.5, { r2: 0.28, trainingLoss: 0.102, validationLoss: 0.098 })
  ]
}

const sequenceLength: Study = {
  id: 'sequence-length',
  title: 'Sequence length',
  variable: 'Samples',
  claim: 'Longer sequences are better, with less and less to gain; 50 samples are a good balance.',
  task: 'sequences',
  baseline: '50',
  rows: [
    lengthRow(25, { r2: 0.3, time: 'fast' }),
    lengthRow(50, { r2: 0.35, time: 'medium' }),
    lengthRow(100, { r2: 0.37, time: 'slow' }),
    lengthRow(200, { r2: 0.38, time: 'very slow' })
  ]
}

const batchSize: Study = {
  id: 'batch-size',
  title: 'Batch size',
  variable: 'Sequences',
  claim: 'Smaller batches end a little better and take longer; 64 is a good balance.',
  task: 'sequences',
  baseline: '64',
  rows: [
    batchRow(16, { r2: 0.36, time: '25 s an epoch' }),
    batchRow(32, { r2: 0.35, time: '20 s an epoch' }),
    batchRow(64, { r2: 0.35, time: '18 s an epoch' }),
    batchRow(128, { r2: 0.34, time: '15 s an epoch' }),
    batchRow(256, { r2: 0.33, time: '12 s an epoch' })
  ]
}

/** What the seed tells of whole architectures; our other families stand behind them without. */
const toldOfArchitectures: readonly StudyRow[] = [
  architectureRow('LSTM, 2 layers', 'lstm', {}, { r2: 0.35, parameters: '201,345' }),
  architectureRow('Bidirectional LSTM', 'bilstm', {}, { r2: 0.38, parameters: 'doubled', time: 'doubled' }),
  architectureRow('GRU', 'gru', {}, { r2: 0.33, parameters: '~150K' }),
  architectureRow('LSTM + attention', 'lstm-attention', { causal: 'off' }, { r2: 0.39 }),
  architectureRow('Conv1D + LSTM', 'conv-lstm', {}, { r2: 0.36 }),
  architectureRow('TCN', 'tcn', {}, { r2: 0.32 }),
  architectureRow('LSTM, 1 layer', 'lstm', { layers: 1 }, { r2: 0.25, parameters: '~68K' }),
  architectureRow('LSTM, 3 layers', 'lstm', { layers: 3 }, { r2: 0.36, parameters: '~333K', time: '+50 %' }),
  architectureRow('LSTM + causal attention', 'lstm-attention', { causal: 'on' }, {})
]

/** Read anew at each call, so that a family which was registered meanwhile is among the rows. */
function architectureStudy(): Study {
  const told = new Set(toldOfArchitectures.map(({ changes }) => changes.architecture))
  const others = architectures.filter(({ id }) => !told.has(id))
  return {
    id: 'architectures',
    title: 'Architectures',
    variable: 'Architecture',
    claim: 'The two-layer LSTM is the best balance: what beats it is not worth its cost.',
    task: 'sequences',
    baseline: 'LSTM, 2 layers',
    rows: [...toldOfArchitectures, ...others.map(({ id, title }) => architectureRow(title, id, {}, {}))]
  }
}

/** The families that can run live, on streams with carried state, where the seed tells nothing. */
function streamStudy(): Study {
  const causal = architectures.filter(({ params, causal }) => causal(parseParams(params)))
  return {
    id: 'streams',
    title: 'Architectures on streams',
    variable: 'Architecture',
    claim: 'nothing; its LSTM was trained on sequences only.',
    task: 'streams',
    baseline: 'LSTM',
    rows: causal.map(({ id, title, params }) =>
      architectureRow(title, id, 'dropout' in params ? { dropout: 0 } : {}, {})
    )
  }
}

/** The seed's own tables. */
export const seedStudyIds = [
  'hidden-size',
  'layers',
  'dropout',
  'sequence-length',
  'batch-size',
  'architectures'
] as const
export const studyIds = [...seedStudyIds, 'streams'] as const
export type StudyId = (typeof studyIds)[number]

export function studyById(id: StudyId): Study {
  switch (id) {
    case 'hidden-size':
      return hiddenSize
    case 'layers':
      return layers
    case 'dropout':
      return dropout
    case 'sequence-length':
      return sequenceLength
    case 'batch-size':
      return batchSize
    case 'architectures':
      return architectureStudy()
    case 'streams':
      return streamStudy()
  }
}

function unitsRow(units: number, told: ToldFigures): StudyRow {
  return { label: String(units), value: units, changes: { params: { units } }, told }
}

function layersRow(layers: number, told: ToldFigures): StudyRow {
  return { label: String(layers), value: layers, changes: { params: { layers } }, told }
}

function dropoutRow(dropout: number, told: ToldFigures): StudyRow {
  return { label: String(dropout), value: dropout, changes: { params: { dropout } }, told }
}

function lengthRow(length: number, told: ToldFigures): StudyRow {
  return { label: String(length), value: length, changes: { sequenceLength: length }, told }
}

function batchRow(batchSize: number, told: ToldFigures): StudyRow {
  return { label: String(batchSize), value: batchSize, changes: { batchSize }, told }
}

function architectureRow(
  label: string,
  architecture: string,
  params: NonNullable<StudyRow['changes']['params']>,
  told: ToldFigures
): StudyRow {
  return { label, changes: { architecture, params }, told }
}
