/**
 * The kernels' self-test, a program without TensorFlow: under the compiler's sanitizers (no wrong address, no data race,
 * no undefined behaviour), and as NEON code in an emulator of a 64-bit ARM processor.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const has = (program: string) => spawnSync(program, ['--version']).status === 0
const hasCompiler = process.platform === 'linux' && has('g++')
const emulator = ['qemu-aarch64', 'qemu-aarch64-static'].find(has)
const crossCompiler = 'aarch64-linux-gnu-g++'

function inScratch(run: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-selftest-'))
  try {
    run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The path of the program that one of the set-up's functions compiles. */
function compiled(name: 'compileSelfTest' | 'compileSelfTestForArm', argument: object): string {
  const script = `
    const setup = await import(${JSON.stringify(resolve('scripts/setup/native.mjs'))})
    process.stdout.write(await setup.${name}(${JSON.stringify(argument)}))`
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
}

test.skipIf(!hasCompiler).each(['address', 'thread', 'undefined'])(
  'the kernels are clean under the %s sanitizer',
  (sanitizer) =>
    inScratch((folder) => {
      const program = compiled('compileSelfTest', { folder, sanitizer })
      const { status, stdout, stderr } = spawnSync(program, ['40'], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      expect(stdout).toContain('same')
    }),
  600_000
)

const missing = [
  ...(has(crossCompiler) ? [] : [`${crossCompiler} (Debian: g++-aarch64-linux-gnu)`]),
  ...(emulator ? [] : ['qemu-aarch64 (Debian: qemu-user)'])
]

if (missing.length > 0 || !hasCompiler) {
  test.skip(`NEON is not tested: this machine lacks ${missing.join(' and ') || 'g++'}`)
} else {
  test('NEON code gives what this processor gives, the same bits for any number of threads', () => {
    inScratch((folder) => {
      const here = compiled('compileSelfTest', { folder, sanitizer: 'undefined' })
      const there = compiled('compileSelfTestForArm', { folder })
      const sums = (command: string, args: string[]) => {
        const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
        expect(stderr).toBe('')
        expect(status).toBe(0)
        return stdout.split(/\s+/).map(Number).filter(Number.isFinite)
      }
      const expected = sums(here, ['6', 'sums'])
      const found = sums(emulator!, [there, '6', 'sums'])
      expect(expected.length).toBeGreaterThan(200)
      // The last numbers count shapes and instruction sets.
      expect(found.length).toBe(expected.length)
      expected
        .slice(0, -2)
        .forEach((value, index) => expect(Math.abs(found[index] - value)).toBeLessThan(1e-4 * (1 + value)))
    })
  }, 900_000)
}
