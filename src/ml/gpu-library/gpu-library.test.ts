import { zipSync } from 'fflate'
import { createHash } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { CancelledError } from '../jobs'
import { GpuLibrary, type GpuLibraryOptions } from './gpu-library'
import { cudaManifest, type LibraryManifest } from './manifest'

/** Bytes that do not pack well, so that a wheel comes in several pieces. */
const noise = (count: number, seed: number) => {
  const bytes = new Uint8Array(count)
  let state = seed
  for (let at = 0; at < count; at += 1) bytes[at] = (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24
  return bytes
}
const contents = {
  'a/libone.so.1': noise(700_000, 1),
  'a/libtwo.so.1': new Uint8Array(300_000),
  'b/libthree.so': noise(900, 3)
}
const wheels = {
  'one-1-py3-none-any.whl': zipSync({
    'a/libone.so.1': contents['a/libone.so.1'],
    'a/libtwo.so.1': contents['a/libtwo.so.1'],
    'a/more.txt': noise(50, 4)
  }),
  'two-1-py3-none-any.whl': zipSync({ 'b/libthree.so': [contents['b/libthree.so'], { level: 0 }] })
}
type WheelFile = keyof typeof wheels
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const wheel = (name: string, file: WheelFile, paths: readonly (keyof typeof contents)[]) => ({
  ...{ package: name, file, bytes: wheels[file].length, sha256: sha256(wheels[file]) },
  libraries: paths.map((path) => ({ path, bytes: contents[path].length }))
})
const manifest: LibraryManifest = {
  version: 'A library 1',
  wheels: [
    wheel('one', 'one-1-py3-none-any.whl', ['a/libone.so.1', 'a/libtwo.so.1']),
    wheel('two', 'two-1-py3-none-any.whl', ['b/libthree.so'])
  ]
}

let userFolder: string
let server: Server
let index: string
/** What was asked for, with its range. */
let asked: string[]
/** Answers in the place of the usual one where it returns true. */
let instead: (request: IncomingMessage, response: ServerResponse) => boolean

beforeEach(async () => {
  userFolder = await mkdtemp(join(tmpdir(), 'signal-lab-gpu-'))
  asked = []
  instead = () => false
  server = createServer(answer).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  index = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple/`
})
afterEach(async () => {
  server.close()
  await rm(userFolder, { recursive: true })
})

function answer(request: IncomingMessage, response: ServerResponse) {
  const { url = '', headers } = request
  asked.push(headers.range ? `${url} ${headers.range}` : url)
  if (instead(request, response)) return
  const file = basename(url) as WheelFile
  if (url.startsWith('/simple/')) {
    const files = Object.keys(wheels).map((filename) => ({ filename, url: `/moved/${filename}` }))
    response.writeHead(200, { 'content-type': 'application/vnd.pypi.simple.v1+json' }).end(JSON.stringify({ files }))
  } else if (url.startsWith('/moved/')) {
    response.writeHead(302, { location: `/files/${file}` }).end()
  } else {
    const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0)
    const bytes = wheels[file]
    const range = { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }
    response.writeHead(start > 0 ? 206 : 200, start > 0 ? range : {}).end(bytes.subarray(start))
  }
}

const open = (more: Partial<GpuLibraryOptions> = {}) =>
  new GpuLibrary({ userFolder, manifest, platform: 'linux x64', ...more })
const install = (library: GpuLibrary, { abort = new AbortController(), shares = [] as number[] } = {}) =>
  library.install({ abort: abort.signal, advance: (share) => shares.push(share) }, index)
const present = () => readdir(join(userFolder, 'gpu-library')).catch(() => [])
const partial = (library: GpuLibrary, file: string) => join(`${library.folder}.partial`, file)

test('it is installed from the index, library by library, to the bytes that are in the wheels', async () => {
  const library = open()
  expect(await library.describe()).toMatchObject({ isInstalled: false, presentBytes: 0, refusal: '' })
  const shares: number[] = []
  await install(library, { shares })
  expect(shares.every((share, at) => at === 0 || share >= shares[at - 1])).toBe(true)
  expect(shares[0]).toBe(0)
  expect(shares.at(-1)).toBeCloseTo(1, 9)
  for (const [path, bytes] of Object.entries(contents))
    expect((await readFile(join(library.folder, basename(path)))).equals(bytes)).toBe(true)
  expect((await readdir(library.folder)).sort()).toEqual(['libone.so.1', 'library.json', 'libthree.so', 'libtwo.so.1'])
  expect(await present()).toEqual([basename(library.folder)])
  expect(await library.describe()).toMatchObject({ isInstalled: true, downloadBytes: 0, presentBytes: 1_000_900 })
})

test('one that is there is picked up by the next program, and a damaged one is not', async () => {
  await install(open())
  const asks = asked.length
  const next = open()
  await install(next)
  expect(asked).toHaveLength(asks)
  await truncate(join(next.folder, 'libtwo.so.1'), 10)
  expect(await next.isInstalled()).toBe(false)
  await install(next)
  expect(await next.isInstalled()).toBe(true)
  expect(await open({ manifest: { ...manifest, version: 'A library 2' } }).isInstalled()).toBe(false)
})

test('a connection that breaks off says so, and the next install asks for the rest alone', async () => {
  const library = open()
  const file = 'one-1-py3-none-any.whl'
  const half = 300_000
  instead = ({ url }, response) => {
    if (url !== `/files/${file}`) return false
    response.writeHead(200)
    response.write(wheels[file].subarray(0, half), () => setTimeout(() => response.destroy(), 50))
    return true
  }
  await expect(install(library)).rejects.toThrow(/^The connection to 127.0.0.1:\d+ broke off\. Install again/)
  expect(await library.describe()).toMatchObject({ isInstalled: false, presentBytes: half })
  instead = () => false
  asked = []
  const shares: number[] = []
  await install(library, { shares })
  expect(asked).toContain(`/files/${file} bytes=${half}-`)
  expect(shares[0]).toBeGreaterThan(0.3)
  expect((await readFile(join(library.folder, 'libone.so.1'))).equals(contents['a/libone.so.1'])).toBe(true)
})

test('a server that knows no ranges begins anew', async () => {
  const library = open()
  const abort = new AbortController()
  instead = ({ url }, response) => {
    if (!url?.startsWith('/files/one')) return false
    response.writeHead(200)
    response.write(wheels['one-1-py3-none-any.whl'].subarray(0, 1000), () => setTimeout(() => abort.abort(), 50))
    return true
  }
  await expect(install(library, { abort })).rejects.toThrow(CancelledError)
  instead = ({ url, headers }) => {
    if (url?.startsWith('/files/')) delete headers.range
    return false
  }
  await install(library)
  expect(await library.isInstalled()).toBe(true)
})

test('a cancelled install keeps what it has, and remove throws it away', async () => {
  const library = open()
  const abort = new AbortController()
  instead = ({ url }) => {
    if (url?.startsWith('/files/two')) abort.abort()
    return false
  }
  await expect(install(library, { abort })).rejects.toThrow(CancelledError)
  expect(await library.describe()).toMatchObject({
    isInstalled: false,
    downloadBytes: wheels['two-1-py3-none-any.whl'].length
  })
  expect((await readdir(`${library.folder}.partial`)).filter((name) => name.endsWith('.so.1'))).toHaveLength(2)
  await library.remove()
  expect(await present()).toEqual([])
})

test('bytes that are not the expected ones are thrown away with a sentence', async () => {
  const library = open()
  const file = 'one-1-py3-none-any.whl'
  instead = ({ url }, response) => {
    if (url !== `/files/${file}`) return false
    response.writeHead(200).end(wheels[file].map((byte, at) => (at === 5000 ? byte ^ 1 : byte)))
    return true
  }
  await expect(install(library)).rejects.toThrow(`${file} was thrown away: its SHA-256 is`)
  expect(await readdir(`${library.folder}.partial`)).toEqual([])
})

test('more bytes than expected, and a file of another size, are refused', async () => {
  const library = open()
  instead = ({ url }, response) => {
    if (!url?.startsWith('/files/one')) return false
    response.writeHead(200).end(new Uint8Array(2 ** 20))
    return true
  }
  await expect(install(library)).rejects.toThrow('sends more than the')
  await writeFile(partial(library, 'one-1-py3-none-any.whl.part'), wheels['one-1-py3-none-any.whl'].subarray(0, 100))
  instead = ({ url }, response) => {
    if (!url?.startsWith('/files/one')) return false
    response.writeHead(206, { 'content-range': 'bytes 100-199/200' }).end(new Uint8Array(100))
    return true
  }
  await expect(install(library)).rejects.toThrow('another part, or another file')
})

test('a disk that is too small is told before anything is downloaded', async () => {
  const library = open({ freeBytes: async () => 1e8 })
  await expect(install(library)).rejects.toThrow(/needs 0\.3 GB on the disk of .*; 0\.1 GB are free/)
  expect(asked).toEqual([])
})

test.each(['../libone.so.1', '/etc/libone.so.1', 'a\\..\\libone.so', 'C:/lib.so'])(
  'an archive with the name %s in it is not unpacked at all',
  async (name) => {
    const bytes = zipSync({ 'b/libthree.so': contents['b/libthree.so'], [name]: noise(10, 1) })
    const file = 'two-1-py3-none-any.whl'
    const library = open({
      manifest: { ...manifest, wheels: [{ ...manifest.wheels[1], bytes: bytes.length, sha256: sha256(bytes) }] }
    })
    instead = ({ url }, response) => {
      if (url !== `/files/${file}`) return false
      response.writeHead(200).end(bytes)
      return true
    }
    await expect(install(library)).rejects.toThrow('a file under a name that is not allowed')
    expect(await readdir(`${library.folder}.partial`)).toEqual([`${file}.part`])
  }
)

test('a library of another size than the manifest says is not unpacked', async () => {
  const [one, two] = manifest.wheels
  const wrong = { ...two, libraries: [{ path: 'b/libthree.so', bytes: 899 }] }
  await expect(install(open({ manifest: { ...manifest, wheels: [one, wrong] } }))).rejects.toThrow(
    'does not hold b/libthree.so with 899 bytes'
  )
})

test('it is fetched over encrypted addresses alone, and not sent from one to the next for ever', async () => {
  const library = open()
  const job = { abort: new AbortController().signal, advance: () => {} }
  await expect(library.install(job, 'http://example.org/simple/')).rejects.toThrow('Only encrypted addresses')
  instead = (_, response) => Boolean(response.writeHead(302, { location: 'http://example.org/' }).end())
  await expect(install(library)).rejects.toThrow('Only encrypted addresses (https) are fetched from.')
  instead = ({ url }, response) => Boolean(response.writeHead(302, { location: url }).end())
  await expect(install(library)).rejects.toThrow('more than 5 times')
})

test('an index that refuses, or has no such file, says so; one that writes HTML is read', async () => {
  const library = open()
  instead = (_, response) => Boolean(response.writeHead(404).end())
  await expect(install(library)).rejects.toThrow(/refuses \/simple\/one\/ \(404\)/)
  instead = ({ url }, response) => url?.startsWith('/simple/') === true && Boolean(response.end('{"files":[]}'))
  await expect(install(library)).rejects.toThrow('has no one-1-py3-none-any.whl')
  instead = ({ url }, response) => {
    if (!url?.startsWith('/simple/')) return false
    const links = Object.keys(wheels).map((file) => `<a href="../../files/${file}#sha256=0">${file}</a>`)
    response.writeHead(200, { 'content-type': 'text/html' }).end(links.join('\n'))
    return true
  }
  await install(library)
  expect(await library.isInstalled()).toBe(true)
})

test('a host that takes no connection is named', async () => {
  const library = open()
  await new Promise((resolve) => server.close(resolve))
  await expect(install(library)).rejects.toThrow(/127\.0\.0\.1:\d+ takes no connection\. Install again/)
})

test('another system than Linux on x64 is told that there is none for it', async () => {
  const library = open({ platform: 'darwin arm64' })
  expect((await library.describe()).refusal).toContain('this computer is darwin arm64')
  await expect(install(library)).rejects.toThrow('Linux on x64')
})

test('the real list names each library once, and what TensorFlow opens before it takes a card', () => {
  const names = cudaManifest.wheels.flatMap(({ libraries }) => libraries.map(({ path }) => basename(path)))
  expect(new Set(names).size).toBe(names.length)
  for (const start of [
    'tensorflow_cc',
    'tensorflow_framework',
    'cudart',
    'cublas',
    'cublasLt',
    'cufft',
    'cusolver',
    'cusparse',
    'cudnn'
  ])
    expect(names.some((name) => name.startsWith(`lib${start}.so`))).toBe(true)
  for (const { sha256: digest } of cudaManifest.wheels) expect(digest).toMatch(/^[0-9a-f]{64}$/)
})
