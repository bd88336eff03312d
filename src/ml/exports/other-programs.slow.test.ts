/** Exports in the programs that they are for: ONNX Runtime, PyTorch, TensorBoard, and Node. */
import { spawnSync } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../../core/random'
import { generateMix } from '../../core/signal/synth'
import { architectures } from '../architectures'
import { initialWeights } from '../architectures/define'
import type { Tensor3D } from '../engine/engine'
import { loadEngine } from '../engine/tensorflow'
import { filterSignal } from '../inference/filter-signal'
import { createStreamFilter } from '../inference/stream-filter'
import type { Manifest } from '../library/manifest'
import { networkOf, writeModelFile, type StoredModel } from '../library/model-file'
import { findModel, readLibrary } from '../library/model-library'
import { WeightedNetwork } from '../network/weighted-network'
import { readSignalFile, writeSignalFile } from '../signals/read-signal-file'
import { arraySource } from '../signals/sample-source'
import { exportKindById } from './index'
import { answerOf, networkNames, recurrentManifest, shape, torchModel } from './networks.testing'
import { pythonWith, runPython } from './python.testing'
import { modelFromBytes } from './read-import'
import { smallRun } from './runs.testing'
import { writeExport } from './write-export'

const onnx = pythonWith({ modules: ['onnx', 'onnxruntime'], packages: ['onnx', 'onnxruntime', 'numpy'] })
const tensorboard = pythonWith({ modules: ['tensorboard'], packages: ['tensorboard'] })
const torch = pythonWith({ modules: ['torch', 'safetensors', 'numpy', 'soundfile'], packages: [] })

const engine = loadEngine()
const context = { engine: () => engine }
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signal-lab-others-'))
})
afterAll(() => rm(folder, { recursive: true }))

function freshModel(id: string): StoredModel {
  const manifest = { ...recurrentManifest(id), params: {} }
  const network = networkOf(manifest)
  return { manifest, network, weights: initialWeights(network, new Random(9)) }
}

describe.skipIf(!onnx)('ONNX Runtime', () => {
  const told = architectures.filter(({ id }) => freshModel(id).network.layers !== undefined)

  test('passes the checker, and answers as PyTorch and as we do, the state carried from block to block', async () => {
    const { batch, steps } = shape
    const where = join(folder, 'onnx')
    await mkdir(where)
    for (const name of networkNames) {
      // The very files that the everyday test compares with.
      await copyFile(`fixtures/onnx/${name}.onnx`, join(where, `${name}.onnx`))
      await writeFile(join(where, `${name}.json`), JSON.stringify({ batch, steps, ...answerOf(name) }))
    }
    for (const { id } of told) {
      const model = freshModel(id)
      await writeExport(join(where, `family-${id}.onnx`), exportKindById('onnx'), { model }, context)
      const { tf, kernels } = engine
      const weighted = new WeightedNetwork(tf, kernels, model.network, model.weights)
      const input = tf.randomNormal([2, 90, shape.features], 0, 1, 'float32', 3) as Tensor3D
      const { output } = weighted.run(input, { state: weighted.zeroState(2) })
      const flat = (tensor: Tensor3D) => [...tensor.dataSync<'float32'>()]
      const expected = { batch: 2, steps: 90, input: flat(input), states: [], output: flat(output), nextStates: [] }
      await writeFile(join(where, `family-${id}.json`), JSON.stringify(expected))
    }
    const found = JSON.parse(runPython(onnx!, ['fixtures/check_onnx.py', where])) as Record<string, number>
    expect(Object.keys(found)).toHaveLength(networkNames.length + told.length)
    for (const [name, difference] of Object.entries(found)) expect(difference, name).toBeLessThan(1e-5)
  })
})

describe.skipIf(!tensorboard)('TensorBoard', () => {
  test('reads every point of every curve', async () => {
    const run = smallRun()
    const where = join(folder, 'logs')
    await writeExport(where, exportKindById('tensorboard'), { model: torchModel('lstm'), run }, context)
    const read = JSON.parse(runPython(tensorboard!, ['fixtures/check_tensorboard.py', where])) as Record<
      string,
      [number, number][]
    >
    const curve = (of: (point: (typeof run.history)[number]) => number | null | undefined) =>
      run.history.flatMap((point) => (typeof of(point) === 'number' ? [[point.step, Math.fround(of(point)!)]] : []))
    expect(read['train/loss']).toEqual(curve(({ loss }) => loss))
    expect(read['train/learning_rate']).toEqual(curve(({ learningRate }) => learningRate))
    expect(read['validation/loss']).toEqual(curve(({ validationLoss }) => validationLoss))
    expect(read['validation/r2']).toEqual(curve(({ validationR2 }) => validationR2))
    expect(Object.keys(read)).toHaveLength(6)
  })
})

describe.skipIf(!torch)('PyTorch', () => {
  test.each(['lstm', 'gru'] as const)('saves a %s that answers the same here', async (name) => {
    const where = join(folder, `torch-${name}`)
    await mkdir(where)
    runPython(torch!, ['fixtures/make_torch_models.py', where])
    const facts = { fallbackId: 'x', frequenciesHz: [1, 3, 5, 7], sampleRate: 1000, modelRate: 50 }
    const { network, weights } = modelFromBytes(await readFile(join(where, `${name}.safetensors`)), facts)
    const answers = JSON.parse(await readFile(join(where, 'answers.json'), 'utf8'))[name]
    const weighted = new WeightedNetwork(engine.tf, engine.kernels, network, weights)
    const { batch, steps, features } = shape
    const input = engine.tf.tensor3d(answers.input, [batch, steps, features]) as Tensor3D
    const found = weighted.run(input, { state: weighted.zeroState(batch) }).output.dataSync<'float32'>()
    const differences = (answers.coldOutput as number[]).map((value, index) => Math.abs(value - found[index]))
    expect(Math.max(...differences)).toBeLessThan(1e-5)
  })

  test('filters a recording by the script as we do: on ticks, on samples, by convolutions', async () => {
    const samples: Partial<Manifest> = {
      running: { kind: 'samples', sampleRate: 1000, sequenceLength: 50 },
      ...{ outputCount: 1, inputScale: 1 }
    }
    const onSamples = (id: string) => {
      const manifest = { ...recurrentManifest(id), ...samples, params: {} } as Manifest
      const network = networkOf(manifest)
      return { manifest, network, weights: initialWeights(network, new Random(4)) }
    }
    const models = [torchModel('lstm'), torchModel('gru'), onSamples('gru'), onSamples('cnn')]
    const frequenciesHz = [1, 3, 5, 7]
    const { mix } = generateMix({
      frequenciesHz,
      sampleRate: 1000,
      durationSeconds: 3,
      noise: 0.3,
      phase: 'random',
      seed: 2
    })
    // Far from the level of the training: the gain counts as well.
    const loud = mix.map((value) => 20 * value)
    const input = join(folder, 'mix.wav')
    await writeSignalFile(input, { sampleRate: 1000, channels: [loud], channelNames: ['mix'] })
    const rms = Math.sqrt(loud.reduce((sum, value) => sum + value * value, 0) / loud.length)
    for (const [index, model] of models.entries()) {
      const where = join(folder, `scripts-${index}`)
      await writeExport(where, exportKindById('scripts'), { model }, context)
      const output = join(where, 'tone.wav')
      runPython(torch!, [join(where, 'reproduce.py'), input, output, '--select', '2'])
      const gain = model.manifest.trainingRms / rms
      const filter = createStreamFilter(engine, model, { sampleRate: 1000, frequenciesHz, gain })
      const expected = (await filterSignal(filter, arraySource(loud))).outputs[1]
      const [found] = (await readSignalFile(output)).signal.channels
      const scale = expected.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
      const worst = expected.reduce((largest, value, n) => Math.max(largest, Math.abs(value - found[n])), 0)
      expect(found.length).toBe(expected.length)
      expect(worst / scale, model.manifest.architecture).toBeLessThan(1e-5)
    }
  })
})

describe('Node', () => {
  const siglab = [process.execPath, 'scripts/siglab.mjs'].join(' ')

  test('trains once more by the script, to the same bits', async () => {
    const out = join(folder, 'first')
    const options = '--frequencies 1,3 --running ticks --set units=4,layers=1 --steps 6 --batch-size 4 --id tiny'.split(
      ' '
    )
    const trained = spawnSync(process.execPath, ['scripts/siglab.mjs', 'train', ...options, '--out', out], {
      encoding: 'utf8'
    })
    expect(trained.status, trained.stderr).toBe(0)
    const model = await findModel(await readLibrary([]), out)
    const where = join(folder, 'again')
    await writeExport(where, exportKindById('scripts'), { model }, context)
    const source = await readFile(join(where, 'reproduce.ts'), 'utf8')
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
    const program = join(where, 'reproduce.mjs')
    await writeFile(program, ts.transpileModule(source, { compilerOptions }).outputText)
    const env = { ...process.env, SIGLAB: siglab }
    const again = spawnSync(process.execPath, [program], { encoding: 'utf8', env })
    expect(again.stdout).toContain('Reproduced: every weight is the same to the bit.')
    expect(again.status).toBe(0)
    // Another model in its place is not reproduced.
    const weights = model.weights.map((value) => value + 0.01)
    await writeModelFile(join(where, 'model.safetensors'), { ...model, weights })
    const config = JSON.parse(await readFile(join(where, 'config.json'), 'utf8'))
    await writeFile(join(where, 'config.json'), JSON.stringify({ ...config, metrics: { r2: 0.99 } }))
    expect(spawnSync(process.execPath, [program], { encoding: 'utf8', env }).status).toBe(1)
  })

  test('runs the script of a model behind the joint fit by calling us', async () => {
    const model = await findModel(await readLibrary(['resources/models']), 'stream-1357')
    const where = join(folder, 'joint')
    await writeExport(where, exportKindById('scripts'), { model }, context)
    const python = pythonWith({ modules: ['argparse'], packages: [] })
    if (python === undefined) return
    const output = join(where, 'tone.wav')
    const input = 'resources/signals/mix-1357.wav'
    const { status, stderr } = spawnSync(python, [join(where, 'reproduce.py'), input, output, '--select', '3'], {
      ...{ encoding: 'utf8', env: { ...process.env, SIGLAB: siglab } }
    })
    expect(status, stderr).toBe(0)
    expect((await readSignalFile(output)).signal.channels[0].length).toBe(10_000)
  })
})
