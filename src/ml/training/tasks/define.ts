/** A kind of training: how its data is made, how its model runs, and how it is measured. One file a kind. */
import type { LoadedEngine } from '../../engine/tensorflow'
import type { Manifest, ModelTask } from '../../library/manifest'
import type { StoredModel } from '../../library/model-file'
import type { WeightedNetwork } from '../../network/weighted-network'
import type { EpochFigures } from '../../../contract/runs'
import type { TrainingData, TrainingLength } from '../data/define'

export interface Measured {
  /** Figures on held-out signals, by name. */
  readonly metrics: Record<string, number | null>
  /** One line for people. */
  readonly summary: string
}

export interface TrainingTask extends ModelTask {
  readonly inputScale: number
  readonly targetScale: number
  readonly trainingRms: number
  /** As in the manifest. */
  readonly answers?: Manifest['answers']
  readonly length: TrainingLength
  /** Samples of the signal between two steps of the network; undefined where the signals may be of any rate. */
  readonly samplesPerStep: number | undefined
  makeData(network: WeightedNetwork): TrainingData
  /** How good the finished model is. `best` is the epoch with the least validation loss. */
  measure(
    engine: LoadedEngine,
    trained: { readonly model: StoredModel; readonly network: WeightedNetwork; readonly best: EpochFigures | null }
  ): Promise<Measured>
}

/** The test set shares the tones of its training set and has noise of its own: any other noise seed will do. */
export const testNoiseOffset = 1_000_003
