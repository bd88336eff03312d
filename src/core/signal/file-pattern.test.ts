import { expect, test } from 'vitest'
import { filePattern } from './file-pattern'

test.each([
  ['log_2026-03-01 (2).CSV', 'log_# (#).csv'],
  ['log_2025-12-24 (11).csv', 'log_# (#).csv'],
  ['sensor.csv', 'sensor.csv'],
  ['T0001.txt', 't#.txt'],
  ['12:30:05.5 run.tsv', '# run.tsv'],
  ['', '']
])('"%s" belongs to "%s"', (name, pattern) => expect(filePattern(name)).toBe(pattern))
