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
  GruKernels,
  GruOutputs,
  Kernels,
  LstmGradients,
  LstmInputs,
  LstmOutputs
} from './kernels'
import { rawOps, type RawOps } from '../engine/raw-ops'

/** What the addon exports. */
export interface NativeAddon {
  readonly registered: readonly string[]
  /** Those that this processor has, the best first; the environment variable SIGNAL_LAB_INSTRUCTION_SET takes one. */
  readonly instructionSets: readonly string[]
  instructionSet(): string
  setInstructionSet(name: string): void
  threads(): number
  setThreads(count: number): void
}

export interface NativeKernels extends Kernels, GruKernels {
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

function kernelsOf(tf: TensorFlow, raw: RawOps, instructionSet: string): Kernels & GruKernels {
  return {
    name: `native ${displayNames[instructionSet] ?? instructionSet}`,
    lstmForward: (inputs, keepForBackward) => lstmForward(raw, inputs, keepForBackward),
    lstmBackward: (inputs, outputs, gradient, needsInput) => lstmBackward(raw, inputs, outputs, gradient, needsInput),
    gruForward: (inputs, keepForBackward) => gruForward(raw, inputs, keepForBackward),
    gruBackward: (inputs, outputs, gradient, needsInput) => gruBackward(raw, inputs, outputs, gradient, needsInput),
    dropout: (values, rate, seed) => dropout(tf, raw, values, rate, seed),
    adam: (inputs) => adam(tf, raw, inputs)
  }
}

function lstmOperands({ input, initialHidden, initialCell, kernel, bias }: LstmInputs): Tensor[] {
  return [input, initialHidden, initialCell, kernel, bias]
}

function lstmForward(raw: RawOps, inputs: LstmInputs, keepForBackward: boolean): LstmOutputs {
  const outputs = raw.call('SignalLabLstm', [raw.bool('keep', keepForBackward)], lstmOperands(inputs), 5)
  const [output, finalHidden, finalCell, ...saved] = outputs as [Tensor3D, Tensor2D, Tensor2D, Tensor, Tensor]
  if (keepForBackward) return { output, finalHidden, finalCell, saved }
  for (const empty of saved) empty.dispose()
  return { output, finalHidden, finalCell, saved: [] }
}

function lstmBackward(
  raw: RawOps,
  inputs: LstmInputs,
  outputs: LstmOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): LstmGradients {
  const given = [...lstmOperands(inputs), outputs.output, ...outputs.saved, outputGradient]
  const gradients = raw.call('SignalLabLstmGrad', [raw.bool('need_input_gradient', needsInputGradient)], given, 3)
  const [input, kernel, bias] = gradients as [Tensor3D, Tensor2D, Tensor1D]
  if (needsInputGradient) return { input, kernel, bias }
  input.dispose()
  return { kernel, bias }
}

function gruOperands({ input, initialHidden, kernel, recurrentKernel, bias, recurrentBias }: GruInputs): Tensor[] {
  return [input, initialHidden, kernel, recurrentKernel, bias, recurrentBias]
}

function gruForward(raw: RawOps, inputs: GruInputs, keepForBackward: boolean): GruOutputs {
  const outputs = raw.call('SignalLabGru', [raw.bool('keep', keepForBackward)], gruOperands(inputs), 3)
  const [output, finalHidden, gates] = outputs as [Tensor3D, Tensor2D, Tensor]
  if (keepForBackward) return { output, finalHidden, saved: [gates] }
  gates.dispose()
  return { output, finalHidden, saved: [] }
}

function gruBackward(
  raw: RawOps,
  inputs: GruInputs,
  outputs: GruOutputs,
  outputGradient: Tensor3D,
  needsInputGradient: boolean
): GruGradients {
  const given = [...gruOperands(inputs), outputs.output, ...outputs.saved, outputGradient]
  const gradients = raw.call('SignalLabGruGrad', [raw.bool('need_input_gradient', needsInputGradient)], given, 5)
  const [input, kernel, recurrentKernel, bias, recurrentBias] = gradients as [
    Tensor3D,
    Tensor2D,
    Tensor2D,
    Tensor1D,
    Tensor1D
  ]
  if (needsInputGradient) return { input, kernel, recurrentKernel, bias, recurrentBias }
  input.dispose()
  return { kernel, recurrentKernel, bias, recurrentBias }
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
