import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Log } from './log'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'signal-lab-log-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const logOf = (options: Partial<ConstructorParameters<typeof Log>[0]> = {}) =>
  new Log({ path: join(folder, 'logs/main.log'), home: '/home/ada', now: () => new Date(0), ...options })
const text = () => readFileSync(join(folder, 'logs/main.log'), 'utf8')

test('an event is one line with its time, for its owner alone, without the name of the user', () => {
  const log = logOf()
  log.write('warning', 'the laboratory ended\nwith code 1: /home/ada/x.wav \x1b[31mred')
  expect(text()).toBe('1970-01-01T00:00:00.000Z warning the laboratory ended with code 1: ~/x.wav  [31mred\n')
  expect(statSync(join(folder, 'logs/main.log')).mode & 0o777).toBe(0o600)
})

test('a thousand long lines take no more room than the current file and three older ones', () => {
  const log = logOf({ mostBytes: 10_000 })
  for (let i = 0; i < 1000; i += 1) log.write('warning', `${i} ${'x'.repeat(5000)}`)
  const files = readdirSync(join(folder, 'logs')).sort()
  expect(files).toEqual(['main.log', 'main.log.1', 'main.log.2', 'main.log.3'])
  for (const name of files) expect(statSync(join(folder, 'logs', name)).size).toBeLessThanOrEqual(10_000)
  expect(text()).toContain('warning 999 x')
})

test('a note that a process repeats without end is written once and counted, an error each time', () => {
  const log = logOf()
  for (let i = 0; i < 500; i += 1) log.write('note', `laboratory: ${i}: no room`)
  for (let i = 0; i < 2; i += 1) log.write('error', 'The laboratory process ended.')
  log.write('note', 'laboratory: 500: no room')
  const events = text().trim().split('\n')
  expect(events.map((event) => event.slice(25))).toEqual([
    'note laboratory: 0: no room',
    'note the same 499 times more',
    'error The laboratory process ended.',
    'error The laboratory process ended.',
    'note laboratory: 500: no room'
  ])
})

test('a folder that cannot be written costs the log and nothing else', () => {
  writeFileSync(join(folder, 'file'), '')
  const log = logOf({ path: join(folder, 'file/main.log') })
  expect(() => log.write('error', 'x')).not.toThrow()
  expect(readdirSync(folder)).toEqual(['file'])
})
