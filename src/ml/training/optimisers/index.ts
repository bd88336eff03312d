/** The registry: how each optimiser of core/training/optimisers moves the weights. */
import type { OptimiserId } from '../../../core/training/optimisers'
import adam from './adam'
import adamw from './adamw'
import type { Rule } from './define'
import rmsprop from './rmsprop'
import sgd from './sgd'

export const rules: Readonly<Record<OptimiserId, Rule>> = { adam, adamw, sgd, rmsprop }
