import { describe, expect, test } from 'vitest'
import ts from 'typescript'
import { siglabScript, torchScript, trainScript } from './script-texts'
import scripts, { trainArguments } from './scripts'
import { modelWith, torchModel } from './networks.testing'
import type { Manifest } from '../library/manifest'

const filesOf = (change: Partial<Manifest> = {}, name: 'lstm' | 'gru' = 'lstm') => {
  const model = torchModel(name)
  const files = scripts.filesOf({ model: { ...model, manifest: { ...model.manifest, ...change } } })
  return new Map(files.map((file) => [file.name, Buffer.from(file.bytes).toString('utf8')]))
}

describe('which script a model gets', () => {
  test('one on ticks or samples runs in PyTorch', () => {
    const files = filesOf()
    expect(files.get('reproduce.py')).toBe(torchScript)
    expect([...files.keys()]).toContain('weights.safetensors')
    expect(JSON.parse(files.get('config.json')!)).toMatchObject({
      running: { kind: 'ticks', modelRate: 50 },
      modules: [
        { kind: 'lstm', name: 'lstm', inputSize: 5, units: 6, layers: 2 },
        { kind: 'linear', name: 'linear', inputSize: 6, outputSize: 2, activation: 'linear' }
      ],
      trainArguments: ['--frequencies', '1,3,5,7']
    })
  })

  test('one behind the joint fit, or with layers of our own, calls Signal Lab', () => {
    const running = { kind: 'joint', frontEnd: 1, ticksPerSpacing: 25, samplesPerSpacing: 250 } as const
    expect(filesOf({ running }).get('reproduce.py')).toBe(siglabScript)
    const own = scripts.filesOf({ model: modelWith('lstm', { layerNorm: 'on' }) })
    expect(Buffer.from(own[0].bytes).toString()).toBe(siglabScript)
    expect(own.map(({ name }) => name)).not.toContain('weights.safetensors')
  })
})

test('no title ever stands in a program', () => {
  const title = '"""\nimport os; os.system("x")\n\'\'\' `${x}`'
  const files = filesOf({ title })
  expect(files.get('reproduce.py')).toBe(torchScript)
  expect(files.get('reproduce.ts')).toBe(trainScript)
  expect(JSON.parse(files.get('config.json')!).title).toBe(title)
})

test.each<[string, string[] | undefined]>([
  ['siglab train --steps 5 --title "My \\"filter\\""', ['--steps', '5', '--title', 'My "filter"']],
  ['siglab train', undefined],
  ['imported from a PyTorch state dict', undefined],
  ['rm -rf / && siglab train --steps 1', undefined],
  ['siglab train --steps 5 --out /etc', undefined],
  ['siglab train --steps 5 --out=/etc', undefined],
  ['siglab train --title "not closed', undefined]
])('the arguments of "%s" are %j', (command, expected) => {
  expect(trainArguments(command)).toEqual(expected)
})

test('the TypeScript script has types that can be stripped, and no mistakes of spelling', () => {
  const { diagnostics } = ts.transpileModule(trainScript, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true }
  })
  expect(diagnostics).toEqual([])
})
