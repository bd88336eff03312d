import { describe, expect, test } from 'vitest'
import { holdsPassword, parseQueueAddress } from './address'

describe('the address of a queue', () => {
  test('names computer, port and database; the password beside it counts more than the one in it', () => {
    expect(parseQueueAddress('redis://studio.local')).toEqual({
      ...{ host: 'studio.local', port: 6379, database: 0, shown: 'studio.local:6379' }
    })
    expect(parseQueueAddress('redis://:p%40ss@10.0.0.2:7000/3')).toMatchObject({ password: 'p@ss', database: 3 })
    expect(parseQueueAddress('redis://me:old@h/', { password: 'new' })).toMatchObject({
      ...{ username: 'me', password: 'new' }
    })
    expect(parseQueueAddress('rediss://[::1]:1')).toMatchObject({ host: '::1', port: 1, tls: {} })
  })

  test('is never told with its password, whatever is wrong with it', () => {
    expect(parseQueueAddress('redis://me:secret@h:1').shown).toBe('h:1')
    for (const text of [
      'http://me:secret@h',
      'redis://me:secret@',
      'redis://me:secret@h/words',
      'redis://me:secret@h/0?db=secret',
      'redis://me:secret@h:99999',
      'secret'
    ]) {
      expect(() => parseQueueAddress(text)).toThrow(RangeError)
      expect(() => parseQueueAddress(text)).not.toThrow(/secret/)
    }
  })

  test('takes certificates only where it is encrypted', () => {
    expect(() => parseQueueAddress('redis://h', { tls: { ca: 'PEM' } })).toThrow('rediss://')
    expect(parseQueueAddress('rediss://h', { tls: { ca: 'PEM' } }).tls).toEqual({ ca: 'PEM' })
  })

  test('that shows a password is known', () => {
    expect(holdsPassword('redis://:secret@h')).toBe(true)
    expect(holdsPassword('redis://user@h:6379/1')).toBe(false)
  })
})
