/**
 * The optimisers that a training may use: their names and settings. How each one moves weights stands in
 * ml/training/optimisers; the figures here are PyTorch's defaults.
 */
import { choice, float, type ParamTable } from '../params/params'

export interface OptimiserDescription<P extends ParamTable = ParamTable> {
  readonly title: string
  /** One line for people: when to choose it. */
  readonly summary: string
  readonly params: P
}

const beta1 = float({
  label: 'Beta 1',
  low: 0,
  high: 0.9999,
  default: 0.9,
  hint: 'how long the mean of the gradient remembers'
})
const beta2 = float({
  label: 'Beta 2',
  low: 0,
  high: 0.999999,
  default: 0.999,
  hint: 'how long the mean of its square remembers'
})
const epsilon = float({
  label: 'Epsilon',
  low: 1e-12,
  high: 1,
  log: true,
  default: 1e-8,
  hint: 'added to the root of that mean'
})

export const optimisers = {
  adam: {
    title: 'Adam',
    summary: 'A good start for every network; weight decay acts through the gradient.',
    params: { beta1, beta2, epsilon }
  },
  adamw: {
    title: 'AdamW',
    summary: 'Adam with weight decay apart from the gradient: choose it where weights must stay small.',
    params: { beta1, beta2, epsilon }
  },
  sgd: {
    title: 'SGD',
    summary: 'Plain descent with momentum; wants a larger learning rate than Adam, about 0.1.',
    params: {
      momentum: float({ label: 'Momentum', low: 0, high: 0.9999, default: 0.9 }),
      nesterov: choice({ label: 'Nesterov momentum', options: ['off', 'on'], default: 'off' })
    }
  },
  rmsprop: {
    title: 'RMSprop',
    summary: 'Divides by the size of recent gradients; an old friend of recurrent networks.',
    params: {
      smoothing: float({
        label: 'Smoothing',
        low: 0,
        high: 0.9999,
        default: 0.99,
        hint: 'how long the mean of the squared gradient remembers'
      }),
      epsilon,
      momentum: float({ label: 'Momentum', low: 0, high: 0.9999, default: 0 })
    }
  }
} as const satisfies Record<string, OptimiserDescription>

export type OptimiserId = keyof typeof optimisers
export const optimiserIds = Object.keys(optimisers) as OptimiserId[]
