import { expect, test } from 'vitest'
import { memorySource, type SampleSource } from './sample-source'
import { SignalStore } from './signal-store'

function stored(): { signals: SignalStore; source: SampleSource; isClosed(): boolean } {
  const signals = new SignalStore()
  let isClosed = false
  const signal = { sampleRate: 100, channelNames: ['a'], channels: [new Float32Array(100).fill(0.5)] }
  const source = { ...memorySource(signal), close: () => void (isClosed = true) }
  signals.add({ id: 's', name: 's', format: 'generated', encoding: 'any', warnings: [] }, source)
  return { signals, source, isClosed: () => isClosed }
}

test('a signal that is removed is closed at once, or when the last one has read it', () => {
  const free = stored()
  free.signals.remove('s')
  expect(free.isClosed()).toBe(true)

  const { signals, isClosed } = stored()
  const [first, second] = [signals.hold('s'), signals.hold('s')]
  signals.remove('s')
  expect(signals.has('s')).toBe(false)
  first()
  first()
  expect(isClosed()).toBe(false)
  second()
  expect(isClosed()).toBe(true)
})

test('a signal that was held and let go is closed when it is removed', () => {
  const { signals, isClosed } = stored()
  signals.hold('s')()
  expect(isClosed()).toBe(false)
  signals.remove('s')
  expect(isClosed()).toBe(true)
  expect(() => signals.hold('s')).toThrow('There is no open signal "s"')
})
