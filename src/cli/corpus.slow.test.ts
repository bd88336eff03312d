/**
 * The bad-input corpus in one process of its own each: an answer within two seconds of processor time, no crash, and no
 * more memory above an idle start than the file deserves.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpus, makeCase, type CorpusCase } from '../../fixtures/make_corpus.mjs'

const limits = { processorSeconds: 2, megabytes: 64, bigMegabytes: 256 }

const folder = mkdtempSync(join(tmpdir(), 'corpus-slow-'))
let idle: Answer
afterAll(() => rmSync(folder, { recursive: true, force: true }))

beforeAll(async () => {
  const program = join(folder, 'open.ts')
  writeFileSync(
    program,
    `import { readFileSync } from 'node:fs'
import { openRecording } from '${join(__dirname, '../ml/signals/open-recording')}'
const before = process.cpuUsage()
const path = process.argv[2]
const opening = path === undefined ? Promise.resolve() : openRecording(path, { beginningOnly: true })
opening.then((opened) => (opened?.source.read(0, 0, 1000), 'opened'), (error) => error.name + ': ' + error.message).then((told) => {
  const { user, system } = process.cpuUsage(before)
  const peak = Number(/VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) / 1024
  process.stdout.write(JSON.stringify({ told, peak, seconds: (user + system) / 1e6 }))
})
`
  )
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: program,
      outDir: folder,
      emptyOutDir: false,
      rollupOptions: { output: { format: 'cjs', entryFileNames: 'open.cjs' } }
    }
  })
  idle = answerOf()
})

interface Answer {
  readonly told: string
  readonly peak: number
  readonly seconds: number
}

function answerOf(...paths: string[]): Answer {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'open.cjs'), ...paths], {
    encoding: 'utf8',
    timeout: 60_000
  })
  if (status !== 0) throw new Error(`${paths.join()}: exit code ${status}\n${stderr}`)
  return JSON.parse(stdout) as Answer
}

const cases = corpus.filter(({ notForRoot }) => !notForRoot || process.getuid?.() !== 0)

test.skipIf(process.platform !== 'linux').each(cases.map((one: CorpusCase) => [one.id, one.what, one] as const))(
  '%s: %s',
  (_id, _what, one) => {
    const { told, peak, seconds } = answerOf(makeCase(folder, one))
    expect(told).toMatch(
      one.verdict === 'refuse' ? /^InputError: / : one.verdict === 'ask' ? /^(InputError|opened)/ : /^opened$/
    )
    expect(seconds).toBeLessThan(limits.processorSeconds)
    expect(peak - idle.peak).toBeLessThan(one.isBig ? limits.bigMegabytes : limits.megabytes)
  }
)
