/**
 * Files larger than anybody wants in memory: an RF64 of 4 GiB with samples in all of it, and a table of ten million
 * rows. How long from the choice of the file to its first picture, how long to the exact one, and how much memory the
 * laboratory's process needs above its idle. Written to bench/results/large-files.json.
 *
 * Every file is measured in a process of its own that opens it as the laboratory does: the beginning, a first picture,
 * then the rest, the pyramid, and a hundred pictures at random places.
 */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { Random } from '../src/core/random'
import { wavHeaderBytes } from '../src/core/signal/wav-write'
import { openRecording } from '../src/ml/signals/open-recording'
import { pyramidCache } from '../src/ml/signals/pyramid-cache'
import { SignalPictures } from '../src/ml/signals/signal-pictures'

const columns = 1500
const limits = { firstPictureSeconds: 1, memoryMegabytes: 600 }
const [role, path, cacheFolder] = process.argv.slice(2)

/** Peak resident memory of this process; the kernel keeps it. */
const peakMegabytes = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))![1]) / 1024
const rss = () => process.memoryUsage().rss / 2 ** 20

if (role === '--measure') void measure().then((result) => process.stdout.write(JSON.stringify(result)))
else run()

async function measure() {
  const idle = rss()
  const start = performance.now()
  const seconds = () => (performance.now() - start) / 1000
  const opened = await openRecording(path, { beginningOnly: true, temporaryFolder: cacheFolder })
  let isGrowing = opened.readRest !== undefined
  const key = { path, ...opened.file!, reading: JSON.stringify(opened.choices) }
  const pictures = new SignalPictures(opened.source, {
    cache: pyramidCache(cacheFolder, key),
    isGrowing: () => isGrowing
  })
  const first = pictures.envelope(0, 0, opened.source.sampleCount, columns)
  const firstPictureSeconds = seconds()
  const shown = first.min.filter((value) => value === value).length
  if (shown < columns * 0.9) throw new Error(`the first picture has ${shown} of ${columns} columns`)

  const whole = await opened.readRest?.()
  isGrowing = false
  const readSeconds = seconds()
  await pictures.finished
  const exactPictureSeconds = seconds()
  const { sampleCount, channelNames } = opened.source
  const random = new Random(3)
  const before = performance.now()
  for (let n = 0; n < 100; n += 1) {
    const from = random.integer(sampleCount)
    const count = 10 ** random.uniform(3, Math.log10(sampleCount))
    const picture = pictures.envelope(0, from, Math.min(sampleCount, from + count), columns)
    if (!picture.isExact) throw new Error('a picture is not exact')
  }
  const pictureMilliseconds = (performance.now() - before) / 100
  const result = {
    sampleCount,
    channels: channelNames.length,
    sampleRate: opened.source.sampleRate,
    warnings: whole?.warnings ?? opened.warnings,
    ...{ firstPictureSeconds, firstIsExact: first.isExact, readSeconds, exactPictureSeconds, pictureMilliseconds },
    idleMegabytes: idle,
    peakMegabytesAboveIdle: peakMegabytes() - idle
  }
  pictures.dispose()
  opened.source.close()
  return result
}

function run(): void {
  const folder = mkdtempSync(join(tmpdir(), 'large-files-'))
  try {
    const free = statfsSync(folder)
    if (free.bavail * free.bsize < 8 * 2 ** 30) throw new Error('Expected 8 GiB of free space in the temporary folder.')
    const files = {
      'RF64 of 4 GiB': writeRf64(join(folder, 'long.wav')),
      'CSV of 10 million rows': writeTable(join(folder, 'long.csv'))
    }
    const results = Object.entries(files).flatMap(([name, file]) =>
      ['first opening', 'second opening'].map((what) => ({
        file: name,
        what,
        ...measured(file, join(folder, 'cache'))
      }))
    )
    const within = results.every(
      ({ firstPictureSeconds, peakMegabytesAboveIdle }) =>
        firstPictureSeconds < limits.firstPictureSeconds && peakMegabytesAboveIdle < limits.memoryMegabytes
    )
    const machine = {
      cpu: cpus()[0].model,
      threads: cpus().length,
      memoryGigabytes: Math.round(totalmem() / 2 ** 30),
      node: process.version
    }
    writeFileSync(
      'bench/results/large-files.json',
      `${JSON.stringify({ machine, limits, within, results }, null, 2)}\n`
    )
    for (const result of results) process.stdout.write(`${JSON.stringify(result)}\n`)
    process.exitCode = within ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function measured(file: string, cache: string): Awaited<ReturnType<typeof measure>> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [__filename, '--measure', file, cache], {
    encoding: 'utf8'
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as Awaited<ReturnType<typeof measure>>
}

/** Two channels of 16 bits: a slow tone and noise, different in every block. */
function writeRf64(file: string): string {
  const frameCount = 2 ** 30 + 2 ** 16
  const handle = openSync(file, 'w')
  writeSync(handle, wavHeaderBytes({ coding: 'int16', channelCount: 2, sampleRate: 192_000, frameCount }))
  const block = new Int16Array(2 * 2 ** 20)
  const random = new Random(1)
  for (let n = 0; n < block.length; n += 1) block[n] = 8000 * Math.sin(n / 5000) + 500 * random.normal()
  for (let written = 0; written < frameCount; written += 2 ** 20) {
    block[0] = written / 2 ** 20
    writeSync(handle, new Uint8Array(block.buffer, 0, 4 * Math.min(2 ** 20, frameCount - written)))
  }
  closeSync(handle)
  return file
}

function writeTable(file: string): string {
  const handle = openSync(file, 'w')
  writeSync(handle, 'time (s),voltage,current\n')
  for (let start = 0; start < 10_000_000; start += 20_000) {
    const lines = Array.from({ length: 20_000 }, (_, k) => {
      const n = start + k
      return `${(n / 10_000).toFixed(4)},${(3.3 * Math.sin(n / 700)).toFixed(5)},${((n % 1009) / 1e4).toFixed(4)}`
    })
    writeSync(handle, `${lines.join('\n')}\n`)
  }
  closeSync(handle)
  return file
}
