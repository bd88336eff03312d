import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ImportChoices } from '../contract/import-choices'
import { importFile, ImportMemory } from './import-memory'
import { JsonStore } from './json-store'

const choicesOf = (sampleRate: number): ImportChoices => ({
  ...{ kind: 'raw', coding: 'int16', byteOrder: 'little', channelCount: 1, offsetBytes: 0, sampleRate },
  ...{ channels: null, strange: 'keep', monoMix: false }
})

it('gives the newest choices for a name of the same pattern, over a restart', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'signal-lab-imports-')), 'imports.json')
  const load = async () => new ImportMemory(await JsonStore.load(path, importFile))
  const memory = await load()
  await memory.remember('run 1.bin', choicesOf(1000))
  await memory.remember('run 2.bin', choicesOf(2000))
  await memory.remember('other.bin', choicesOf(3000))
  const again = await load()
  expect(again.recall('run 77.bin')).toEqual(choicesOf(2000))
  expect(again.recall('walk 77.bin')).toBeNull()
  await again.remember('run 3.bin', null)
  expect(again.recall('run 1.bin')).toBeNull()
  expect(again.recall('other.bin')).toEqual(choicesOf(3000))
})
