/** siglab import */
import { basename } from 'node:path'
import { parameterCountOf } from '../../ml/architectures/define'
import { named, readImport, readWhole } from '../../ml/exports/read-import'
import { addRun, looksLikeRun, readRunArchive } from '../../ml/exports/run-archive'
import { addModel, idFromName } from '../../ml/library/add-model'
import { defineCommand, UsageError, type CommandResult } from '../command'
import { parseFrequencies, parseNumber } from '../flags'
import { openLibrary, userModelsFolder, userRunsFolder } from '../resources'

const idPattern = /^[a-z0-9][a-z0-9._-]{0,63}$/i

export default defineCommand({
  name: 'import',
  summary: `Bring a model into your models: a Signal Lab model or evidence bundle, or a PyTorch state dict as safetensors; or the zip
of a run into your runs. What the file does not
tell is asked for: layers and units are inferred, the tones and rates it was trained for are not.`,
  positionals: [{ name: 'FILE', description: 'what was exported here, or torch.nn.LSTM or GRU layers and a Linear' }],
  options: {
    id: { type: 'string', value: 'ID', description: 'name of the model in lists (default: its own, or of the file)' },
    title: { type: 'string', value: 'TEXT', description: 'name of the model for people' },
    frequencies: { type: 'string', value: 'HZ,HZ,…', description: 'what the selectors mean, for a foreign state dict' },
    'sample-rate': { type: 'string', value: 'HZ', description: 'of the signals it was trained on' },
    'model-rate': { type: 'string', value: 'HZ', description: 'of its own steps, where it answers two values a step' },
    'input-scale': { type: 'string', value: 'X', description: 'it reads the mix times this (default 1)' },
    'target-scale': {
      type: 'string',
      value: 'X',
      description: 'it answers the tone in the mix times this (default: the count of tones)'
    },
    'training-rms': { type: 'string', value: 'X', description: 'RMS of the mixes it was trained on' }
  },
  examples: [
    'siglab import hum.pytorch.safetensors',
    'siglab import theirs.safetensors --frequencies 1,3,5,7 --sample-rate 1000 --model-rate 50'
  ],
  async run({ positionals: [path], options }) {
    const bytes = await readWhole(path)
    if (looksLikeRun(bytes)) return importRun(path, bytes)
    const { id, title } = options
    if (id !== undefined && !idPattern.test(id))
      throw new UsageError(`--id: expected letters, digits, ".", "_" and "-". Received: ${id}`)
    const number = (name: keyof typeof options, low: number) => {
      const given = options[name]
      return given === undefined ? undefined : parseNumber(name, given, { low, high: 1e9 })
    }
    const model = readImport(path, bytes, {
      ...{ id, title, fallbackId: idFromName(basename(path)) },
      frequenciesHz:
        options.frequencies === undefined ? undefined : parseFrequencies('frequencies', options.frequencies),
      ...{ sampleRate: number('sample-rate', 1e-3), modelRate: number('model-rate', 1e-3) },
      ...{ inputScale: number('input-scale', 1e-9), targetScale: number('target-scale', 1e-9) },
      trainingRms: number('training-rms', 1e-12)
    })
    const library = await openLibrary()
    const added = await addModel(userModelsFolder(), model, new Set(library.models.map(({ manifest }) => manifest.id)))
    const { manifest, network } = added.model
    const parameterCount = parameterCountOf(network)
    return {
      json: { id: manifest.id, path: added.path, architecture: manifest.architecture, parameterCount },
      text: `${manifest.id}: ${manifest.title}, ${parameterCount} parameters; in ${added.path}\n`
    }
  }
})

async function importRun(path: string, bytes: Uint8Array): Promise<CommandResult> {
  const added = await addRun(
    userRunsFolder(),
    named(path, () => readRunArchive(bytes))
  )
  const { id, title, status } = added.record
  return { json: { run: id, path: added.path, status }, text: `${id}: the run ${title}, ${status}; in ${added.path}\n` }
}
