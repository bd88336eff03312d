import { describe, expect, it } from 'vitest'
import { commandForKey, commands, searchCommands } from '.'
import { menuGroups } from './menu'

const press = (key: string, part: Partial<KeyboardEvent> = {}) =>
  commandForKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...part })?.id

describe('the table of commands', () => {
  it('gives every key to one command only', () => {
    const keys = commands.flatMap(({ keys, modifier }) => (keys ?? []).map((key) => `${modifier ?? ''} ${key}`))
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

  it('is searched by words of title and group, a title that begins with the first word first', () => {
    expect(searchCommands('run')[0].id).toBe('play-pause')
    expect(searchCommands('tone 3').map(({ id }) => id)).toEqual(['select-3'])
    expect(searchCommands('  ')).toHaveLength(commands.length)
    expect(searchCommands('no such thing')).toEqual([])
  })

  it('makes the menu, every command once', () => {
    const ids = menuGroups.flatMap(({ entries }) => entries.map(({ command }) => command))
    expect([...ids].sort()).toEqual(commands.map(({ id }) => id).sort())
    const shown = Object.fromEntries(
      menuGroups.flatMap(({ entries }) => entries.map((e) => [e.command, e.accelerator]))
    )
    expect(shown).toMatchObject({ open: 'CmdOrCtrl+O', 'play-pause': 'Space', faster: 'Plus', 'scrub-back': 'Left' })
  })
})
