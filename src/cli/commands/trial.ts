/** siglab trial: one training of a study, asked for by the study's own process. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { TrainRequest } from '../../contract/train-request'
import { loadEngine } from '../../ml/engine/tensorflow'
import { safeWrite } from '../../ml/library/safe-write'
import { requestFile, resultFile } from '../../ml/studies/child-runner'
import { runTrial } from '../../ml/studies/trial'
import { defineCommand } from '../command'

export default defineCommand({
  name: 'trial',
  summary: `Train and measure what ${requestFile} in a folder asks for, and write ${resultFile} beside it. "siglab study" and "siglab search" run their trials so.`,
  positionals: [{ name: 'FOLDER', description: `where ${requestFile} lies` }],
  options: {},
  async run({ positionals: [folder], abort }) {
    const request = v.parse(TrainRequest, JSON.parse(await readFile(join(folder, requestFile), 'utf8')))
    const result = await runTrial(loadEngine(), request, {
      abort,
      // One line an epoch: the study reads them and may end the trial.
      onEpoch: (epoch) => void process.stdout.write(`${JSON.stringify(epoch)}\n`)
    })
    await safeWrite(join(folder, resultFile), `${JSON.stringify(result, null, 2)}\n`)
    return { json: result, text: '' }
  }
})
