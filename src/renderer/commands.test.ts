import { describe, expect, it } from 'vitest'
import { commandForKey, commands } from './commands'

const press = (key: string, part: Partial<KeyboardEvent> = {}) =>
  commandForKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...part })?.id

describe('the table of commands', () => {
  it('gives every key to one command only', () => {
    const keys = commands.flatMap(({ keys, modifier }) => keys.map((key) => `${modifier ?? ''} ${key}`))
    expect(new Set(keys).size).toBe(keys.length)
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length)
  })

  it('finds a command by its key and modifier', () => {
    expect(press('3')).toBe('select-3')
    expect(press(' ')).toBe('play-pause')
    expect(press('o', { ctrlKey: true })).toBe('open')
    expect(press('o', { metaKey: true })).toBe('open')
  })

  it('leaves other presses alone', () => {
    expect(press('o')).toBeUndefined()
    expect(press('l', { ctrlKey: true })).toBeUndefined()
    expect(press('1', { altKey: true })).toBeUndefined()
    expect(press('5')).toBeUndefined()
  })
})
