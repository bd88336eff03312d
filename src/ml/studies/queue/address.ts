/** Where a queue is and how to get in, from an address and its options. What it is called in sentences holds no password. */

export interface QueueAddress {
  readonly host: string
  readonly port: number
  readonly database: number
  readonly username?: string
  readonly password?: string
  /** Present for an encrypted connection; PEM texts. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string }
  /** "host:port", for people. */
  readonly shown: string
}

export interface QueueAddressOptions {
  readonly password?: string
  readonly tls?: QueueAddress['tls']
}

const form = 'redis://HOST[:PORT][/DATABASE], or rediss:// for TLS'

/** Throws RangeError with a sentence that repeats nothing of the text: it may hold a password. */
export function parseQueueAddress(text: string, { password, tls }: QueueAddressOptions = {}): QueueAddress {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new RangeError(`expected ${form}`)
  }
  if (url.protocol !== 'redis:' && url.protocol !== 'rediss:') throw new RangeError(`expected ${form}`)
  if (url.hostname === '') throw new RangeError(`expected the name of a computer: ${form}`)
  if (url.search !== '' || url.hash !== '') throw new RangeError(`expected nothing behind the database: ${form}`)
  const database = /^\/?(\d{0,3})$/.exec(url.pathname)?.[1]
  if (database === undefined) throw new RangeError(`expected the number of a database behind the "/": ${form}`)
  const isEncrypted = url.protocol === 'rediss:'
  if (!isEncrypted && tls && Object.values(tls).some((part) => part !== undefined))
    throw new RangeError('certificates are for an encrypted queue: write rediss:// in the place of redis://')
  const port = url.port === '' ? 6379 : Number(url.port)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    ...{ host, port, database: Number(database), shown: `${url.hostname}:${port}` },
    ...(url.username !== '' && { username: decoded(url.username) }),
    ...((password ?? url.password) !== '' && { password: password ?? decoded(url.password) }),
    ...(isEncrypted && { tls: tls ?? {} })
  }
}

/** True for an address that shows its password to everybody who lists this computer's processes. */
export function holdsPassword(text: string): boolean {
  return URL.canParse?.(text) ? new URL(text).password !== '' : /\/\/[^/]*:[^/]*@/.test(text)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
