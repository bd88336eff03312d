/**
 * The newest two checkpoints of each trial in the queue. They belong to the trial, not to a job: whoever asks for the same training
 * goes on from them. Only the worker that holds the lease of a job puts one there.
 */
import type { Redis } from 'ioredis'
import { deleteBlob, getBlob, putBlob } from './blobs'
import { CheckpointRef, keptSeconds, keys, maxCheckpointBytes, parseText } from './protocol'

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

export interface LeaseHeld {
  /** The key that holds the token of whoever has the lease. */
  readonly lockKey: string
  readonly token: string
}

/** False where the lease is no longer ours: nothing was changed then. */
export async function shelve(
  redis: Redis,
  trialId: string,
  { bytes, step, lease }: { bytes: Uint8Array; step: number; lease: LeaseHeld }
): Promise<boolean> {
  const blob = await putBlob(redis, bytes)
  const text = JSON.stringify({ blob, step } satisfies CheckpointRef)
  const old = (await redis.eval(
    ...[push, 2, lease.lockKey, keys.checkpoints(trialId), lease.token, text, keptSeconds, generations]
  )) as string[] | null
  if (old === null) return false
  for (const ref of refsOf(old)) if (ref.blob.sha256 !== blob.sha256) await deleteBlob(redis, ref.blob)
  return true
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
