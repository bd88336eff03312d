/** Handlers of contract/gpu-library.ts; glue only. */
import type { Handlers } from '../../contract/define'
import type { gpuLibrary as contract } from '../../contract/gpu-library'
import type { GpuLibrary } from '../gpu-library/gpu-library'
import type { Jobs } from '../jobs'

export interface GpuLibraryHandlersContext {
  readonly gpuLibrary: GpuLibrary
  readonly jobs: Jobs
}

export function gpuLibraryHandlers({ gpuLibrary, jobs }: GpuLibraryHandlersContext): Handlers<typeof contract> {
  return {
    async installGpuLibrary({ jobId, index }) {
      const title = "Installing TensorFlow's CUDA build"
      await jobs.run(
        { jobId, title },
        (job) => gpuLibrary.install(job, index),
        () => 'installed'
      )
      return gpuLibrary.describe()
    },
    async removeGpuLibrary() {
      await gpuLibrary.remove()
      return gpuLibrary.describe()
    }
  }
}
