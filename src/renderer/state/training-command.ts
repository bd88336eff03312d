/** The command line that trains a model for given tones: what the window cannot do yet, it can at least say exactly. */

/** Ticks of the network in a period of the highest tone; the shipped model for 1, 3, 5 and 7 Hz has as many. */
const ticksPerPeriod = 7

export interface TrainingTask {
  readonly frequenciesHz: readonly number[]
  readonly sampleRate: number
}

export function trainingCommand({ frequenciesHz, sampleRate }: TrainingTask): string {
  const tones = frequenciesHz.map((hertz) => String(Number(hertz.toPrecision(4))))
  const modelRate = Math.min(sampleRate, Math.ceil(ticksPerPeriod * Math.max(...frequenciesHz)))
  return [
    `npm run -s siglab -- train --frequencies ${tones.join(',')}`,
    `--sample-rate ${Number(sampleRate.toPrecision(6))} --model-rate ${modelRate}`,
    `--out ${folderOf(tones)}`
  ].join(' ')
}

/** Where the trained model lies then. */
export function trainingFolder({ frequenciesHz }: TrainingTask): string {
  return folderOf(frequenciesHz.map((hertz) => String(Number(hertz.toPrecision(4)))))
}

function folderOf(tones: readonly string[]): string {
  return `runs/tones-${tones.join('-')}`
}
