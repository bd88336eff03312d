/**
 * The kernels on our own operations (src/ml/native), which an addon adds to TensorFlow when it is loaded.
 *
 * Knows how to find and load the addon and how to call its operations; computes nothing itself.
 */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Tensor, Tensor1D, Tensor2D, Tensor3D, TensorFlow } from '../engine/engine'
import type {
  AdamInputs,
  AdamOutputs,
  GruGradients,
  GruInputs,
  GruOutputs,
  Kernels,
  LinearInputs,
  LstmGradients,
  LstmInputs,
  LstmOutputs,
  ScanInputs
} from './kernels'
import { rawOps, type RawOps } from '../engine/raw-ops'
import { linearProduct } from './tensorflow-kernels'

/** kOperationsVersion of the sources that this file calls. */
const operationsVersion = 4

/** What the addon exports. */
export interface NativeAddon {
  /** Of the operations' operands and results; absent before there were two. */
  readonly version?: number
  readonly registered: readonly string[]
  /** Those that this processor has, the best first; the environment variable SIGNAL_LAB_INSTRUCTION_SET takes one. */
  readonly instructionSets: readonly string[]
  instructionSet(): string
  setInstructionSet(name: string): void
  threads(): number
  setThreads(count: number): void
  /** TensorFlow's devices: "CPU:0", "GPU:0 (78.2 GiB)". */
  devices(): readonly string[]
}

export interface NativeKernels extends Kernels {
  readonly addon: NativeAddon
}

/** Load the addon into this process and TensorFlow, or say in a sentence why it is not there. */
export function loadNativeKernels(tf: TensorFlow): NativeKernels | { missing: string } {
  const chosen = process.env.SIGNAL_LAB_KERNELS
  if (chosen === 'off') return { missing: 'the native kernels are switched off by SIGNAL_LAB_KERNELS=off' }
  const path = chosen ? resolve(chosen) : addonPath()
  if (!path || !existsSync(path)) {
    return { missing: `the native kernels were not built (${path ?? 'no src/ml/native/build'}); run: npm run setup` }
  }
  try {
    const addon = load(path)
    if (addon.version !== operationsVersion) {
      return { missing: `the native kernels at ${path} were built from other sources than the app; run: npm run setup` }
    }
    return { ...kernelsOf(tf, rawOps(tf), addon.instructionSet()), addon }
  } catch (error) {
    return {
      missing: `the native kernels at ${path} could not be loaded: ${error instanceof Error ? error.message : error}`
    }
  }
}

/**
 * process.dlopen and not require: a bundler leaves it alone, whatever module format it writes. The addon finds
 * TensorFlow's symbols because tfjs-node has loaded the same libraries into the process.
 */
function load(path: string): NativeAddon {
  const module = { exports: {} as NativeAddon }
  process.dlopen(module, path)
  return module.exports
}

/** Beside the sources in development (also from a bundle in out/), in the resources folder in an installed app. */
function addonPath(): string | undefined {
  const name = 'signal_lab_kernels.node'
  const { resourcesPath } = process as { resourcesPath?: string }
  const installed = resourcesPath && join(resourcesPath, 'native', name)
  if (installed && existsSync(installed)) return installed
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'src/ml/native/build', name)
    if (existsSync(candidate)) return candidate
    if (folder === dirname(folder)) return undefined
  }
}

const displayNames: Record<string, string> = {
  avx512: 'AVX-512',
  avx2: 'AVX2',
  portable: process.arch === 'arm64' ? 'NEON' : 'portable'
}

function kernelsOf(tf: TensorFlow, raw: RawOps, instructionSet: string): Kernels {
  return {
    name: `native ${displayNames[instructionSet] ?? instructionSet}`,
    lstmForward: (inputs, keepForBackward) => lstmForward(raw, inputs, keepForBackward),
    lstmBackward: (inputs, outputs, gradient, needsInput) => lstmBackward(raw, inputs, outputs, gradient, needsInput),
    gruForward: (inputs, keepForBackward) => gruForward(raw, inputs, keepForBackward),
    gruBackward: (inputs, outputs, gradient, needsInput) => gruBackward(raw, inputs, outputs, gradient, needsInput),
    scan: (inputs) => scan(raw, inputs),
    linear: (inputs) => linear(tf, raw, inputs),
    dropout: (values, rate, seed) => dropout(tf, raw, values, rate, seed),
    adam: (inputs) => adam(tf, raw, inputs)
  }
}

/** Attributes of an operation's options. An option that is not used still needs an operand: any tensor will do. */
function optionAttributes(raw: RawOps, { recurrentMask, inputScale }: LstmInputs | GruInputs) {
  return [raw.bool('masked', recurrentMask !== undefined), raw.bool('normed', inputScale !== undefined)]
}

function lstmOperands(inputs: LstmInputs): Tensor[] {
  const { input, initialHidden, initialCell, kernel, bias } = inputs
  const { recurrentMask, inputScale, recurrentScale, cellScale, cellShift } = inputs
  const options = [recurrentMask, inputScale, recurrentScale, cellScale, cellShift].map((option) => option ?? bias)
  return [input, initialHidden, initialCell, kernel, bias, ...options]
}

function lstmForward(raw: RawOps, inputs: LstmInputs, keepForBackward: boolean): LstmOutputs {
  const attributes = [raw.bool('keep', keepForBackward), ...optionAttributes(raw, inputs)]
  const outputs = raw.call('SignalLabLstm', attributes, lstmOperands(inputs), 6)
  const [output, finalHidden, finalCell, ...saved] = outputs as [Tensor3D, Tensor2D, Tensor2D, ...Tensor[]]
  return { output, finalHidden, finalCell, saved: keepForBackward ? saved : dropped(saved) }
}

function lstmBackward(
  raw: RawOps,
  inputs: LstmInputs,
  outputs: LstmOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): LstmGradients {
  const attributes = [raw.bool('need_input_gradient', needsInputGradient), ...optionAttributes(raw, inputs)]
  const given = [...lstmOperands(inputs), outputs.output, ...outputs.saved, outputGradient]
  const [input, kernel, bias, ...norm] = raw.call('SignalLabLstmGrad', attributes, given, 7)
  return {
    ...(needsInputGradient ? { input } : dropped([input])),
    ...{ kernel, bias },
    ...(inputs.inputScale ? named(['inputScale', 'recurrentScale', 'cellScale', 'cellShift'], norm) : dropped(norm))
  } as unknown as LstmGradients
}

function gruOperands(inputs: GruInputs): Tensor[] {
  const { input, initialHidden, kernel, recurrentKernel, bias, recurrentBias } = inputs
  const { recurrentMask, inputScale, recurrentScale } = inputs
  const options = [recurrentMask, inputScale, recurrentScale].map((option) => option ?? bias)
  return [input, initialHidden, kernel, recurrentKernel, bias, recurrentBias, ...options]
}

function gruForward(raw: RawOps, inputs: GruInputs, keepForBackward: boolean): GruOutputs {
  const attributes = [raw.bool('keep', keepForBackward), ...optionAttributes(raw, inputs)]
  const outputs = raw.call('SignalLabGru', attributes, gruOperands(inputs), 4)
  const [output, finalHidden, ...saved] = outputs as [Tensor3D, Tensor2D, ...Tensor[]]
  return { output, finalHidden, saved: keepForBackward ? saved : dropped(saved) }
}

function gruBackward(
  raw: RawOps,
  inputs: GruInputs,
  outputs: GruOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): GruGradients {
  const attributes = [raw.bool('need_input_gradient', needsInputGradient), ...optionAttributes(raw, inputs)]
  const given = [...gruOperands(inputs), outputs.output, ...outputs.saved, outputGradient]
  const [input, kernel, recurrentKernel, bias, recurrentBias, ...norm] = raw.call(
    'SignalLabGruGrad',
    attributes,
    given,
    7
  )
  return {
    ...(needsInputGradient ? { input } : dropped([input])),
    ...{ kernel, recurrentKernel, bias, recurrentBias },
    ...(inputs.inputScale ? named(['inputScale', 'recurrentScale'], norm) : dropped(norm))
  } as unknown as GruGradients
}

/** Dispose of results that nobody asked for: they are empty. */
function dropped(tensors: readonly Tensor[]): [] {
  for (const tensor of tensors) tensor.dispose()
  return []
}

function named(names: readonly string[], tensors: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name, index) => [name, tensors[index]]))
}

function dropout<T extends Tensor>(
  tf: TensorFlow,
  raw: RawOps,
  values: T,
  rate: number,
  seed: readonly [number, number]
): T {
  const seeds = tf.tensor1d(Int32Array.from(seed), 'int32')
  const [result] = raw.call('SignalLabDropout', [raw.float('rate', rate)], [values, seeds], 1)
  seeds.dispose()
  return result as T
}

function scan(raw: RawOps, { values, factor, initial, direction }: ScanInputs): Tensor3D {
  const attributes = [raw.bool('backward', direction === 'backward')]
  return raw.call('SignalLabScan', attributes, [values, factor, initial], 1)[0] as Tensor3D
}

/** More outputs than this are a large product, which TensorFlow's own operation is made for. */
const mostNarrowOutputs = 16

function linear(tf: TensorFlow, raw: RawOps, inputs: LinearInputs): Tensor2D {
  const { values, kernel, bias } = inputs
  if (kernel.shape[1] > mostNarrowOutputs) return linearProduct(tf, inputs)
  return raw.call('SignalLabLinear', [], [values, kernel, bias], 1)[0] as Tensor2D
}

function adam(tf: TensorFlow, raw: RawOps, inputs: AdamInputs): AdamOutputs {
  const { step, learningRate, beta1, beta2, epsilon, weightDecay, clipNorm } = inputs
  const settings = tf.tensor2d(
    Float32Array.from([step, learningRate, beta1, beta2, epsilon, weightDecay, clipNorm].flatMap(twoFloats)),
    [7, 2]
  )
  const given = [inputs.parameters, inputs.gradient, inputs.firstMoment, inputs.secondMoment, settings]
  const [parameters, firstMoment, secondMoment, gradientNorm] = raw.call('SignalLabAdam', [], given, 4)
  settings.dispose()
  return {
    parameters: parameters as Tensor1D,
    firstMoment: firstMoment as Tensor1D,
    secondMoment: secondMoment as Tensor1D,
    gradientNorm
  }
}

/** A number as a float and what the float leaves over: a tensor of doubles is not in tfjs's set of types. */
function twoFloats(value: number): [number, number] {
  const nearest = Math.fround(value)
  return [nearest, Number.isFinite(nearest) ? value - nearest : 0]
}
