/** A hosted process and the page's port to it: a fresh pair for every process, and for every page. */
import { MessageChannelMain, type BrowserWindow } from 'electron'
import { ProcessSupervisor, type SupervisorOptions } from './process-supervisor'

export interface HostedServiceOptions extends Omit<SupervisorOptions, 'onStarted'> {
  /** The name under which the page hears of its port. */
  readonly channel: 'lab-port' | 'training-port'
  /** The window whose page listens; undefined while none does. */
  page(): BrowserWindow | undefined
  onStarted?(): void
}

export class HostedService {
  readonly supervisor: ProcessSupervisor
  readonly #options: HostedServiceOptions
  #pagePort: Electron.MessagePortMain | undefined

  constructor(options: HostedServiceOptions) {
    this.#options = options
    this.supervisor = new ProcessSupervisor({
      ...options,
      onStarted: () => {
        options.onStarted?.()
        this.#openPort()
        this.connectPage()
      }
    })
  }

  get isAlive(): boolean {
    return this.supervisor.state.kind !== 'dead'
  }

  /** The page gets the other end when it listens; a page that was loaded anew gets one of its own. */
  connectPage(): void {
    const page = this.#options.page()
    if (!page || !this.isAlive) return
    if (!this.#pagePort) this.#openPort()
    if (this.#pagePort) page.webContents.postMessage(this.#options.channel, null, [this.#pagePort])
    this.#pagePort = undefined
  }

  /** The process gets its end as soon as it is forked, so that it loads while the page does. */
  #openPort(): void {
    const { port1, port2 } = new MessageChannelMain()
    this.#pagePort = this.supervisor.post({ kind: 'port' }, [port1]) ? port2 : undefined
  }
}
