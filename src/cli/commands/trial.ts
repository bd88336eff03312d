/** siglab trial: one training of a study, asked for by the study's own process. */
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { TrainRequest } from '../../contract/train-request'
import { InputError } from '../../core/signal/signal'
import { loadEngine } from '../../ml/engine/tensorflow'
import { readCheckpointFile, writeCheckpointFile } from '../../ml/library/checkpoint-file'
import { isAlive } from '../../ml/library/is-alive'
import { safeWrite } from '../../ml/library/safe-write'
import {
  checkpointFile,
  parentVariable,
  pauseFile,
  requestFile,
  resultFile,
  type TrialLine
} from '../../ml/studies/child-runner'
import { TrialPaused } from '../../ml/studies/runner'
import { runTrial } from '../../ml/studies/trial'
import type { CheckpointKeeper } from '../../ml/studies/trial-checkpoint'
import { TrainingDiverged } from '../../ml/training/trainer'
import { defineCommand } from '../command'
import { parseNumber } from '../flags'

export default defineCommand({
  name: 'trial',
  summary: `Train and measure what ${requestFile} in a folder asks for, and write ${resultFile} beside it. "siglab study", "siglab search" and "siglab worker" run their trials so. It goes on from ${checkpointFile}, if that is there.`,
  positionals: [{ name: 'FOLDER', description: `where ${requestFile} lies` }],
  options: {
    'checkpoint-seconds': {
      type: 'string',
      value: 'N',
      description: 'how often it is written down where it stands',
      default: '30'
    }
  },
  async run({ options, positionals: [folder], abort }) {
    const seconds = parseNumber('checkpoint-seconds', options['checkpoint-seconds'], { low: 0.1, high: 3600 })
    endWithParent()
    try {
      const request = v.parse(TrainRequest, JSON.parse(await readFile(join(folder, requestFile), 'utf8')))
      const keeper = keeperIn(folder, 1000 * seconds)
      // One line an epoch: the study reads them and may end the trial.
      const result = await runTrial(loadEngine(), request, { abort, keeper, onEpoch: print })
      await safeWrite(join(folder, resultFile), `${JSON.stringify(result, null, 2)}\n`)
      await rm(join(folder, checkpointFile), { force: true })
      return { json: result, text: '' }
    } catch (error) {
      if (error instanceof TrialPaused) return { json: { paused: true }, text: '' }
      if (wouldFailAgain(error)) print({ failure: error.message })
      throw error
    }
  }
})

const print = (line: TrialLine) => void process.stdout.write(`${JSON.stringify(line)}\n`)

function keeperIn(folder: string, everyMilliseconds: number): CheckpointKeeper {
  const path = join(folder, checkpointFile)
  return {
    everyMilliseconds,
    isPaused: () => existsSync(join(folder, pauseFile)),
    async read() {
      if (!existsSync(path)) return undefined
      return readCheckpointFile(path).catch((error: unknown) => {
        if (error instanceof InputError) return undefined
        throw error
      })
    },
    async write(checkpoint, step) {
      await writeCheckpointFile(path, checkpoint)
      print({ checkpoint: step })
    }
  }
}

/** Whoever asked for the trial may have been killed: nobody would read what comes out. */
function endWithParent(): void {
  const parent = Number(process.env[parentVariable])
  if (parent) setInterval(() => isAlive(parent) || process.exit(1), 500).unref()
}

/** On another computer as well: what was asked for cannot be trained. */
function wouldFailAgain(error: unknown): error is Error {
  return error instanceof TrainingDiverged || error instanceof RangeError || error instanceof v.ValiError
}
