/** The reference figures of fixtures/make_metrics.py, for the tests of this folder. */
import cases from '../../../fixtures/metrics.json'

export const references = cases.flatMap(({ name, target, estimate, figures }) =>
  figures.map((expected) => ({
    name: `${name} from sample ${expected.startSample}`,
    target: Float32Array.from(target),
    estimate: Float32Array.from(estimate),
    ...expected
  }))
)
