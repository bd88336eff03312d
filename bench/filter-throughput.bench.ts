/**
 * Ten minutes of 48 kHz audio through the universal filter, all four selectors, block by block into a WAV file: how much
 * faster than real time, and whether memory grows with the length. The limit is 50 times. --json prints the figures alone.
 */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateMix } from '../src/core/signal/synth'
import { loadEngine } from '../src/ml/engine/tensorflow'
import { filterBlocks } from '../src/ml/inference/filter-signal'
import { createStreamFilter } from '../src/ml/inference/stream-filter'
import { readModelFile } from '../src/ml/library/model-file'
import { writeSignalBlocks } from '../src/ml/signals/read-signal-file'
import type { ChannelSource } from '../src/ml/signals/sample-source'

const limit = 50
const sampleRate = 48_000
const minutes = 10
const frequenciesHz = [440, 880, 1320, 1760]
const root = process.cwd()

/** Ten seconds of mix, again and again: a source that takes no memory of its own. */
function endless(mix: Float32Array, sampleCount: number): ChannelSource {
  return {
    sampleCount,
    read(start, count) {
      const piece = new Float32Array(Math.min(count, sampleCount - start))
      for (let n = 0; n < piece.length; n += 1) piece[n] = mix[(start + n) % mix.length]
      return piece
    }
  }
}

async function main(): Promise<void> {
  const model = await readModelFile(join(root, 'resources/models/universal.safetensors'))
  const { mix } = generateMix({
    ...{ frequenciesHz, sampleRate, durationSeconds: 10, noise: 0.3, phase: 'random', seed: 1 }
  })
  const filter = createStreamFilter(loadEngine(), model, { sampleRate, frequenciesHz })
  filter.process(mix.subarray(0, sampleRate))
  filter.reset()
  const sampleCount = 60 * minutes * sampleRate
  const folder = mkdtempSync(join(tmpdir(), 'signal-lab-bench-'))
  const path = join(folder, 'tones.wav')
  const memory: number[] = []
  let filterSeconds = 0
  async function* blocks() {
    for await (const { start, outputs, seconds } of filterBlocks(filter, endless(mix, sampleCount))) {
      filterSeconds += seconds
      if (start % (60 * 2 ** 16) === 0) memory.push(process.memoryUsage().rss / 2 ** 20)
      yield outputs
    }
  }
  try {
    const cpuBefore = process.cpuUsage()
    const began = performance.now()
    const channelNames = frequenciesHz.map((frequency) => `${frequency} Hz`)
    await writeSignalBlocks(path, { sampleRate, channelNames, sampleCount }, blocks())
    const seconds = (performance.now() - began) / 1000
    const cpu = process.cpuUsage(cpuBefore)
    const peakMiB = process.resourceUsage().maxRSS / 1024
    report({
      seconds,
      filterSeconds,
      cpuSeconds: (cpu.user + cpu.system) / 1e6,
      realTimeFactor: (60 * minutes) / seconds,
      writtenMiB: statSync(path).size / 2 ** 20,
      // Between the first tenth and the end: what grows with the length of a signal shows here.
      memoryMiB: { early: memory[1], late: memory[memory.length - 1], peak: peakMiB }
    })
  } finally {
    filter.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

interface Figures {
  readonly seconds: number
  readonly filterSeconds: number
  readonly cpuSeconds: number
  readonly realTimeFactor: number
  readonly writtenMiB: number
  readonly memoryMiB: { readonly early: number; readonly late: number; readonly peak: number }
}

function report(figures: Figures): void {
  const result = { ...figures, limit, withinLimit: figures.realTimeFactor >= limit }
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(result))
    return
  }
  const machine = { cpu: cpus()[0].model, threads: cpus().length, date: new Date().toISOString().slice(0, 10) }
  writeFileSync(
    join(root, 'bench/results/filter-throughput.json'),
    `${JSON.stringify({ machine, ...result }, null, 2)}\n`
  )
  const { early, late, peak } = figures.memoryMiB
  console.log(
    `${minutes} minutes at 48 kHz, four selectors: ${figures.realTimeFactor.toFixed(0)} x real time (${figures.seconds.toFixed(1)} s, ` +
      `${figures.cpuSeconds.toFixed(1)} s of processor), limit ${limit}; memory ${early.toFixed(0)} MiB after a tenth, ` +
      `${late.toFixed(0)} MiB at the end, ${peak.toFixed(0)} MiB at most`
  )
}

void main()
