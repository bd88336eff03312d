/** How the training laboratory writes sizes and states. */
import type { RunStatus } from '../../contract/training'
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
