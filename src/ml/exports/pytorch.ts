/**
 * A PyTorch state dict as safetensors: `module.load_state_dict(safetensors.torch.load_file(path))`.
 *
 * Recurrent layers that follow each other are one nn.LSTM or nn.GRU. The manifest travels in the file's metadata, so
 * that the file comes back as the model that it was.
 */
import type { Layer, LayerOf } from '../architectures/layers'
import { encodeSafetensors, type NamedTensor } from '../library/safetensors'
import { blockedByLayers, layersOf, nameFor, refuseNormalised, type ExportKind } from './define'
import { convolutionKernel, recurrentWeights, transposed, weightsByName } from './tensors'

/** A module of PyTorch and the layers of ours that it stands for. */
export type TorchModule =
  | { readonly kind: 'lstm' | 'gru'; readonly name: string; readonly layers: readonly LayerOf<'lstm' | 'gru'>[] }
  | { readonly kind: 'linear'; readonly name: string; readonly layer: LayerOf<'dense'> }
  | { readonly kind: 'conv1d'; readonly name: string; readonly layer: LayerOf<'causal-convolution'> }

/** Where the manifest stands in the metadata of a state dict. */
export const manifestKey = 'signal_lab_manifest'

export default {
  id: 'pytorch',
  title: 'PyTorch state dict',
  hint: 'Weights by the names of torch.nn modules, as safetensors; "siglab import" reads it back.',
  ending: '.pytorch.safetensors',
  isFolder: false,
  blockedBy: (subject) => blockedByLayers(subject, 'PyTorch', refuseNormalised),
  filesOf(subject) {
    const weights = weightsByName(subject.model)
    const tensors = torchModules(layersOf(subject)).flatMap((module) => tensorsOf(module, weights))
    const metadata = { format: 'pt', [manifestKey]: JSON.stringify(subject.model.manifest) }
    return [{ name: nameFor(subject, this.ending), bytes: encodeSafetensors({ metadata, tensors }) }]
  }
} satisfies ExportKind

/** The modules in the order of their computation; dropout has no weights and is left out. */
export function torchModules(layers: readonly Layer[]): readonly TorchModule[] {
  const modules: TorchModule[] = []
  const named = (name: string) => {
    const count = modules.filter((module) => module.name.replace(/\d+$/, '') === name).length
    return count === 0 ? name : `${name}${count + 1}`
  }
  for (const layer of layers) {
    if (layer.kind === 'dropout') continue
    if (layer.kind === 'dense') modules.push({ kind: 'linear', name: layer.name, layer })
    else if (layer.kind === 'causal-convolution') modules.push({ kind: 'conv1d', name: layer.name, layer })
    else {
      const last = modules[modules.length - 1]
      const continues = last && last.kind === layer.kind && last.layers[0].units === layer.units
      if (continues) modules[modules.length - 1] = { ...last, layers: [...last.layers, layer] }
      else modules.push({ kind: layer.kind, name: named(layer.kind), layers: [layer] })
    }
  }
  return modules
}

function tensorsOf(module: TorchModule, weights: ReadonlyMap<string, Float32Array>): NamedTensor[] {
  const of = (name: string) => weights.get(name)!
  switch (module.kind) {
    case 'linear': {
      const { name, inputSize, outputSize } = module.layer
      const kernel = transposed({ rows: inputSize, columns: outputSize, values: of(`${name}/kernel`) })
      return [
        { name: `${module.name}.weight`, shape: [outputSize, inputSize], values: kernel.values },
        { name: `${module.name}.bias`, shape: [outputSize], values: of(`${name}/bias`) }
      ]
    }
    case 'conv1d': {
      const { name, inputSize, outputSize, kernelSize } = module.layer
      const values = convolutionKernel(of(`${name}/kernel`), module.layer)
      return [
        { name: `${module.name}.weight`, shape: [outputSize, inputSize, kernelSize], values },
        { name: `${module.name}.bias`, shape: [outputSize], values: of(`${name}/bias`) }
      ]
    }
    default:
      return module.layers.flatMap((layer, index) => {
        const { inputKernel, recurrentKernel, bias, recurrentBias } = recurrentWeights(weights, layer)
        const tensor = (part: string, shape: readonly number[], values: Float32Array): NamedTensor => ({
          name: `${module.name}.${part}_l${index}`,
          ...{ shape, values }
        })
        return [
          tensor('weight_ih', [inputKernel.rows, inputKernel.columns], inputKernel.values),
          tensor('weight_hh', [recurrentKernel.rows, recurrentKernel.columns], recurrentKernel.values),
          tensor('bias_ih', [bias.length], bias),
          tensor('bias_hh', [recurrentBias.length], recurrentBias)
        ]
      })
  }
}
