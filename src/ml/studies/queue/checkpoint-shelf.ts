/**
 * The newest two checkpoints of each trial in the queue. They belong to the trial, not to a job: whoever asks for the same training
 * goes on from them. Only the worker that holds the lease of a job puts one there.
 */
import type { Redis } from 'ioredis'
import { blobRefOf, deleteBlob, getBlob, putBlob } from './blobs'
import type { JobLock } from './job-lock'
import { CheckpointRef, keptSeconds, keys, maxCheckpointBytes, parseText, type BlobRef } from './protocol'

/** Should the newest be damaged, there is the one before it. */
const generations = 2

/** Puts a reference in front, and answers those that are too many; nothing where the lease is another's. */
const push = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
redis.call('LPUSH', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[2], ARGV[3])
local old = redis.call('LRANGE', KEYS[2], ARGV[4], -1)
redis.call('LTRIM', KEYS[2], 0, ARGV[4] - 1)
return old`

/** False where the lease is no longer ours. Then, and where the queue refuses it, nothing of it stays. */
export async function shelve(
  redis: Redis,
  trialId: string,
  { bytes, step, lease }: { bytes: Uint8Array; step: number; lease: Pick<JobLock, 'lockKey' | 'token'> }
): Promise<boolean> {
  const blob = blobRefOf(bytes)
  const text = JSON.stringify({ blob, step } satisfies CheckpointRef)
  let old: string[] | null = null
  try {
    await putBlob(redis, bytes)
    old = (await redis.eval(
      ...[push, 2, lease.lockKey, keys.checkpoints(trialId), lease.token, text, keptSeconds, generations]
    )) as string[] | null
  } finally {
    if (old === null) await dropStray(redis, trialId, blob).catch(() => undefined)
  }
  if (old === null) return false
  for (const ref of refsOf(old)) if (ref.blob.sha256 !== blob.sha256) await deleteBlob(redis, ref.blob)
  return true
}

/** Pieces that no reference leads to would fill the queue for a week. */
async function dropStray(redis: Redis, trialId: string, blob: BlobRef): Promise<void> {
  const refs = refsOf(await redis.lrange(keys.checkpoints(trialId), 0, -1))
  if (!refs.some((ref) => ref.blob.sha256 === blob.sha256)) await deleteBlob(redis, blob)
}

/** The newest whose hash holds. */
export async function takeFromShelf(redis: Redis, trialId: string): Promise<Uint8Array | undefined> {
  for (const { blob } of refsOf(await redis.lrange(keys.checkpoints(trialId), 0, generations - 1))) {
    if (blob.bytes > maxCheckpointBytes) continue
    const bytes = await getBlob(redis, blob, maxCheckpointBytes)
    if (bytes) return bytes
  }
  return undefined
}

export async function clearShelf(redis: Redis, trialId: string): Promise<void> {
  const refs = refsOf(await redis.lrange(keys.checkpoints(trialId), 0, -1))
  await redis.del(keys.checkpoints(trialId))
  for (const { blob } of refs) if (blob.bytes <= maxCheckpointBytes) await deleteBlob(redis, blob)
}

const refsOf = (texts: readonly string[]) => texts.flatMap((text) => parseText(CheckpointRef, text) ?? [])
