/** Who listens, and who connects: a server that counts, and what Linux tells of the sockets of processes. */
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'

export interface CountingServer {
  /** "127.0.0.1:4711" */
  readonly host: string
  /** How many have connected since it was opened. */
  connections(): number
  close(): void
}

/** A server of this computer that answers nothing and counts who comes. It has been seen to count. */
export async function countingServer(): Promise<CountingServer> {
  let count = 0
  const server = createServer((socket) => {
    count += 1
    socket.on('error', () => {}).destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) =>
    connect(port, '127.0.0.1')
      .resume()
      .on('error', () => {})
      .on('close', () => resolve())
  )
  if (count !== 1) throw new Error(`one connection was counted as ${count}`)
  return { host: `127.0.0.1:${port}`, connections: () => count - 1, close: () => void server.close() }
}

/** A process and all that came of it; Linux alone. */
export function processTree(pid: number): number[] {
  const path = `/proc/${pid}/task`
  const threads = existsSync(path) ? readdirSync(path) : []
  const children = threads.flatMap((thread) => {
    const list = readFileSync(`${path}/${thread}/children`, 'utf8').trim()
    return list === '' ? [] : list.split(' ').map(Number)
  })
  return [pid, ...children.flatMap(processTree)]
}

/** The ports of TCP that a process listens on and those of UDP that it has, as "tcp6 4711"; Linux alone. */
export function portsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  const inodes = new Set(
    readdirSync(folder).map((name) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${name}`))?.[1]
      } catch {
        return undefined // Closed since it was listed.
      }
    })
  )
  // Each process has its own view of the network: the page's has none at all.
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) => {
    const path = `/proc/${pid}/net/${table}`
    if (!existsSync(path)) return []
    const rows = readFileSync(path, 'utf8').trim().split('\n').slice(1)
    return rows
      .map((row) => row.trim().split(/\s+/))
      .filter(([, , , state, , , , , , inode]) => inodes.has(inode) && (table.startsWith('udp') || state === '0A'))
      .map(([, local]) => `${table} ${parseInt(local.slice(local.lastIndexOf(':') + 1), 16)}`)
  })
}
