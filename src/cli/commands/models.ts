/** siglab models */
import { modelInfoOf } from '../../ml/library/model-library'
import { defineCommand } from '../command'
import { openLibrary } from '../resources'

export default defineCommand({
  name: 'models',
  summary: 'List the models on this machine: those shipped with the program and those trained here.',
  options: {},
  async run({ note }) {
    const library = await openLibrary()
    library.problems.forEach(note)
    const models = library.models.map(modelInfoOf)
    const lines = models.map((model) => {
      const mark = model.isDefault ? '*' : ' '
      return `${mark} ${model.id.padEnd(16)} ${String(model.parameterCount).padStart(9)} parameters  ${model.frequenciesHz.join(', ')} Hz  ${model.summary}\n`
    })
    return { json: { models, problems: library.problems }, text: `${lines.join('')}* is the default\n` }
  }
})
