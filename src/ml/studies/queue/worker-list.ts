/** Who listens to a queue: workers say so every few seconds, by the clock of Redis, so that no two computers' clocks are compared. */
import type { Redis } from 'ioredis'
import { version } from '../../../../package.json'
import { keys, parseText, trialProtocol, WorkerCard } from './protocol'

export const announceEveryMilliseconds = 5000
/** Not heard of for so long, a worker is gone. */
const goneAfterMilliseconds = 20_000
const mostCards = 1000

export async function announce(redis: Redis, card: WorkerCard): Promise<void> {
  await redis.zadd(keys.workers, await redisTime(redis), JSON.stringify(card))
}

export async function withdraw(redis: Redis, card: WorkerCard): Promise<void> {
  await redis.zrem(keys.workers, JSON.stringify(card))
}

export async function listWorkers(redis: Redis): Promise<WorkerCard[]> {
  const since = (await redisTime(redis)) - goneAfterMilliseconds
  await redis.zremrangebyscore(keys.workers, '-inf', `(${since}`)
  const texts = await redis.zrangebyscore(keys.workers, since, '+inf', 'LIMIT', 0, mostCards)
  return texts.flatMap((text) => parseText(WorkerCard, text) ?? [])
}

export const isOurs = (card: Pick<WorkerCard, 'version' | 'protocol'>) =>
  card.version === version && card.protocol === trialProtocol

/** What a study waits for where no worker can take its trials; empty where one can. */
export function waitingSentence(cards: readonly WorkerCard[]): string {
  if (cards.some(isOurs)) return ''
  const others = new Map<string, number>()
  for (const card of cards) {
    const name = card.version === version ? `${card.version} with another protocol` : card.version
    others.set(name, (others.get(name) ?? 0) + 1)
  }
  const none = `No worker of version ${version} listens`
  if (others.size === 0) return `${none}: start "siglab worker --queue …" on one or more computers. Waiting for one.`
  const told = [...others].map(([name, count]) => `${count} of version ${name}`).join(', ')
  return `${none}; those that do (${told}) do not take these trials: bring them to the same version. Waiting for one.`
}

async function redisTime(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time()
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
}
