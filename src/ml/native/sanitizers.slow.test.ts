/** The kernels' self-test under the compiler's sanitizers: no wrong address, no data race, no undefined behaviour. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const hasCompiler = process.platform === 'linux' && spawnSync('g++', ['--version']).status === 0

test.skipIf(!hasCompiler).each(['address', 'thread', 'undefined'])(
  'the kernels are clean under the %s sanitizer',
  (sanitizer) => {
    const folder = mkdtempSync(join(tmpdir(), 'signal-lab-sanitizer-'))
    try {
      const script = `
        const { compileSelfTest } = await import(${JSON.stringify(resolve('scripts/setup/native.mjs'))})
        process.stdout.write(await compileSelfTest(${JSON.stringify({ folder, sanitizer })}))`
      const program = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
      const { status, stdout, stderr } = spawnSync(program, ['40'], { encoding: 'utf8' })
      expect(stderr).toBe('')
      expect(status).toBe(0)
      expect(stdout).toContain('same')
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
  600_000
)
