/**
 * What this computer could compute with: its processor, and the NVIDIA cards that the system tells of. Loads no TensorFlow:
 * it is asked before anything trains.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'

export interface Card {
  readonly name: string
  readonly memoryBytes: number
  /** Version of the driver; empty if nobody tells. */
  readonly driver: string
}

export interface Processor {
  readonly name: string
  readonly threads: number
  readonly memoryBytes: number
}

export interface CardsFound {
  readonly cards: readonly Card[]
  /** Why there is none, or why what there is cannot be used; empty if nothing is in the way. */
  readonly reason: string
}

/** How the system is asked; handed in so that a test can answer. */
export interface SystemQuestions {
  /** Output of nvidia-smi, or undefined if there is no such program or it failed. */
  smi(args: readonly string[]): Promise<string | undefined>
  /** Names in a folder, none if it does not exist. */
  list(path: string): Promise<readonly string[]>
  read(path: string): Promise<string>
  exists(path: string): boolean
  readonly platform: NodeJS.Platform
}

const procFolder = '/proc/driver/nvidia'

export function processor(): Processor {
  const all = cpus()
  return { name: all[0]?.model.trim() ?? 'Processor', threads: all.length, memoryBytes: totalmem() }
}

/** All NVIDIA cards, by nvidia-smi, else by what the driver itself tells on Linux. */
export async function findCards(system: SystemQuestions = thisSystem): Promise<CardsFound> {
  if (system.platform === 'darwin') return { cards: [], reason: 'TensorFlow computes on NVIDIA cards; a Mac has none.' }
  const cards = (await cardsBySmi(system)) ?? (await cardsByDriver(system))
  if (cards.length > 0) return { cards, reason: '' }
  if (await hasCardOnBus(system)) {
    return {
      cards: [],
      reason: 'There is an NVIDIA card, but its driver is not loaded. Install the NVIDIA driver and start anew.'
    }
  }
  return { cards: [], reason: 'This computer shows no NVIDIA card.' }
}

async function cardsBySmi(system: SystemQuestions): Promise<Card[] | undefined> {
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits']
  const text = await system.smi(query)
  if (text === undefined) return undefined
  const cards = text
    .split('\n')
    .map((line) => line.split(',').map((part) => part.trim()))
    .filter((parts) => parts.length === 3 && parts[0] !== '')
    // nvidia-smi counts in MiB; some cards with shared memory say "[N/A]".
    .map(([name, memory, driver]) => ({ name, memoryBytes: (Number(memory) || 0) * 2 ** 20, driver }))
  return cards.length > 0 ? cards : undefined
}

async function cardsByDriver(system: SystemQuestions): Promise<Card[]> {
  const folders = await system.list(join(procFolder, 'gpus'))
  if (folders.length === 0) return []
  const driver = /Kernel Module\s+(?:for \S+\s+)?([\d.]+)/.exec(await textOf(system, join(procFolder, 'version')))?.[1]
  return Promise.all(
    folders.map(async (folder) => {
      const information = await textOf(system, join(procFolder, 'gpus', folder, 'information'))
      const name = /^Model:\s*(.+)$/m.exec(information)?.[1].trim() ?? 'NVIDIA card'
      return { name, memoryBytes: 0, driver: driver ?? '' }
    })
  )
}

/** NVIDIA's number on the bus, and a display or 3D controller. */
async function hasCardOnBus(system: SystemQuestions): Promise<boolean> {
  const base = '/sys/bus/pci/devices'
  for (const device of await system.list(base)) {
    if ((await textOf(system, join(base, device, 'vendor'))).trim() !== '0x10de') continue
    if ((await textOf(system, join(base, device, 'class'))).startsWith('0x03')) return true
  }
  return false
}

async function textOf(system: SystemQuestions, path: string): Promise<string> {
  return system.exists(path) ? system.read(path).catch(() => '') : ''
}

const thisSystem: SystemQuestions = {
  smi: (args) =>
    new Promise((resolve) =>
      execFile('nvidia-smi', [...args], { timeout: 5000 }, (error, stdout) => resolve(error ? undefined : stdout))
    ),
  list: async (path) => (existsSync(path) ? readdir(path) : []),
  read: (path) => readFile(path, 'utf8'),
  exists: existsSync,
  platform: process.platform
}
