import { describe, expect, it } from 'vitest'
import { MicrophonePermission } from './microphone-permission'

const sound = { permission: 'media', origin: 'app://lab/', isMainFrame: true, mediaTypes: ['audio'] }

it('is refused before the user was asked, and after a no', async () => {
  const permission = new MicrophonePermission(async () => false)
  expect(permission.allows(sound)).toBe(false)
  expect(await permission.request()).toBe(false)
  expect(permission.allows(sound)).toBe(false)
})

it('is asked for once, and again after a no', async () => {
  const answers = [false, true]
  const permission = new MicrophonePermission(async () => answers.shift()!)
  expect(await permission.request()).toBe(false)
  expect(await permission.request()).toBe(true)
  expect(await permission.request()).toBe(true)
  expect(answers).toEqual([])
  expect(permission.allows(sound)).toBe(true)
})

describe('a yes for sound is no yes for anything else', () => {
  it.each([
    { ...sound, permission: 'geolocation' },
    { ...sound, mediaTypes: ['video'] },
    { ...sound, mediaTypes: ['audio', 'video'] },
    { ...sound, mediaTypes: [] },
    { ...sound, isMainFrame: false },
    { ...sound, origin: 'https://example.com' },
    { ...sound, origin: 'app://lab.example' },
    { ...sound, origin: '' }
  ])('%j', async (request) => {
    const permission = new MicrophonePermission(async () => true)
    await permission.request()
    expect(permission.allows(request)).toBe(false)
  })
})

it('is asked for by one question at a time, whose answer everybody gets who waits', async () => {
  const questions: ((answer: boolean) => void)[] = []
  const permission = new MicrophonePermission(() => new Promise((resolve) => questions.push(resolve)))
  const waiting = [1, 2, 3].map(() => permission.request())
  expect(questions).toHaveLength(1)
  questions[0](false)
  expect(await Promise.all(waiting)).toEqual([false, false, false])
  const again = permission.request()
  expect(questions).toHaveLength(2)
  questions[1](true)
  expect(await again).toBe(true)
})
