/**
 * Cut a generated mix into the input-target pairs that a sequence network is trained on.
 *
 * Knows nothing of networks: samples in, flat batch buffers out. One example is a start position and a selector; its
 * number is start * selectorCount + selector, counted in strides.
 */
import type { Samples } from '../units'

export interface SequenceSource {
  readonly mix: Float32Array
  /** The clean tone of each selector, as it stands in the mix. */
  readonly tones: readonly Float32Array[]
}

export interface SequenceSettings {
  readonly sequenceLength: Samples
  readonly sequenceStride: Samples
  /** What the network's input and target are multiplied by. */
  readonly inputScale: number
  readonly targetScale: number
}

export interface SequencePlan {
  readonly exampleCount: number
  readonly training: Uint32Array
  readonly validation: Uint32Array
}

/**
 * Which examples train and which validate. The last share of the start positions validates, because neighbouring
 * sequences overlap: a random split would hand the training set's own noise to the validation.
 */
export function planSequences(given: {
  sampleCount: Samples
  selectorCount: number
  sequenceLength: Samples
  sequenceStride: Samples
  validationShare: number
}): SequencePlan {
  const { sampleCount, selectorCount, sequenceLength, sequenceStride, validationShare } = given
  const startCount = Math.floor((sampleCount - sequenceLength) / sequenceStride)
  if (startCount < 1) {
    throw new RangeError(
      `Expected more than ${sequenceLength} samples, one sequence and a stride. Received: ${sampleCount}.`
    )
  }
  const exampleCount = startCount * selectorCount
  const trainingCount = Math.round(startCount * (1 - validationShare)) * selectorCount
  const all = Uint32Array.from({ length: exampleCount }, (_, index) => index)
  return { exampleCount, training: all.slice(0, trainingCount), validation: all.slice(trainingCount) }
}

/** Fill `input` [batch, sequenceLength, 1 + selectors] and `target` [batch, sequenceLength, 1] with the examples given. */
export function fillSequences(
  source: SequenceSource,
  settings: SequenceSettings,
  examples: Uint32Array,
  { input, target }: { input: Float32Array; target: Float32Array }
): void {
  const { sequenceLength, sequenceStride, inputScale, targetScale } = settings
  const selectorCount = source.tones.length
  const featureCount = 1 + selectorCount
  input.fill(0)
  let at = 0
  for (const example of examples) {
    const selector = example % selectorCount
    const start = Math.floor(example / selectorCount) * sequenceStride
    const tone = source.tones[selector]
    for (let step = 0; step < sequenceLength; step += 1, at += 1) {
      input[at * featureCount] = source.mix[start + step] * inputScale
      input[at * featureCount + 1 + selector] = 1
      target[at] = tone[start + step] * targetScale
    }
  }
}
