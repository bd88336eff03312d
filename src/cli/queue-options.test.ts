import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { trialOf } from '../ml/studies/queue/studio.testing'
import { openTrialRunner } from './queue-options'

let base: string
beforeEach(() => (base = mkdtempSync(join(tmpdir(), 'siglab-options-'))))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(base, { recursive: true })
})

test('what killed trials leave in the folder of temporary files is gone with their study', async () => {
  const temporary = join(base, 'temporary')
  mkdirSync(temporary)
  // In the place of this program: leaves a folder, as Electron does, and is killed.
  const program = join(base, 'program.cjs')
  writeFileSync(
    program,
    `require('node:fs').mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'siglab-'))
    process.kill(process.pid, 'SIGKILL')`
  )
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, temporary)
  const [, own] = process.argv
  process.argv[1] = program
  const abort = new AbortController().signal
  const options = { queue: undefined, 'queue-ca': undefined, 'queue-cert': undefined, 'queue-key': undefined }
  const hooks = { folderOf: () => join(base, 'trial'), note: () => undefined, abort }
  const { runner, close } = await openTrialRunner(options, hooks).finally(() => (process.argv[1] = own))
  await expect(runner.run(trialOf(1), { onEpoch: () => 'go on', abort })).rejects.toThrow('ended with code null')
  const [scratch] = readdirSync(temporary)
  expect(scratch).toMatch(new RegExp(`^siglab-trials-${process.pid}-`))
  expect(readdirSync(join(temporary, scratch))).toHaveLength(1)
  await close()
  expect(readdirSync(temporary)).toEqual([])
})
