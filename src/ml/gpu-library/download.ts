/**
 * Fetch one file over the network: by Node's own http alone, encrypted, of a known size and SHA-256. What has arrived
 * stays in a ".part" file, and the next attempt asks for the rest.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat, truncate, unlink } from 'node:fs/promises'
import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'
import * as v from 'valibot'
import { CancelledError } from '../jobs'
import type { Wheel } from './manifest'

const mostRedirects = 5
const silenceMilliseconds = 60_000
/** The list of all versions of one package; the longest known has half of it. */
const mostIndexBytes = 16 * 2 ** 20

export interface Request {
  readonly abort: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
}

/** Where the index keeps a wheel. Reads the index's JSON (PEP 691), and its HTML (PEP 503) where it has no other. */
export async function findWheel(index: string, { package: name, file }: Wheel, abort: AbortSignal): Promise<URL> {
  const page = new URL(`${name}/`, index.endsWith('/') ? index : `${index}/`)
  const accept = 'application/vnd.pypi.simple.v1+json, text/html;q=0.1'
  const { response, url } = await get(page, { abort, headers: { accept } })
  if (response.statusCode !== 200) throw refusedBy(response, url)
  const text = await readText(response, url, abort)
  const isJson = response.headers['content-type']?.includes('json') ?? false
  const found = isJson ? addressInJson(text, file) : addressInHtml(text, file)
  if (found === undefined)
    throw new Error(
      `${page.host} has no ${file}: choose another package index, the public one or a whole mirror of it.`
    )
  return allowed(new URL(found, url))
}

const IndexPage = v.object({ files: v.array(v.object({ filename: v.string(), url: v.string() })) })

function addressInJson(text: string, file: string): string | undefined {
  try {
    return v.parse(IndexPage, JSON.parse(text)).files.find(({ filename }) => filename === file)?.url
  } catch {
    return undefined
  }
}

function addressInHtml(text: string, file: string): string | undefined {
  const addresses = [...text.matchAll(/href="([^"#]+)/g)].map((match) => match[1])
  return addresses.find((address) => address.split('/').at(-1) === file)
}

export interface Download {
  readonly url: URL
  readonly file: string
  /** Where it arrives, and stays if it breaks off. */
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  readonly abort: AbortSignal
  /** Hears how much of it is there. */
  onBytes(present: number): void
}

/** Resolves when the whole file lies at `path`, checked. Throws CancelledError, or an Error with one sentence. */
export async function download(wanted: Download): Promise<void> {
  const { path, bytes, sha256, file, abort } = wanted
  let present = await sizeOf(path)
  if (present > bytes) {
    await unlink(path)
    present = 0
  }
  wanted.onBytes(present)
  if (present < bytes) await fetchRest(wanted, present)
  const found = await sha256Of(path, abort)
  if (found === sha256) return
  // Kept, it would be resumed to the same wrong end.
  await unlink(path)
  throw new Error(
    `${file} was thrown away: its SHA-256 is ${found.slice(0, 16)}…, expected ${sha256.slice(0, 16)}…. Install again, or choose another package index.`
  )
}

async function fetchRest({ url: address, file, path, bytes, abort, onBytes }: Download, start: number): Promise<void> {
  const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {}
  const { response, url } = await get(address, { abort, headers })
  try {
    let present = firstByte(response, url, start, bytes)
    if (present < start) await truncate(path, present)
    const target = await open(path, 'a')
    try {
      for await (const piece of response as AsyncIterable<Buffer>) {
        if (present + piece.length > bytes)
          throw new Error(`${url.host} sends more than the ${bytes} bytes of ${file}.`)
        for (let at = 0; at < piece.length;) at += (await target.write(piece, at)).bytesWritten
        present += piece.length
        onBytes(present)
      }
      await target.sync()
    } finally {
      await target.close()
    }
    if (present < bytes) throw Object.assign(new Error(), { code: 'ECONNRESET' })
  } catch (error) {
    throw explained(error, url, abort)
  } finally {
    response.destroy()
  }
}

/** Where what comes now belongs: a server may begin anew, whatever was asked for. */
function firstByte(response: IncomingMessage, url: URL, start: number, bytes: number): number {
  if (response.statusCode === 200) return 0
  if (response.statusCode !== 206) throw refusedBy(response, url)
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers['content-range'] ?? '')
  if (Number(range?.[1]) !== start || Number(range?.[2]) !== bytes)
    throw new Error(
      `${url.host} sends another part, or another file, than the one of ${bytes} bytes that was asked for.`
    )
  return start
}

/** Follows redirects. Throws CancelledError, or an Error with one sentence. */
async function get(address: URL, { abort, headers }: Request): Promise<{ response: IncomingMessage; url: URL }> {
  let url = allowed(address)
  for (let redirects = 0; ; redirects += 1) {
    const response = await ask(url, { abort, headers })
    const { location } = response.headers
    if (![301, 302, 303, 307, 308].includes(response.statusCode ?? 0) || location === undefined)
      return { response, url }
    response.destroy()
    if (redirects >= mostRedirects)
      throw new Error(`${url.host} sends from one address to the next, more than ${mostRedirects} times.`)
    url = allowed(new URL(location, url))
  }
}

function ask(url: URL, { abort, headers }: Request): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(explained(error, url, abort))
    if (abort.aborted) return fail(undefined)
    const { get: send } = url.protocol === 'https:' ? https : http
    const request = send(url, { headers: { 'user-agent': 'signal-lab', ...headers }, signal: abort })
    request.setTimeout(silenceMilliseconds, () => request.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
    request.once('response', resolve)
    request.on('error', fail)
  })
}

const ownHosts = ['localhost', '127.0.0.1', '[::1]']

/** Encrypted all the way; what comes from this computer itself need not be. */
function allowed(url: URL): URL {
  if (url.protocol === 'https:' || (url.protocol === 'http:' && ownHosts.includes(url.hostname))) return url
  throw new Error(`Only encrypted addresses (https) are fetched from. Received: ${url.href.slice(0, 120)}.`)
}

async function readText(response: IncomingMessage, url: URL, abort: AbortSignal): Promise<string> {
  const pieces: Buffer[] = []
  let size = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      size += piece.length
      if (size > mostIndexBytes) throw new Error(`${url.host} answers with more than a list of versions can be long.`)
      pieces.push(piece)
    }
  } catch (error) {
    throw explained(error, url, abort)
  }
  return Buffer.concat(pieces).toString('utf8')
}

function refusedBy(response: IncomingMessage, url: URL): Error {
  response.destroy()
  return new Error(
    `${url.host} refuses ${url.pathname.slice(0, 200)} (${response.statusCode ?? 0}): look at the address of the package index.`
  )
}

const again = 'Install again to go on where it stopped.'
const sentences: Readonly<Record<string, (host: string) => string>> = {
  ENOTFOUND: (host) => `${host} is not found: this computer has no network, or the name is wrong. ${again}`,
  EAI_AGAIN: (host) => `${host} is not found: this computer has no network. ${again}`,
  ECONNREFUSED: (host) => `${host} takes no connection. ${again}`,
  ECONNRESET: (host) => `The connection to ${host} broke off. ${again}`,
  ETIMEDOUT: (host) => `${host} was silent for a minute. ${again}`,
  ENOSPC: () => `The disk is full. Free some space. ${again}`,
  EDQUOT: () => `Your quota on this disk is used up. Free some space. ${again}`
}

/** One sentence for whatever ended a transfer. */
function explained(error: unknown, url: URL, abort: AbortSignal): Error {
  if (abort.aborted) return new CancelledError()
  const { code, message } = error as NodeJS.ErrnoException
  if (code === undefined) return error as Error
  return Object.assign(new Error(sentences[code]?.(url.host) ?? `${url.host} cannot be read: ${message}. ${again}`), {
    code
  })
}

async function sha256Of(path: string, abort: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    if (abort.aborted) throw new CancelledError()
    hash.update(piece)
  }
  return hash.digest('hex')
}

/** 0 where there is none. */
export async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0
  )
}
