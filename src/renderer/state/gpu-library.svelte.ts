/**
 * TensorFlow's CUDA build and the card as the panel has them: installing, removing, and setting CPU and GPU against each
 * other on one network. The work is done in the training process; an install is a row among the long work.
 */
import type { TrainRequest } from '../../contract/training'
import type { Jobs } from './jobs.svelte'
import type { TrainingProcess } from './training-process.svelte'

export interface GpuLibraryParts {
  readonly process: TrainingProcess
  readonly jobs: Jobs
  packageIndex(): string
}

export type Comparison =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly device: 'cpu' | 'gpu' }
  | { readonly kind: 'done'; readonly cpuMilliseconds: number; readonly gpuMilliseconds: number }
  | { readonly kind: 'failed'; readonly message: string }

/** One at a time: the same id. */
const jobId = 'gpu-library'

export class GpuLibraryControl {
  /** Why the last install or removal did not come to its end. */
  problem = $state('')
  comparison = $state.raw<Comparison>({ kind: 'none' })
  readonly #parts: GpuLibraryParts

  constructor(parts: GpuLibraryParts) {
    this.#parts = parts
  }

  get description() {
    return this.#parts.process.description?.gpuLibrary
  }

  /** The install that is under way. */
  get job() {
    return this.#parts.jobs.running.find(({ id }) => id === jobId)
  }

  async install(): Promise<void> {
    const index = this.#parts.packageIndex()
    await this.#do((client) => client.installGpuLibrary({ jobId, index }))
  }

  async remove(): Promise<void> {
    await this.#do((client) => client.removeGpuLibrary(undefined))
  }

  cancel(): void {
    this.job?.cancel?.()
  }

  /** Steps of this network on each: two seconds of a throw-away training in a process of its own. */
  async compare(request: TrainRequest): Promise<void> {
    if (this.comparison.kind === 'running') return
    try {
      const cpuMilliseconds = await this.#try('cpu', request)
      const gpuMilliseconds = await this.#try('gpu', request)
      this.comparison = { kind: 'done', cpuMilliseconds, gpuMilliseconds }
    } catch (error) {
      this.comparison = { kind: 'failed', message: (error as Error).message }
    }
    await this.#parts.process.reopen()
  }

  async #try(device: 'cpu' | 'gpu', request: TrainRequest): Promise<number> {
    this.comparison = { kind: 'running', device }
    const { process } = this.#parts
    await process.reopen(device)
    const client = await process.ready()
    const { stepMilliseconds, trialMessage } = await client.estimateTraining({ request, trial: true })
    const { engine, devices } = await client.describeTraining(undefined)
    if (engine?.device !== device) {
      const reason = devices.find(({ kind }) => kind === device)?.reason
      throw new Error(reason || `TensorFlow does not compute on the ${device.toUpperCase()}.`)
    }
    if (stepMilliseconds === null) throw new Error(trialMessage || 'The trial told no time.')
    return stepMilliseconds
  }

  async #do(work: (client: Awaited<ReturnType<TrainingProcess['ready']>>) => Promise<unknown>): Promise<void> {
    this.problem = ''
    const { process, jobs } = this.#parts
    let wasCancelled = false
    try {
      const client = await process.ready()
      const off = client.on('jobEnded', ({ jobId: ended, outcome }) => {
        if (ended === jobId) wasCancelled = outcome.kind === 'cancelled'
      })
      await work(client).finally(off)
    } catch (error) {
      if (!wasCancelled) this.problem = (error as Error).message
      // Its process went away with it.
      if (this.job) jobs.dismiss(jobId)
    }
    await process.refresh().catch(() => undefined)
  }
}
