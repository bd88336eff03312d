/**
 * What reading a million rows of CSV costs: our reader from bytes to columns of numbers, detection and time axis
 * included, beside papaparse, which makes strings of the cells and leaves the rest to its caller.
 *
 * The sides take turns, and the least time of each is kept: other work on the machine only ever adds. Processor time is
 * told beside time on the clock, because a busy machine stretches the latter. Written to bench/results/csv-read.json;
 * --json prints our side alone.
 */
import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import papaparse from 'papaparse'
import { readTable } from '../src/core/signal/csv'
import { detectionBytes, detectTable } from '../src/core/signal/csv-detect'

const options = process.argv.slice(2)
const rowCount = Number(options.find((option) => option.startsWith('--rows='))?.slice(7) ?? 1_000_000)
const rounds = Number(options.find((option) => option.startsWith('--rounds='))?.slice(9) ?? 5)

const rows = (line: (n: number) => string, header: string) => {
  const lines = [header]
  for (let n = 0; n < rowCount; n += 1) lines.push(line(n))
  return `${lines.join('\n')}\n`
}
const decimals = (value: number, digits: number) => value.toFixed(digits)
const tables: Record<string, string> = {
  'time and voltage, 3 and 6 decimals': rows(
    (n) => `${decimals(n / 1000, 3)},${decimals(3.3 * Math.sin(n / 50), 6)}`,
    'time (s),voltage'
  ),
  'time and four channels': rows(
    (n) => `${decimals(n / 1000, 3)},${[40, 50, 60, 70].map((p) => decimals(Math.sin(n / p), 5)).join(',')}`,
    'time (s),a,b,c,d'
  ),
  'semicolons and decimal commas': rows(
    (n) => `${decimals(n / 1000, 3)};${decimals(3.3 * Math.sin(n / 50), 6)}`.replace(/\./g, ','),
    'Zeit (s);Spannung'
  ),
  'doubles in 16 to 17 digits': rows((n) => `${n / 1000},${Math.sin(n / 50)}`, 'time (s),voltage'),
  'every row in quotes': rows(
    (n) => `"${decimals(n / 1000, 3)}","${decimals(3.3 * Math.sin(n / 50), 6)}"`,
    '"time (s)","voltage"'
  )
}

interface Cost {
  seconds: number
  processorSeconds: number
}

function measure(work: () => number): Cost {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  const found = work()
  const seconds = Number(process.hrtime.bigint() - start) / 1e9
  const { user, system } = process.cpuUsage(cpu)
  if (found !== rowCount) throw new Error(`expected ${rowCount} rows, read ${found}`)
  return { seconds, processorSeconds: (user + system) / 1e6 }
}

const least = (costs: Cost[]): Cost => ({
  seconds: Math.min(...costs.map(({ seconds }) => seconds)),
  processorSeconds: Math.min(...costs.map(({ processorSeconds }) => processorSeconds))
})
const round = (value: number) => Number(value.toPrecision(4))

const results = Object.entries(tables).map(([name, text]) => {
  const bytes = new TextEncoder().encode(text)
  const ours: Cost[] = []
  const papa: Cost[] = []
  for (let n = 0; n < rounds; n += 1) {
    ours.push(measure(() => readTable(bytes, detectTable(bytes.subarray(0, detectionBytes)).choices).sampleCount))
    if (!options.includes('--json')) {
      papa.push(measure(() => papaparse.parse(text, { header: false, skipEmptyLines: true }).data.length - 1))
    }
  }
  const our = least(ours)
  const told = {
    table: name,
    megabytes: round(bytes.length / 1e6),
    ours: { ...our, rowsPerSecond: Math.round(rowCount / our.processorSeconds) },
    megabytesPerSecond: round(bytes.length / 1e6 / our.processorSeconds)
  }
  if (papa.length === 0) return told
  const other = least(papa)
  return {
    ...told,
    papaparse: { ...other, rowsPerSecond: Math.round(rowCount / other.processorSeconds) },
    timesAsFast: round(other.processorSeconds / our.processorSeconds)
  }
})

const result = {
  machine: { cpu: cpus()[0].model, threads: cpus().length, node: process.version },
  rows: rowCount,
  rounds,
  results
}
if (options.includes('--json')) process.stdout.write(`${JSON.stringify(result)}\n`)
else {
  for (const told of results) process.stdout.write(`${JSON.stringify(told)}\n`)
  writeFileSync('bench/results/csv-read.json', `${JSON.stringify(result, null, 2)}\n`)
}
