/** What vitest runs once before all tests. */
import { ensureNativeKernels } from './native.mjs'

export default ensureNativeKernels
