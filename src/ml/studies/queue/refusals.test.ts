import { expect, test } from 'vitest'
import { refusalOf, refusalSentence, rightsSentence, tlsSentence, versionSentence } from './refusals'

const address = { host: 'h', port: 1, database: 0, password: 'secret', shown: 'h:1' }

test('what waiting does not mend is told in a sentence, without a secret', () => {
  const rights = (message: string) => rightsSentence(new Error(message), address)
  const tls = (code: string) => tlsSentence(Object.assign(new Error('x'), { code }), address)
  expect(rights('WRONGPASS invalid username-password pair')).toContain('h:1 refuses the password')
  expect(rights('WRONGPASS secret')).not.toContain('secret')
  expect(tls('DEPTH_ZERO_SELF_SIGNED_CERT')).toContain('--queue-ca')
  expect(tls('EPROTO')).toContain('does it speak TLS')
  expect(tls('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED')).toContain('--queue-cert and --queue-key')
  expect(tls('ECONNREFUSED')).toBeUndefined()
  expect(rights('connect ECONNREFUSED')).toBeUndefined()
})

test.each([
  ['6.0.16', false],
  ['6.2.0', true],
  ['7.0.15', true],
  ['10.1', true]
])('version %s is new enough: %s', (version, isEnough) => {
  const sentence = versionSentence(`# Server\r\nredis_version:${version}\r\nredis_mode:standalone\r\n`, address)
  if (isEnough) expect(sentence).toBeUndefined()
  else expect(sentence).toBe(`The queue at h:1 has version ${version}; it needs Redis 6.2 or later, or Valkey.`)
})

test.each([
  "NOPERM this user has no permissions to run the 'eval' command",
  "ERR The user executing the script can't run this command or subcommand script: 43a7, on @user_script:1.",
  "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments",
  "ERR ACL failure in script: User lab has no permissions to run the 'xadd' command"
])('%s: rights that are missing', (message) => {
  expect(rightsSentence(new Error(message), address)).toContain('it needs ~signal-lab:* with all commands')
  expect(refusalOf(new Error(message))).toBeUndefined()
})

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'. script: 71cc, on @user_script:1.", 'OOM', 'maxmemory'],
  ['ERR Error running script (call to f_71cc): @user_script:18: -OOM command not allowed', 'OOM', 'maxmemory'],
  ['MISCONF Redis is configured to save RDB snapshots, but it is unable to', 'MISCONF', 'disk'],
  ['NOREPLICAS Not enough good replicas to write.', 'NOREPLICAS', 'min-replicas-to-write'],
  ["READONLY You can't write against a read only replica.", 'READONLY', 'REPLICAOF NO ONE'],
  ["MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.", 'MASTERDOWN', 'master'],
  ['LOADING Redis is loading the dataset in memory', 'LOADING', 'disk'],
  ['BUSY Redis is busy running a script.', 'BUSY', 'SCRIPT KILL'],
  ['CLUSTERDOWN The cluster is down', 'CLUSTERDOWN', 'cluster']
] as const)('%s: waited for, with what to do', (message, refusal, remedy) => {
  expect(refusalOf(new Error(message))).toBe(refusal)
  expect(refusalSentence(refusal, address)).toMatch(/^The queue at h:1 refuses .*go on by themselves\.$/)
  expect(refusalSentence(refusal, address)).toContain(remedy)
})

test.each(['Missing lock for job 1. moveToFinished', 'Connection is closed.', 'BUSYGROUP exists', 'a: Out of memory.'])(
  '%s: neither',
  (message) => {
    expect(refusalOf(new Error(message))).toBeUndefined()
    expect(rightsSentence(new Error(message), address)).toBeUndefined()
  }
)
