/**
 * Everything the screen may ask of the laboratory process, and everything it may hear from it: the parts, one file a
 * subject, joined into one contract. A part's handlers stand in ml/handlers under the same name.
 */
import type { Contract } from './define'
import { analysis } from './analysis'
import { exporting } from './exports'
import { imports } from './imports'
import { installation } from './installation'
import { inspecting } from './inspect'
import { jobs } from './jobs'
import { live } from './live'
import { measure } from './measure'
import { modelFiles } from './model-files'
import { models } from './models'
import { signals } from './signals'
import { spectrum } from './spectrum'
import { streams } from './streams'

export * from './analysis'
export * from './exports'
export * from './generate'
export * from './import-choices'
export * from './imports'
export * from './inspect'
export * from './jobs'
export * from './live'
export * from './measure'
export * from './model-files'
export * from './models'
export * from './signals'
export * from './spectrum'
export * from './streams'

export const lab = {
  calls: {
    ...analysis.calls,
    ...exporting.calls,
    ...imports.calls,
    ...installation.calls,
    ...inspecting.calls,
    ...jobs.calls,
    ...live.calls,
    ...measure.calls,
    ...modelFiles.calls,
    ...models.calls,
    ...signals.calls,
    ...spectrum.calls,
    ...streams.calls
  },
  events: {
    ...analysis.events,
    ...exporting.events,
    ...imports.events,
    ...installation.events,
    ...inspecting.events,
    ...jobs.events,
    ...live.events,
    ...measure.events,
    ...modelFiles.events,
    ...models.events,
    ...signals.events,
    ...spectrum.events,
    ...streams.events
  }
} as const satisfies Contract
export type LabContract = typeof lab
