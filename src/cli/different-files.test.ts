import { copyFile, link, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { resourcesFolder } from './resources'
import { siglab } from './run.testing'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'siglab-different-'))
  await mkdir(at('sub'))
})
afterAll(() => rm(folder, { recursive: true }))
const at = (name: string) => join(folder, name)

const shipped = (name: string) => join(resourcesFolder(), name)
beforeEach(async () => {
  await copyFile(shipped('signals/mix-1357.wav'), at('mix.wav'))
  await copyFile(shipped('signals/mix-1357.truth.wav'), at('truth.wav'))
  await copyFile(shipped('models/stream-1357.safetensors'), at('model.safetensors'))
})

test.each([
  ['filter', '--out', 'FILE', 'mix.wav', ['mix.wav', '--out', 'mix.wav']],
  ['filter', '--out', '--truth', 'truth.wav', ['mix.wav', '--out', 'truth.wav', '--truth', 'truth.wav']],
  ['convert', 'OUT', 'IN', 'mix.wav', ['mix.wav', 'mix.wav', '--encoding', '8']],
  [
    'export',
    '--out',
    'MODEL',
    'model.safetensors',
    ['model.safetensors', '--as', 'pytorch', '--out', 'model.safetensors']
  ],
  [
    'export',
    '--out',
    '--signal',
    'mix.wav',
    ['model.safetensors', '--as', 'bundle', '--signal', 'mix.wav', '--out', 'mix.wav']
  ]
])('%s refuses for %s the file of %s, and leaves it', async (command, written, read, name, args) => {
  const before = await readFile(at(name))
  const places = args.map((arg) => (arg.includes('.') ? at(arg) : arg))
  expect(await siglab(command, ...places)).toEqual({
    ...{ code: 2, out: '' },
    err: `siglab ${command}: ${written}: expected another file than ${read}. Received: ${at(name)} (siglab ${command} --help)\n`
  })
  expect((await readFile(at(name))).equals(before)).toBe(true)
})

test.each([
  ['a link', async () => (await symlink(at('mix.wav'), at('link.wav')), at('link.wav'))],
  ['a second name', async () => (await link(at('mix.wav'), at('second.wav')), at('second.wav'))],
  ['a way round', async () => join(folder, 'sub/../mix.wav')],
  ['a relative path', async () => relative(process.cwd(), at('mix.wav'))],
  [
    'a link to its folder',
    async () => (await symlink(folder, at('sub/back'), 'junction'), join(folder, 'sub/back/mix.wav'))
  ]
])('a file is known by %s as well', async (_, nameFor) => {
  const out = await nameFor()
  expect(await siglab('convert', at('mix.wav'), out)).toMatchObject({ code: 2 })
})

test('what is not there yet is known by its folder', async () => {
  const args = ['generate', '--frequencies', '1', '--duration', '1']
  await symlink(folder, at('sub/again'), 'junction')
  const [out, truth] = [at('new.wav'), join(folder, 'sub/again/new.wav')]
  expect(await siglab(...args, '--out', out, '--truth', truth)).toMatchObject({ code: 2 })
  expect(await siglab(...args, '--out', out, '--truth', at('sub/new.wav'))).toMatchObject({ code: 0 })
})

test('a model of the library may go into a folder of its name', async () => {
  const usual = process.cwd()
  process.chdir(folder)
  try {
    for (const time of ['first', 'second'])
      expect(await siglab('export', 'stream-1357', '--as', 'scripts', '--out', 'stream-1357'), time).toMatchObject({
        code: 0
      })
  } finally {
    process.chdir(usual)
  }
})
