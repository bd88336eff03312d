/** What every benchmark says of its machine, and where its figures go: JSON in bench/results, a table in the docs. */
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, totalmem } from 'node:os'

export const today = () => new Date().toISOString().slice(0, 10)

export function machine() {
  return {
    processor: cpus()[0].model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    /** Of the last minute: above the number of cores, other work took time from the figures. */
    load: rounded(loadavg()[0])
  }
}

export const rounded = (value: number) => Number(value.toPrecision(4))

/** Of a table: three digits below one, one behind the point above. */
export const cell = (value: number | undefined) =>
  value === undefined ? '' : value < 1 ? value.toFixed(3) : value.toFixed(1)

export const ratio = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? '' : (a / b).toFixed(2)

export function measuredOn(kernel: string): string {
  const { processor, cores, node, load } = machine()
  return `Measured ${today()} on ${processor}, ${cores} cores, Node ${node}, kernel "${kernel}"; load of the machine ${load}.`
}

/** --json prints the figures alone; otherwise they are kept, and the table goes between its marks in the docs. */
export function report(name: string, result: object, table: string): void {
  if (process.argv.includes('--json')) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return
  }
  process.stdout.write(`${table}\n`)
  if (process.argv.includes('--dry')) return
  const full = { date: today(), machine: machine(), ...result }
  const json = JSON.stringify(full, (_, value) => (typeof value === 'number' ? rounded(value) : value), 2)
  writeFileSync(`bench/results/${name}-${today()}.json`, `${json}\n`)
  const page = 'docs/performance.md'
  const marked = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`)
  const text = readFileSync(page, 'utf8')
  if (!marked.test(text)) throw new Error(`${page} has no place for the table of ${name}: expected "<!-- ${name} -->"`)
  writeFileSync(
    page,
    text.replace(marked, (_, start: string, end: string) => `${start}\n${table}\n\n${end}`)
  )
}
