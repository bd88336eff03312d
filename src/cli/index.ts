/** The command line: `siglab COMMAND …`. Picks a command, runs it, prints its result, sets the exit code. */
import { version } from '../../package.json'
import { errorToData } from '../contract/define'
import { helpOf, parseCommandLine, UsageError, type Command } from './command'
import { Interrupts } from './interrupts'
import { brokenPipeCode, Output } from './output'

/** Loaded one at a time: a command that reads a file must not wait for TensorFlow. */
const commands: Readonly<Record<string, { summary: string; load(): Promise<{ default: Command }> }>> = {
  info: { summary: 'what a WAV or CSV file holds', load: () => import('./commands/info') },
  generate: {
    summary: 'make a noisy mix of tones, and the clean tones behind it',
    load: () => import('./commands/generate')
  },
  convert: { summary: 'WAV to CSV and back', load: () => import('./commands/convert') },
  models: { summary: 'the models on this machine', load: () => import('./commands/models') },
  filter: { summary: 'get one tone out of a recording', load: () => import('./commands/filter') },
  architectures: { summary: 'the families of networks', load: () => import('./commands/architectures') },
  train: { summary: 'train a filter', load: () => import('./commands/train') },
  study: { summary: 'measure one of the reference tables', load: () => import('./commands/study') },
  search: { summary: 'search for a network', load: () => import('./commands/search') },
  worker: { summary: 'train for studies on other computers', load: () => import('./commands/worker') },
  trial: { summary: 'one training of a study, in a process of its own', load: () => import('./commands/trial') },
  runs: { summary: 'trainings that were kept: list, show, compare, delete', load: () => import('./commands/runs') },
  evaluate: { summary: 'measure a model on fresh signals', load: () => import('./commands/evaluate') },
  duel: { summary: 'a model against every classical filter', load: () => import('./commands/duel') },
  bode: { summary: 'how a model answers each frequency', load: () => import('./commands/bode') },
  export: { summary: 'a model in the format of another program', load: () => import('./commands/export') },
  import: { summary: 'bring a model into your models', load: () => import('./commands/import') },
  verify: { summary: 'check an evidence bundle', load: () => import('./commands/verify') },
  demo: { summary: 'filter the bundled mix and write what came out', load: () => import('./commands/demo') },
  doctor: { summary: 'what this installation has, and what it misses', load: () => import('./commands/doctor') }
}

/**
 * Runs one command line; resolves to the exit code: 0 done, 1 failed, 2 used wrongly, 130 interrupted, 141 where nobody
 * read what was printed.
 */
export async function main(
  args: readonly string[],
  out: NodeJS.WritableStream,
  err: NodeJS.WritableStream
): Promise<number> {
  // What is told beside the result is no reason to end the work where nobody reads it.
  err.on('error', () => {})
  const interrupts = new Interrupts()
  const output = new Output(out, () => interrupts.abort())
  const code = await run(args, output, err, interrupts).finally(() => interrupts.release())
  const { failure } = output
  if (!failure) return code
  if (failure.code === 'EPIPE') return brokenPipeCode
  err.write(`siglab: the result could not be printed: ${failure.message}. Print it elsewhere.\n`)
  return 1
}

async function run(
  args: readonly string[],
  output: Output,
  err: NodeJS.WritableStream,
  interrupts: Interrupts
): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === '--help' || name === 'help') {
    await output.print(overview())
    return name === undefined ? 2 : 0
  }
  if (name === '--version') {
    await output.print(`${version}\n`)
    return 0
  }
  if (!Object.hasOwn(commands, name)) {
    err.write(`siglab: there is no command "${name}"; siglab --help lists them.\n`)
    return 2
  }
  const json = rest.includes('--json')
  try {
    const { default: command } = await commands[name].load()
    const parsed = parseCommandLine(command, rest)
    if (parsed.help) {
      await output.print(helpOf(command))
      return 0
    }
    if (command.wantsGpu?.(parsed.values as never)) {
      const { onGpuLibrary } = await import('./on-gpu-library')
      const code = await onGpuLibrary(args, interrupts.take())
      if (code !== undefined) return code
    }
    const result = await command.run({
      options: parsed.values as never,
      positionals: parsed.positionals,
      note: (text) => void (json || err.write(`${text}\n`)),
      progress: (text) => void (!json && (err as NodeJS.WriteStream).isTTY && err.write(`\r\x1b[K${text}`)),
      get abort() {
        return interrupts.take()
      }
    })
    await output.print(json ? `${JSON.stringify(result.json)}\n` : result.text)
    return result.stopped ? 130 : result.failed ? 1 : 0
  } catch (error) {
    // It was stopped because nobody reads: there is nobody to tell.
    if (output.failure) return 1
    const data = error instanceof UsageError ? { code: 'bad-request', message: error.message } : errorToData(error)
    const hint = error instanceof UsageError ? ` (siglab ${name} --help)` : ''
    if (json) await output.print(`${JSON.stringify({ error: data })}\n`)
    err.write(`siglab ${name}: ${data.message}${hint}\n`)
    if (error instanceof UsageError) return 2
    return interrupts.aborted ? 130 : 1
  }
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  return `Signal Lab ${version}: see, separate and measure tones.\n\nUsage: siglab COMMAND [options]\n\n${lines.join('\n')}\n\nsiglab COMMAND --help shows the options of one.\n`
}

// Bundled as the program; imported as a module by the tests.
if (require.main === module) {
  void main(process.argv.slice(2), process.stdout, process.stderr).then((code) => {
    process.exitCode = code
    // Electron's utility process, which the installed program runs us in, lives until it is told to end.
    if ('parentPort' in process) process.stdout.write('', () => process.exit())
  })
}
