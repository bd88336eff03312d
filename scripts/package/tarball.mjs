/** The unpacked app as one archive for any Linux: tar, compressed by zstd where it is there and by gzip elsewhere. */
import { renameSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { has, must } from './steps.mjs'

/** @param {{ unpacked: string, folderName: string, output: string }} what @returns {string} the file's path */
export function makeTarball({ unpacked, folderName, output }) {
  const path = has('zstd') ? output.replace(/\.gz$/, '.zst') : output
  const compress = has('zstd') ? ['--use-compress-program', 'zstd -12 -T0'] : ['-z']
  const partial = `${path}.partial`
  must('tar', [
    ...compress,
    '--owner=0',
    '--group=0',
    // The archive's folder has the program's name and not the builder's.
    `--transform=s,^${basename(unpacked)},${folderName},S`,
    ...['-cf', partial, '-C', dirname(unpacked), basename(unpacked)]
  ])
  renameSync(partial, path)
  return path
}
