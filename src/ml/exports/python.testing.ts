/**
 * A Python that has the packages a slow test needs: the one that SIGNAL_LAB_PYTHON names, or python3; else an environment
 * of its own in the system's temporary folder, into which pip installs them. Nothing else is changed.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Wanted {
  /** Names for `import`. */
  readonly modules: readonly string[]
  /** Names for pip; empty where they are too large to be installed for a test. */
  readonly packages: readonly string[]
}

/** The program, or undefined where there is none that has them. */
export function pythonWith({ modules, packages }: Wanted): string | undefined {
  const has = (program: string) => run(program, ['-c', `import ${modules.join(', ')}`]) === 0
  const own = join(tmpdir(), `signal-lab-python-${packages.join('-')}`)
  const program = join(own, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const known = [process.env.SIGNAL_LAB_PYTHON, 'python3', program].find((path) => path !== undefined && has(path))
  if (known !== undefined || packages.length === 0) return known
  if (!existsSync(program) && run('python3', ['-m', 'venv', own]) !== 0) return undefined
  run(program, ['-m', 'pip', 'install', '--quiet', ...packages])
  return has(program) ? program : undefined
}

function run(program: string, args: readonly string[]): number | null {
  return spawnSync(program, [...args], { stdio: 'ignore' }).status
}

/** Run a script and give what it prints. Throws with what it said where it fails. */
export function runPython(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, [...args], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr.slice(-2000)}`)
  return stdout
}
