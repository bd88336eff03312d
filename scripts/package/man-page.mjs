/** siglab(1), from the program's own help, so that the page and the program cannot disagree. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './steps.mjs'

/** The page in roff. Runs the built command line. */
export function manPage(version) {
  const overview = help([])
  const commands = [...overview.matchAll(/^ {2}(\S+) +(\S.*)$/gm)].map(([, name, summary]) => ({ name, summary }))
  const sections = commands.map(({ name, summary }) => {
    const [usage, , ...rest] = help([name]).split('\n')
    const body = rest.join('\n').trim()
    return `.SS ${roff(name)}\n${roff(capital(summary))}.\n.PP\n.EX\n${roff(`${usage}\n\n${body}`)}\n.EE`
  })
  return `.TH SIGLAB 1 "" "Signal Lab ${roff(version)}" "User Commands"
.SH NAME
siglab \\- see, separate and measure tones
.SH SYNOPSIS
.B siglab
.I COMMAND
.RI [ options ]
.SH DESCRIPTION
The laboratory of Signal Lab without its window: filters, trains, measures and converts recordings.
Every command takes
.B \\-\\-json
for one JSON object instead of text, and
.B \\-\\-help
for its options.
.SH COMMANDS
${sections.join('\n')}
.SH EXIT STATUS
0 done; 1 failed; 2 used wrongly; 130 interrupted (the first Ctrl-C saves what is there);
141 nobody read the result, as in a pipe whose reader has ended.
.SH FILES
.TP
.I ~/.config/Signal Lab
settings, models and runs; uninstalling leaves it.
`
}

const capital = (text) => text[0].toUpperCase() + text.slice(1)

/** Escaped for roff: backslashes, minus signs, and lines that would be commands. */
const roff = (text) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    // Signs beyond ASCII by their names, which every formatter knows.
    .replace(/[^\n -~]/gu, (sign) => `\\[u${sign.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replace(/^(['.])/gm, '\\&$1')

function help(command) {
  const program = join(root, 'out/main/siglab.js')
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...command, '--help'], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`siglab ${command.join(' ')} --help failed: ${stderr}`)
  return stdout
}
