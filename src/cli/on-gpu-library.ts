/**
 * A command that computes on a card runs in a process of its own, where the linker finds TensorFlow's CUDA build before
 * the one that is shipped.
 */
import { spawn } from 'node:child_process'
import { gpuEnvironment } from '../contract/gpu-library'
import { GpuLibrary } from '../ml/gpu-library/gpu-library'
import { thisProgram, type ChildProgram } from '../ml/studies/child-runner'
import { userFolder } from './resources'

interface Place {
  readonly userFolder: string
  readonly library?: Pick<GpuLibrary, 'folder' | 'isInstalled'>
  readonly program?: ChildProgram
}

/**
 * Run this command line there and resolve to its exit code. Undefined where there is no other place to run it: this is
 * that process, or the build is not installed.
 */
export async function onGpuLibrary(
  args: readonly string[],
  abort: AbortSignal,
  place: Place = { userFolder: userFolder() }
): Promise<number | undefined> {
  const { library = new GpuLibrary(place), program = thisProgram() } = place
  if (process.env.SIGNAL_LAB_DEVICE === 'gpu' || !(await library.isInstalled())) return undefined
  const child = spawn(program.command, [...program.args, ...args], {
    stdio: 'inherit',
    env: { ...process.env, ...program.env, ...gpuEnvironment(library.folder, process.env.LD_LIBRARY_PATH) }
  })
  // A signal may have been sent to this process alone: that one stops and saves, and this one waits for it.
  abort.addEventListener('abort', () => child.kill('SIGTERM'))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1)))
  })
}
