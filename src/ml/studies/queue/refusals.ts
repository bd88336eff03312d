/** What a queue says no with: for a while, which is waited for, or for good. Knows nothing of connections. */
import type { QueueAddress } from './address'
import { plainText } from './protocol'

/** What is wrong, and what to do: by the word that Redis begins its answer with. */
const remedies = {
  OOM: 'its memory is full. Raise maxmemory, or remove what else it holds',
  MISCONF: 'it cannot save to its disk. Make room there; its log tells more',
  NOREPLICAS: 'too few replicas follow it. Start them, or lower min-replicas-to-write',
  READONLY: 'it is a replica, which can only be read. Make it the master again ("REPLICAOF NO ONE")',
  MASTERDOWN: 'it is a replica without its master. Start that, or make this one the master ("REPLICAOF NO ONE")',
  LOADING: 'it still reads its data from the disk. Give it time',
  BUSY: 'a script keeps it busy. Give it time, or end the script ("SCRIPT KILL")',
  CLUSTERDOWN: 'it belongs to a cluster that is down. Name a Redis of its own'
} as const
export type Refusal = keyof typeof remedies

/** Anywhere in the answer: one from inside a script has words around it. */
const refusals = new RegExp(`\\b(OOM(?= command)|${Object.keys(remedies).slice(1).join('|')})\\b`)

/** What time, or whoever keeps the queue, can mend; undefined for any other error. A call that was refused has changed nothing. */
export function refusalOf(error: unknown): Refusal | undefined {
  return refusals.exec((error as Error).message)?.[1] as Refusal | undefined
}

export function refusalSentence(refusal: Refusal, { shown }: QueueAddress): string {
  return `The queue at ${shown} refuses what it is told (${refusal}): ${remedies[refusal]}. Trials wait, and go on by themselves.`
}

/** What is wrong with a password or with the rights of a user; undefined for any other error. */
export function rightsSentence({ message }: Error, { shown, password }: QueueAddress): string | undefined {
  if (/NOAUTH|WRONGPASS|invalid password/i.test(message)) {
    const found = password === undefined ? 'wants a password' : 'refuses the password'
    return `The queue at ${shown} ${found}: set SIGNAL_LAB_QUEUE_PASSWORD.`
  }
  // Inside a script Redis 6 and 7 say the second, Valkey and later ones the third.
  if (/NOPERM|user executing the script can't|ACL failure in script/.test(message))
    return `The queue at ${shown} does not let this user do what trials need; it needs ~signal-lab:* with all commands.`
  return undefined
}

/** What is wrong with the version, by what INFO says; undefined where nothing is. */
export function versionSentence(info: string, { shown }: QueueAddress): string | undefined {
  const [, version = 'unknown'] = /^redis_version:(\S+)/m.exec(info) ?? []
  const [major, minor] = version.split('.').map(Number)
  if (major > 6 || (major === 6 && minor >= 2)) return undefined
  return `The queue at ${shown} has version ${plainText(version)}; it needs Redis 6.2 or later, or Valkey.`
}

/** What is wrong with certificates or the address; undefined for any other error. */
export function tlsSentence({ code = '' }: Error & { code?: string }, { shown }: QueueAddress): string | undefined {
  if (/^(ERR_SSL|EPROTO)/.test(code))
    return `No encrypted connection with the queue at ${shown} (${code}): does it speak TLS, and does it want --queue-cert and --queue-key?`
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code))
    return `The certificate of the queue at ${shown} is not trusted (${code}): name its authority with --queue-ca FILE.`
  return undefined
}
