import { expect, test } from 'vitest'
import { unitOfChannel } from './channel-unit'

test.each([
  ['Voltage (mV)', 'mV'],
  ['u [V]', 'V'],
  ['Pressure/Pa', 'Pa'],
  ['Beschleunigung / m/s²', 'm/s²'],
  ['a/b/c', ''],
  ['acceleration (m/s²)', 'm/s²'],
  ['Temperatur [°C]', '°C'],
  ['duty (%)', '%'],
  ['channel 1', ''],
  ['u (2)', ''],
  ['mic (left)', ''],
  ['a/1', ''],
  ['name (a very long remark)', ''],
  ['', '']
])('%s has the unit "%s"', (name, unit) => {
  expect(unitOfChannel(name)).toBe(unit)
})
