/** siglab verify */
import { loadEngine } from '../../ml/engine/tensorflow'
import { readBundle } from '../../ml/exports/bundle-format'
import { named, readWhole } from '../../ml/exports/read-import'
import { verifyBundle } from '../../ml/exports/verify-bundle'
import { defineCommand } from '../command'

export default defineCommand({
  name: 'verify',
  summary: `Check an evidence bundle: run its model on its signal again, and compare answer and figures with those in it.
The exit code is 0 if they were reproduced and 1 if not.`,
  positionals: [{ name: 'FILE', description: 'an evidence bundle, .siglab' }],
  options: {},
  examples: ['siglab verify hum.siglab', 'siglab verify hum.siglab --json'],
  async run({ positionals: [path] }) {
    const bytes = await readWhole(path)
    const bundle = named(path, () => readBundle(bytes))
    const { description, model } = bundle
    const verdict = await verifyBundle(loadEngine(), bundle)
    const { name, sampleRate } = description.signal
    const lines = [
      `${path}: ${description.title} (${model.manifest.id}) on ${name}, ${bundle.signal.length} samples at ${sampleRate} Hz; made ${description.createdAt}`,
      ...verdict.selectors.map(
        ({ frequencyHz, largestDifference, r2 }) =>
          `  ${`${frequencyHz} Hz`.padEnd(12)} largest difference ${largestDifference.toExponential(1)} of full scale${r2 ? `, R² ${r2.found.toFixed(4)}` : ''}`
      ),
      ...verdict.notes.map((note) => `  note: ${note}`),
      verdict.sentence
    ]
    const text = `${lines.join('\n')}\n`
    return { json: { path, model: model.manifest.id, ...verdict }, text, failed: !verdict.isReproduced }
  }
})
