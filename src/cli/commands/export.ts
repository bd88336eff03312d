/** siglab export */
import { loadEngine } from '../../ml/engine/tensorflow'
import { exportKindById, exportKinds } from '../../ml/exports'
import { writeExport } from '../../ml/exports/write-export'
import { findModel } from '../../ml/library/model-library'
import { defineCommand, UsageError } from '../command'
import { required } from '../flags'
import { openLibrary } from '../resources'

export default defineCommand({
  name: 'export',
  summary: `Write a model or a run in the format of another program.
${exportKinds.map(({ id, hint }) => `  ${id.padEnd(12)} ${hint}`).join('\n')}`,
  positionals: [{ name: 'MODEL|RUN', description: 'a model of "siglab models", a model file or a training folder' }],
  options: {
    as: { type: 'string', value: 'KIND', description: exportKinds.map(({ id }) => id).join(', ') },
    out: {
      type: 'string',
      value: 'PATH',
      description: 'the file; where there are several, a folder, or a zip if it ends so'
    }
  },
  examples: [
    'siglab export stream-1357 --as onnx --out stream-1357.onnx',
    'siglab export runs/hum --as pytorch --out hum.safetensors'
  ],
  async run({ positionals: [idOrPath], options }) {
    const known = exportKinds.map(({ id }) => id)
    const as = required('as', options.as)
    if (!known.includes(as)) throw new UsageError(`--as: expected one of ${known.join(', ')}. Received: ${as}`)
    const kind = exportKindById(as)
    const out = required('out', options.out)
    const model = await findModel(await openLibrary(), idOrPath)
    const files = await writeExport(out, kind, { model }, { engine: loadEngine })
    const { id, title } = model.manifest
    return {
      json: { model: id, kind: kind.id, files },
      text: files.map(({ path, bytes }) => `${path}: ${title} as ${kind.title}, ${bytes} bytes\n`).join('')
    }
  }
})
