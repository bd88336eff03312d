/** Scripts that run the model elsewhere and train it once more, with what they need beside them. */
import { encodeModel } from '../library/model-file'
import type { ExportedFile, ExportKind, ExportSubject } from './define'
import pytorch, { torchModules, type TorchModule } from './pytorch'
import { siglabScript, torchScript, trainScript } from './script-texts'

export default {
  id: 'scripts',
  title: 'Scripts that reproduce it',
  hint: 'A Python script that filters a WAV file, in PyTorch where the model can run there, and a TypeScript script that trains it once more and compares.',
  ending: '.scripts.zip',
  isFolder: true,
  blockedBy: () => undefined,
  filesOf(subject) {
    const { manifest, network, weights } = subject.model
    const text = (name: string, content: string): ExportedFile => ({ name, bytes: new TextEncoder().encode(content) })
    const inTorch = runsInTorch(subject)
    return [
      text('reproduce.py', inTorch ? torchScript : siglabScript),
      text('reproduce.ts', trainScript),
      text('config.json', `${JSON.stringify(configOf(subject, inTorch), null, 2)}\n`),
      { name: 'model.safetensors', bytes: encodeModel(manifest, network, weights) },
      ...(inTorch ? [{ ...pytorch.filesOf(subject)[0], name: 'weights.safetensors' }] : [])
    ]
  }
} satisfies ExportKind

/** The joint fit is no network; everything else needs layers that PyTorch has. */
function runsInTorch(subject: ExportSubject): boolean {
  return subject.model.manifest.running.kind !== 'joint' && pytorch.blockedBy(subject) === undefined
}

function configOf({ model, run }: ExportSubject, inTorch: boolean) {
  const { title, running, frequenciesHz, inputScale, targetScale, trainingRms, training, metrics } = model.manifest
  return {
    ...{ title, running, frequenciesHz, inputScale, targetScale, trainingRms, metrics },
    trainArguments: trainArguments(training.command) ?? null,
    run: run?.record.request ?? null,
    modules: inTorch ? torchModules(model.network.layers!).map(moduleJson) : []
  }
}

function moduleJson(module: TorchModule) {
  if (module.kind === 'linear' || module.kind === 'conv1d')
    return { ...module.layer, kind: module.kind, name: module.name }
  const [{ inputSize, units }] = module.layers
  return { kind: module.kind, name: module.name, inputSize, units, layers: module.layers.length }
}

/** "siglab train --steps 5 --title "My filter"" -> its arguments; undefined for any other text. */
export function trainArguments(command: string): string[] | undefined {
  const rest = /^siglab train( .*)?$/s.exec(command)?.[1]
  if (rest === undefined) return undefined
  const found: string[] = []
  // A value with a blank or a quote in it stands as a JSON text.
  const part = /\s+(?:("(?:[^"\\]|\\.)*")|([^\s"]+))/gy
  while (part.lastIndex < rest.length) {
    const match = part.exec(rest)
    if (!match) return undefined
    found.push(match[1] === undefined ? match[2] : (JSON.parse(match[1]) as string))
  }
  const names = found.map((argument) => argument.split('=')[0])
  return names.includes('--out') ? undefined : found
}
