/** How the training laboratory writes sizes and states. */
import type { RunStatus } from '../../contract/training'
import { formatDuration } from '../format'
import { writeNumber } from '../number-style.svelte'

/** "12 MB", "1.4 GB": thousands, as disks and memories are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000
    unit += 1
  }
  return `${writeNumber(size >= 99.5 || unit === 0 ? size.toFixed(0) : String(Number(size.toPrecision(2))))} ${units[unit]}`
}

export const statusWords: Readonly<Record<RunStatus, string>> = {
  queued: 'waits in the queue',
  running: 'trains',
  paused: 'paused',
  finished: 'finished',
  stopped: 'stopped, best kept',
  failed: 'failed',
  interrupted: 'interrupted'
}

/** Which of the two trains this network faster; they are called even within a tenth. */
export function adviceOf({ cpuMilliseconds, gpuMilliseconds }: { cpuMilliseconds: number; gpuMilliseconds: number }) {
  const ratio = cpuMilliseconds / gpuMilliseconds
  const told = `A step takes ${formatDuration(cpuMilliseconds / 1000)} on the CPU, ${formatDuration(gpuMilliseconds / 1000)} on the GPU`
  if (ratio > 1 / 1.1 && ratio < 1.1) return `${told}: they are even for this network.`
  const times = writeNumber(Math.max(ratio, 1 / ratio).toPrecision(2))
  return `${told}: the ${ratio > 1 ? 'GPU' : 'CPU'} is ${times} times as fast for this network.`
}
