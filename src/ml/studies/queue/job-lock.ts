/**
 * The lock by which a worker has a job, as BullMQ keeps it. It is renewed here: BullMQ's own way needs memory, which a full Redis
 * refuses, so that trials were lost while it was full.
 */
import type { Job, Queue, Worker } from 'bullmq'
import type { Redis } from 'ioredis'

export interface JobLock {
  readonly jobId: string
  /** The key that holds the token of whoever has the job. */
  readonly lockKey: string
  readonly activeKey: string
  readonly stalledKey: string
  readonly token: string
}

/** A lock that ran out while nobody could write is taken again where nobody has had the job since: then it is still active. */
const renew = `
local holder = redis.call('GET', KEYS[1])
if holder == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
elseif holder or not redis.call('LPOS', KEYS[2], ARGV[3]) then
  return 0
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
redis.call('SREM', KEYS[3], ARGV[3])
return 1`

export const lockKeyOf = (queue: Queue | Worker, jobId: string) => `${queue.toKey(jobId)}:lock`

export function lockOf(desk: Worker, job: Job, token: string): JobLock {
  const jobId = job.id!
  const [activeKey, stalledKey] = [desk.toKey('active'), desk.toKey('stalled')]
  return { jobId, lockKey: lockKeyOf(desk, jobId), activeKey, stalledKey, token }
}

/** False where the job is no longer ours. */
export async function renewLock(
  redis: Redis,
  { jobId, lockKey, activeKey, stalledKey, token }: JobLock,
  milliseconds: number
): Promise<boolean> {
  return (await redis.eval(renew, 3, lockKey, activeKey, stalledKey, token, milliseconds, jobId)) === 1
}
