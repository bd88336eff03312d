import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import { gpuLibraryFolder, gpuLibraryRecord } from '../contract/gpu-library'
import { libraryFor } from './gpu-library'

const userData = mkdtempSync(join(tmpdir(), 'signal-lab-main-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(userData, { recursive: true, force: true })
})

test('a process for the card finds the installed library first and leaves memory to others; any other process is as shipped', () => {
  vi.stubEnv('LD_LIBRARY_PATH', '/opt/lib')
  expect(libraryFor('gpu', userData)).toEqual({})
  const folder = join(userData, gpuLibraryFolder)
  mkdirSync(folder, { recursive: true })
  expect(libraryFor('gpu', userData)).toEqual({})
  writeFileSync(join(folder, gpuLibraryRecord), '{}')
  expect(libraryFor('gpu', userData)).toEqual({
    LD_LIBRARY_PATH: `${folder}:/opt/lib`,
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    SIGNAL_LAB_DEVICE: 'gpu'
  })
  expect(libraryFor('cpu', userData)).toEqual({})
})
