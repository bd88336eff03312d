/**
 * The files that the page's protocol may answer with: a list read once at the start, everything else is not found.
 * Knows nothing of Electron.
 */
import { readFile, readdir } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { appOrigin, contentSecurityPolicy } from './content-policy'

export interface AppReply {
  readonly status: 200 | 404
  readonly headers: Record<string, string>
  readonly body: Buffer
}

const mimeTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2'
}

const protection = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store'
}

/** Read the list of files below `folder`; returns the function that answers a request for one of them. */
export async function serveAppFiles(folder: string): Promise<(method: string, url: string) => Promise<AppReply>> {
  const files = await listFiles(folder)
  return async (method, url) => {
    const name = method === 'GET' ? files.get(pathOfUrl(url) ?? '') : undefined
    if (name === undefined) return notFound
    const type = mimeTypes[extname(name)] ?? 'application/octet-stream'
    return { status: 200, headers: { ...protection, 'Content-Type': type }, body: await readFile(join(folder, name)) }
  }
}

const notFound: AppReply = {
  status: 404,
  headers: { ...protection, 'Content-Type': 'text/plain; charset=utf-8' },
  body: Buffer.from('Not found')
}

/**
 * The path of a URL that is spelled exactly as our own pages spell theirs; undefined for any other. It is compared as
 * text: nothing is decoded or resolved, so no spelling of ".." can mean a file.
 */
export function pathOfUrl(url: string): string | undefined {
  if (!url.startsWith(`${appOrigin}/`)) return undefined
  const path = url.slice(appOrigin.length + 1)
  return /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/.test(path) ? path : undefined
}

/** Relative paths with "/" to themselves, for every plain file below the folder. */
async function listFiles(folder: string): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  const walk = async (relative: string) => {
    for (const entry of await readdir(join(folder, relative), { withFileTypes: true })) {
      const name = relative ? `${relative}/${entry.name}` : entry.name
      if (entry.isDirectory()) await walk(name)
      else if (entry.isFile()) files.set(name, name)
    }
  }
  await walk('')
  if (!files.has('index.html')) throw new Error(`The page was not built: ${join(folder, 'index.html')} is missing.`)
  return files
}
