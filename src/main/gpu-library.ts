/** The environment of a process that computes on a device: TensorFlow's CUDA build stands before the one that is shipped. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gpuEnvironment, gpuLibraryFolder, gpuLibraryRecord } from '../contract/gpu-library'

/** Nothing for the processor, and nothing where the CUDA build is not installed: then the shipped library loads. */
export function libraryFor(device: 'cpu' | 'gpu', userData: string): Readonly<Record<string, string>> {
  const folder = join(userData, gpuLibraryFolder)
  if (device === 'cpu' || !existsSync(join(folder, gpuLibraryRecord))) return {}
  return gpuEnvironment(folder, process.env.LD_LIBRARY_PATH)
}
