/** TensorFlow's CUDA build: not shipped, installed into the user's folder where there is a card for it. */
import * as v from 'valibot'
import { call, type Contract } from './define'
import { Count, Id, Text } from './values'

/** Below the user's folder; it is there only when it is whole. */
export const gpuLibraryFolder = 'gpu-library/tensorflow-2.21.0-cuda-12.5'
/** In that folder: what was installed. */
export const gpuLibraryRecord = 'library.json'

/** What a process finds in its environment that computes on the build in this folder; `others` are libraries of before. */
export function gpuEnvironment(folder: string, others: string | undefined): Readonly<Record<string, string>> {
  return {
    LD_LIBRARY_PATH: others ? `${folder}:${others}` : folder,
    // Otherwise the first process takes all of the card's memory.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    SIGNAL_LAB_DEVICE: 'gpu'
  }
}

export const publicPackageIndex = 'https://pypi.org/simple/'

/** Encrypted, but on this computer itself. */
const secure = /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/
const ownComputer = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?(?:\/[^\s?#]*)?$/

/** A Python package index by its "simple" address, the public one or a mirror of it. */
export const PackageIndex = v.pipe(
  v.string(),
  v.maxLength(500),
  v.check(
    (address) => secure.test(address) || ownComputer.test(address),
    `Expected the address of a package index, as "${publicPackageIndex}"`
  )
)

export const GpuLibraryDescription = v.object({
  isInstalled: v.boolean(),
  /** What would be installed, or is. */
  version: Text,
  /** Still to be downloaded; less than all of it where an install was broken off. */
  downloadBytes: Count,
  /** All of it, once it is installed. */
  installedBytes: Count,
  /** On the disk now, whole or half. */
  presentBytes: Count,
  /** Why it cannot be installed here, in a sentence; empty where it can. */
  refusal: Text
})
export type GpuLibraryDescription = v.InferOutput<typeof GpuLibraryDescription>

export const gpuLibrary = {
  calls: {
    /**
     * A job that can be cancelled, and goes on where it stopped when it is called again. Resolves when the library is
     * there; rejects with one sentence.
     */
    installGpuLibrary: call(v.object({ jobId: Id, index: PackageIndex }), GpuLibraryDescription),
    /** Also throws away what a broken install has left. */
    removeGpuLibrary: call(v.undefined(), GpuLibraryDescription)
  },
  events: {}
} as const satisfies Contract
