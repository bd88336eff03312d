/** The families as a list for people and programs, each at its defaults. */
import { parseParams } from '../../core/params/params'
import { architectures } from '.'
import { parameterCountOf, type Architecture, type NetworkShape } from './define'

export interface ArchitectureInfo {
  readonly id: string
  readonly title: string
  readonly family: Architecture['family']
  /** True if it can run live. */
  readonly causal: boolean
  readonly parameterCount: number
  /** How many samples one output can see; null where memory has no fixed end. */
  readonly receptiveFieldSamples: number | null
}

/** The reference task: the mix and four selectors in, the chosen tone out, a step a sample at 1000 Hz. */
const referenceShape: NetworkShape = {
  ...{ featureCount: 5, outputCount: 1, selectorCount: 4 },
  turns: [1, 3, 5, 7].map((frequency) => (2 * Math.PI * frequency) / 1000)
}

export function describeArchitectures(): ArchitectureInfo[] {
  return architectures.map(({ id, title, family, params, causal, build, receptiveFieldSteps }) => {
    const defaults = parseParams(params)
    const steps = receptiveFieldSteps(defaults)
    return {
      ...{ id, title, family, causal: causal(defaults) },
      parameterCount: parameterCountOf(build(referenceShape, defaults)),
      receptiveFieldSamples: Number.isFinite(steps) ? steps : null
    }
  })
}
