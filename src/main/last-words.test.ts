import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { lastWords, tellsOfMemory } from './last-words'

test('a process that really runs out of memory says so, behind all that it says besides', () => {
  const greedy = 'const all = []; for (;;) all.push(new Array(1000).fill(all.length))'
  const { stderr } = spawnSync(process.execPath, ['--max-old-space-size=20', '-e', greedy], { encoding: 'utf8' })
  expect(stderr.trim().split('\n').length).toBeGreaterThan(1)
  expect(lastWords(stderr)).toContain('JavaScript heap out of memory')
  expect(tellsOfMemory(lastWords(stderr))).toBe(true)
})

test('an error is told by its sentence, not by the end of its trace', () => {
  const crash = "throw new InputError('no stream', { code: 'not-found' })"
  const made = `class InputError extends Error { name = 'InputError'; constructor(text, more) { super(text); Object.assign(this, more) } }`
  const { stderr } = spawnSync(process.execPath, ['-e', `${made}\n${crash}`], { encoding: 'utf8' })
  expect(stderr.trim()).toMatch(/\}\s+Node\.js v[\d.]+$/)
  expect(lastWords(stderr)).toBe('InputError: no stream')
})

test('what TensorFlow says at its start is no last word', () => {
  const start =
    'WARNING: All log messages before absl\nI0000 00:00:17 3524 port.cc:153] oneDNN custom operations are on.\n'
  expect(lastWords(start)).toBe('')
  expect(lastWords(`${start}Aborted\n`)).toBe('Aborted')
})

test('what Chromium writes before its words is no part of them', () => {
  const words = 'Fatal error in V8: Committing semi space failed. Allocation failed - JavaScript heap out of memory'
  expect(lastWords(`[24015:1126/093438.465280:ERROR:node_bindings.cc(158)] ${words}\n`)).toBe(words)
})

test('otherwise the newest line with text is taken, cut', () => {
  expect(lastWords('one\nError: no library\n\n  \n')).toBe('Error: no library')
  expect(lastWords('')).toBe('')
  expect(lastWords('x'.repeat(1000))).toHaveLength(300)
  expect(tellsOfMemory('Error: no library')).toBe(false)
})
