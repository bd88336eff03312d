/** siglab bode */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { bodeCsv, bodeMarkdown, bodeSvg } from '../../core/bode/report'
import { runBode } from '../../ml/bode/run-bode'
import { loadEngine } from '../../ml/engine/tensorflow'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { safeWrite } from '../../ml/library/safe-write'
import { defineCommand } from '../command'
import { parseFrequencies, parseNumber } from '../flags'
import { openLibrary } from '../resources'

export default defineCommand({
  name: 'bode',
  summary: `Measure the Bode plot of a model by steady sines and by a sweep: gain, phase, group delay, and what a linear filter
has not: harmonics, intermodulation, a gain that depends on the level, a sum that is not the sum of its parts.`,
  options: {
    model: {
      type: 'string',
      value: 'ID|DIR',
      description: 'a model of "siglab models", a model file or a training folder',
      default: defaultModelId
    },
    frequencies: { type: 'string', value: 'HZ,HZ,…', description: 'the tones, for a model that takes any' },
    'sample-rate': { type: 'string', value: 'HZ', description: "samples per second (default the model's, or 1000)" },
    out: { type: 'string', value: 'DIR', description: 'write bode.json, bode.csv, bode.md and bode-N.svg there' }
  },
  examples: ['siglab bode --model stream-1357 --out bode', 'siglab bode --model universal --frequencies 50,100 --json'],
  async run({ options, progress, abort }) {
    const model = await findModel(await openLibrary(), options.model)
    const { frequencies, 'sample-rate': rate, out } = options
    const request = {
      frequenciesHz: frequencies === undefined ? undefined : parseFrequencies('frequencies', frequencies),
      sampleRate: rate === undefined ? undefined : parseNumber('sample-rate', rate, { low: 1, high: 1e6 })
    }
    const advance = (share: number) => progress(`bode ${Math.round(share * 100)} %`)
    const result = await runBode(loadEngine(), model, request, { abort, advance })
    progress('')
    if (out !== undefined) {
      await mkdir(out, { recursive: true })
      await safeWrite(join(out, 'bode.json'), `${JSON.stringify(result, undefined, 2)}\n`)
      await safeWrite(join(out, 'bode.csv'), bodeCsv(result))
      await safeWrite(join(out, 'bode.md'), bodeMarkdown(result))
      for (const selector of result.selectors.keys())
        await safeWrite(join(out, `bode-${selector + 1}.svg`), bodeSvg(result, selector))
    }
    return { json: result, text: bodeMarkdown(result) }
  }
})
