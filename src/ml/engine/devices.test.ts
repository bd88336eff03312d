import { expect, test } from 'vitest'
import { findCards, processor, type SystemQuestions } from './devices'

const system = (files: Record<string, string>, more: Partial<SystemQuestions> = {}): SystemQuestions => ({
  smi: async () => undefined,
  list: async (path) => [
    ...new Set(
      Object.keys(files)
        .filter((file) => file.startsWith(`${path}/`))
        .map((file) => file.slice(path.length + 1).split('/')[0])
    )
  ],
  read: async (path) => files[path],
  exists: (path) => path in files,
  platform: 'linux',
  ...more
})

test('nvidia-smi tells of name, memory and driver', async () => {
  const smi = async () => 'NVIDIA H100 80GB HBM3, 81559, 550.54.15\nNVIDIA GB10, [N/A], 580.1\n'
  expect(await findCards(system({}, { smi }))).toEqual({
    cards: [
      { name: 'NVIDIA H100 80GB HBM3', memoryBytes: 81559 * 2 ** 20, driver: '550.54.15' },
      { name: 'NVIDIA GB10', memoryBytes: 0, driver: '580.1' }
    ],
    reason: ''
  })
})

test('without nvidia-smi the driver itself tells', async () => {
  const files = {
    '/proc/driver/nvidia/version':
      'NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  550.90.07  Release Build\nGCC version: 12\n',
    '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA RTX A4000\nIRQ:   \t 42\n'
  }
  expect(await findCards(system(files))).toEqual({
    cards: [{ name: 'NVIDIA RTX A4000', memoryBytes: 0, driver: '550.90.07' }],
    reason: ''
  })
})

test.each([
  [
    'a card without a driver',
    { '/sys/bus/pci/devices/a/vendor': '0x10de\n', '/sys/bus/pci/devices/a/class': '0x030000' },
    'driver is not loaded'
  ],
  [
    'the sound of a card',
    { '/sys/bus/pci/devices/a/vendor': '0x10de\n', '/sys/bus/pci/devices/a/class': '0x040300' },
    'shows no NVIDIA card'
  ],
  ['nothing', {}, 'shows no NVIDIA card']
] as const)('%s gives a reason', async (_, files, reason) => {
  const found = await findCards(system(files))
  expect(found.cards).toEqual([])
  expect(found.reason).toContain(reason)
})

test('the processor of this machine is named', () => {
  expect(processor()).toMatchObject({ name: expect.stringMatching(/\S/) as unknown })
  expect(processor().threads).toBeGreaterThan(0)
})
