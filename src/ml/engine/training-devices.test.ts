import { expect, test } from 'vitest'
import { trainingDevices } from './training-devices'

const card = { name: 'A card', memoryBytes: 8e9, driver: '550' }
const withCard = { cards: [card], reason: '' }
const withoutCard = { cards: [], reason: 'This computer shows no NVIDIA card.' }

test.each([
  ['without the CUDA build a card says what to install', { isInstalled: false, isOnLibrary: false }, 'not installed'],
  ['once it is installed the card can be chosen', { isInstalled: true, isOnLibrary: false, loaded: 'cpu' }, ''],
  ['a card that is computed on is there', { isInstalled: false, isOnLibrary: false, loaded: 'gpu' }, ''],
  [
    'a build that was loaded in vain says so',
    { isInstalled: true, isOnLibrary: true, loaded: 'cpu' },
    'cannot use this card'
  ]
] as const)('%s', (_, questions, reason) => {
  const [, gpu] = trainingDevices(questions, withCard)
  expect(gpu).toMatchObject({ kind: 'gpu', name: 'A card', isAvailable: reason === '' })
  expect(gpu.reason).toContain(reason)
})

test('without a card nothing helps, and a build that was loaded all the same is told of', () => {
  const questions = { isInstalled: true, isOnLibrary: true }
  const [cpu, gpu] = trainingDevices(questions, withoutCard)
  expect(cpu.isAvailable).toBe(true)
  expect(gpu).toMatchObject({ isAvailable: false, reason: 'This computer shows no NVIDIA card.' })
  const [, loaded] = trainingDevices({ ...questions, loaded: 'cpu' }, withoutCard)
  expect(loaded.reason).toContain('was loaded and found none')
})
