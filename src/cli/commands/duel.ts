/** siglab duel */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { duelCsv, duelMarkdown, duelSvg } from '../../core/duel/report'
import { degradationNames, parseDegradations } from '../../core/signal/degradations'
import { runDuel, usualDuel } from '../../ml/duel/run-duel'
import { loadEngine } from '../../ml/engine/tensorflow'
import { defaultModelId, findModel } from '../../ml/library/model-library'
import { safeWrite } from '../../ml/library/safe-write'
import { defineCommand, UsageError } from '../command'
import { parseFrequencies, parseNumber } from '../flags'
import { openLibrary } from '../resources'

export default defineCommand({
  name: 'duel',
  summary: `Set a model against every classical filter on the same noisy mixes, over a row of noise levels.
The rivals are tuned anew for each noise level; the model is taken as it is. Says who wins by how much, and how sure.`,
  options: {
    model: {
      type: 'string',
      value: 'ID|DIR',
      description: 'a model of "siglab models", a model file or a training folder',
      default: defaultModelId
    },
    frequencies: {
      type: 'string',
      value: 'HZ,HZ,…',
      description: `the tones, for a model that takes any (default ${usualDuel.frequenciesHz.join(',')})`
    },
    'sample-rate': { type: 'string', value: 'HZ', description: "samples per second (default the model's, or 1000)" },
    duration: {
      type: 'string',
      value: 'S',
      description: 'length of a mix (default 20 periods of the least spacing of the tones)'
    },
    snr: {
      type: 'string',
      value: 'DB,DB,…',
      description: 'power of one tone over power of the white noise',
      default: usualDuel.snrsDb.join(',')
    },
    degradations: {
      type: 'string',
      value: 'NAME,…',
      description: `what goes wrong besides: ${degradationNames.join(', ')}; NAME=NUMBERxNUMBER for another strength`
    },
    seeds: {
      type: 'string',
      value: 'N',
      description: 'mixes for each noise level',
      default: String(usualDuel.seedCount)
    },
    seed: { type: 'string', value: 'N', description: 'decides every mix', default: '1' },
    out: { type: 'string', value: 'DIR', description: 'write duel.json, duel.csv, duel.md and duel.svg there' }
  },
  examples: [
    'siglab duel --model universal --snr 0,20 --json',
    'siglab duel --model universal --degradations impulses,dropouts --seeds 40 --out duel'
  ],
  async run({ options, progress, abort }) {
    const model = await findModel(await openLibrary(), options.model)
    const request = {
      frequenciesHz: frequenciesFor(model.manifest, options.frequencies),
      sampleRate: optional(options['sample-rate'], (text) => parseNumber('sample-rate', text, { low: 1, high: 1e6 })),
      durationSeconds: optional(options.duration, (text) => parseNumber('duration', text, { low: 1e-6, high: 3600 })),
      snrsDb: options.snr.split(',').map((text) => parseNumber('snr', text, { low: -60, high: 100 })),
      degradations: optional(options.degradations, parseDegradations),
      seedCount: parseNumber('seeds', options.seeds, { low: 2, high: 10_000, integer: true }),
      seed: parseNumber('seed', options.seed, { low: 0, high: 2 ** 31 - 1, integer: true })
    }
    const advance = (share: number) => progress(`duel ${Math.round(share * 100)} %`)
    const result = await runDuel(loadEngine(), model, request, { abort, advance })
    progress('')
    if (options.out !== undefined) {
      await mkdir(options.out, { recursive: true })
      const write = (name: string, text: string) => safeWrite(join(options.out as string, name), text)
      await write('duel.json', `${JSON.stringify(result, undefined, 2)}\n`)
      await write('duel.csv', duelCsv(result))
      await write('duel.md', duelMarkdown(result))
      await write('duel.svg', duelSvg(result))
    }
    return { json: result, text: duelMarkdown(result) }
  }
})

/** Throws UsageError where a model answers other frequencies than those asked for. */
function frequenciesFor({ id, frequenciesHz }: { id: string; frequenciesHz: number[] }, asked: string | undefined) {
  if (asked === undefined) return undefined
  const wanted = parseFrequencies('frequencies', asked)
  if (frequenciesHz.length === 0 || wanted.join() === frequenciesHz.join()) return wanted
  throw new UsageError(`--frequencies: "${id}" answers ${frequenciesHz.join(',')} Hz only. Received: ${asked}`)
}

function optional<T>(text: string | undefined, parse: (text: string) => T): T | undefined {
  return text === undefined ? undefined : parse(text)
}
