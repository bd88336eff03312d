/**
 * What a command is, and how one is run: options parsed strictly, one result for people and for programs.
 *
 * Knows nothing of signals or models.
 */
import { parseArgs } from 'node:util'

export interface Option {
  readonly type: 'string' | 'boolean'
  /** What the value is, for the help text: FILE, HZ, N. */
  readonly value?: string
  readonly description: string
  readonly default?: string
}

export interface Positional {
  readonly name: string
  /** Of the last one or two only: it may be left out, or stand there any number of times. */
  readonly count?: 'optional' | 'any'
  readonly description: string
}

export type OptionTable = Readonly<Record<string, Option>>
export type OptionValues<T extends OptionTable> = {
  readonly [K in keyof T]: T[K]['type'] extends 'boolean'
    ? boolean
    : T[K] extends { default: string }
      ? string
      : string | undefined
}

/** The same result twice: one object for --json, and text for people. */
export interface CommandResult {
  readonly json: unknown
  readonly text: string
  /** It did what it was asked, and the answer is no: exit code 1. */
  readonly failed?: boolean
  /** It was asked to stop and did, before its end: exit code 130. */
  readonly stopped?: boolean
}

export interface CommandInput<T extends OptionTable = OptionTable> {
  readonly options: OptionValues<T>
  readonly positionals: readonly string[]
  /** Progress and notices for people; silent with --json. */
  note(text: string): void
  /** Rewrites one line on a terminal; silent elsewhere. */
  progress(text: string): void
  /** Whoever takes it is asked to stop by the first Ctrl-C, and must; any other command is ended by it. */
  readonly abort: AbortSignal
}

export interface Command<T extends OptionTable = OptionTable> {
  readonly name: string
  readonly summary: string
  readonly positionals?: readonly Positional[]
  readonly options: T
  readonly examples?: readonly string[]
  /** Whether it is to compute on a card. */
  wantsGpu?(options: OptionValues<T>): boolean
  run(input: CommandInput<T>): Promise<CommandResult>
}

/** Keeps the option table's types for `run`. */
export function defineCommand<const T extends OptionTable>(command: Command<T>): Command {
  return command as unknown as Command
}

/** The user asked for something that does not exist: exit code 2, and where to look. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Parse and check. Throws UsageError for unknown options, missing values and wrong counts of arguments. */
export function parseCommandLine(command: Command, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...everyCommand }).map(([name, { type }]) => [name, { type }] as const)
  )
  let parsed: { values: Record<string, string | boolean | undefined>; positionals: string[] }
  try {
    parsed = parseArgs({ args: joinNegative(args, command.options), options, allowPositionals: true, strict: true })
  } catch (error) {
    // Node adds advice on positional arguments behind the first sentence.
    throw new UsageError((error as Error).message.split('. ')[0])
  }
  const values = Object.fromEntries(
    Object.entries(command.options).map(([name, option]) => [
      name,
      parsed.values[name] ?? option.default ?? (option.type === 'boolean' ? false : undefined)
    ])
  )
  const { json = false, help = false } = parsed.values as { json?: boolean; help?: boolean }
  const expected = command.positionals ?? []
  const least = expected.filter(({ count }) => count === undefined).length
  const most = expected.some(({ count }) => count === 'any') ? Infinity : expected.length
  if (!help && !(parsed.positionals.length >= least && parsed.positionals.length <= most)) {
    const names = expected.map(({ name }) => name).join(' ') || 'no arguments'
    throw new UsageError(`Expected ${names}. Received: ${parsed.positionals.join(' ') || 'none'}`)
  }
  return { values, positionals: parsed.positionals, json, help }
}

/** "--snr -5,0" -> "--snr=-5,0": Node takes a number below zero for an option. */
function joinNegative(args: readonly string[], options: OptionTable): string[] {
  const joined: string[] = []
  for (const arg of args) {
    const last = joined[joined.length - 1] ?? ''
    const takesValue = last.startsWith('--') && options[last.slice(2)]?.type === 'string'
    if (takesValue && /^-\.?\d/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`
    else joined.push(arg)
  }
  return joined
}

const everyCommand = {
  json: { type: 'boolean', description: 'print one JSON object instead of text' },
  help: { type: 'boolean', description: 'show this help' }
} as const satisfies OptionTable

export function helpOf(command: Command): string {
  const places = (command.positionals ?? []).map(({ name }) => name)
  const lines = [`Usage: siglab ${[command.name, ...places].join(' ')} [options]`, '', command.summary, '']
  for (const { name, description } of command.positionals ?? []) lines.push(`  ${name.padEnd(28)} ${description}`)
  for (const [name, option] of Object.entries({ ...command.options, ...everyCommand } as OptionTable)) {
    const flag = `--${name}${option.value ? ` ${option.value}` : ''}`
    lines.push(`  ${flag.padEnd(28)} ${option.description}${option.default ? ` (default ${option.default})` : ''}`)
  }
  if (command.examples?.length) lines.push('', 'Examples:', ...command.examples.map((example) => `  ${example}`))
  return `${lines.join('\n')}\n`
}
