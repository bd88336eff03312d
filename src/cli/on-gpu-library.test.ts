import { expect, test, vi } from 'vitest'
import { onGpuLibrary } from './on-gpu-library'

/** Ends with 7 if it was started as it should be. */
const script = `
  const { LD_LIBRARY_PATH, SIGNAL_LAB_DEVICE, TF_FORCE_GPU_ALLOW_GROWTH } = process.env
  const isRight = LD_LIBRARY_PATH.split(':')[0] === '/of/the/user' && SIGNAL_LAB_DEVICE === 'gpu' &&
    TF_FORCE_GPU_ALLOW_GROWTH === 'true' && process.argv.slice(1).join(' ') === 'train --device gpu'
  process.exit(isRight ? 7 : 8)
`
const place = (isInstalled: boolean) => ({
  userFolder: '/of/the',
  library: { folder: '/of/the/user', isInstalled: async () => isInstalled },
  program: { command: process.execPath, args: ['-e', script, '--'] }
})
const args = ['train', '--device', 'gpu']
const never = new AbortController().signal

test('the command runs again in a process that finds the CUDA build first, and ends as that one does', async () => {
  expect(await onGpuLibrary(args, never, place(true))).toBe(7)
})

test('without the build, and in that process itself, it runs where it is', async () => {
  expect(await onGpuLibrary(args, never, place(false))).toBeUndefined()
  vi.stubEnv('SIGNAL_LAB_DEVICE', 'gpu')
  expect(await onGpuLibrary(args, never, place(true))).toBeUndefined()
  vi.unstubAllEnvs()
})
