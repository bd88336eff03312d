/**
 * What is exported and how, as it stands in the dialog, and the way of it: main asks where, the laboratory writes and
 * reads back, the row of the job says what came of it. Knows nothing of markup.
 */
import type { SavedKind } from '../../contract/app'
import type { ExportFormat, ExportPart, SignalInfo, StreamInfo } from '../../contract/lab'
import type { AppClient, LabClient } from '../client'
import type { Jobs } from './jobs.svelte'
import type { SampleRange } from './visible-range'

export const exportKinds = ['wav', 'csv', 'png', 'svg'] as const satisfies readonly SavedKind[]
export const contents = ['mix', 'output', 'residual', 'truth'] as const
export type Content = (typeof contents)[number]

/** What the screen shows, as far as an export needs it. */
export interface ExportSubject {
  readonly lab: LabClient
  readonly signal: SignalInfo
  readonly stream: StreamInfo | undefined
  readonly selector: number
  readonly selection: SampleRange | null
  /** The picture of the view. */
  draw(kind: 'png' | 'svg'): Promise<Uint8Array>
}

export class Exporter {
  kind = $state<SavedKind>('wav')
  contents = $state<Record<Content, boolean>>({ mix: true, output: true, residual: false, truth: false })
  tones = $state<'selected' | 'all'>('selected')
  part = $state<'selection' | 'all'>('selection')
  coding = $state<Extract<ExportFormat, { kind: 'wav' }>['coding']>('float32')
  decimal = $state<'.' | ','>('.')
  readonly #app: AppClient
  readonly #jobs: Jobs
  #counter = 0

  constructor(app: AppClient, jobs: Jobs) {
    this.#app = app
    this.#jobs = jobs
  }

  /** Why nothing can be written as it stands; undefined if something can. */
  problemOf(subject: ExportSubject): string | undefined {
    if (this.isPicture) return subject.stream ? undefined : 'There is no picture yet.'
    return this.partsOf(subject).length === 0 ? 'Choose at least one thing to write.' : undefined
  }

  get isPicture(): boolean {
    return this.kind === 'png' || this.kind === 'svg'
  }

  /** One channel of the file each, in this order. */
  partsOf({ signal, stream, selector }: ExportSubject): ExportPart[] {
    const selectors =
      this.tones === 'all' ? (stream?.frequenciesHz ?? []).map((_, index) => index) : stream ? [selector] : []
    const known = (index: number) => (stream?.truthIndex[index] ?? -1) >= 0
    return contents
      .filter((content) => this.contents[content])
      .flatMap((trace): ExportPart[] => {
        if (trace === 'mix') return signal.channelNames.map((_, index) => ({ trace, index }))
        return selectors.filter((index) => trace !== 'truth' || known(index)).map((index) => ({ trace, index }))
      })
  }

  /** Resolves when the file is written, or when the user thought better of it. Throws with a sentence for people. */
  async run(subject: ExportSubject): Promise<void> {
    const ticket = await this.#app.chooseSaveFile({
      name: `${baseName(subject.signal.name)}.${this.kind}`,
      kind: this.kind
    })
    if (!ticket) return
    this.#counter += 1
    const jobId = `export-${this.#counter}-${Date.now().toString(36)}`
    if (this.kind === 'png' || this.kind === 'svg') {
      const bytes = await subject.draw(this.kind)
      const written = await subject.lab.writePicture({ fileId: ticket.fileId, kind: this.kind, bytes })
      this.#jobs.put(jobId, { title: written.name, share: 1 })
      const size = `${written.bytes.toLocaleString('en-US')} bytes`
      return this.#jobs.end(jobId, { kind: 'done', message: `written and read back: ${size}, equal` })
    }
    const { lab, signal, stream, selection } = subject
    const parts = this.partsOf(subject)
    const needsFilter = stream && parts.some(({ trace }) => trace !== 'mix')
    try {
      await lab.exportSignal({
        ...{ jobId, fileId: ticket.fileId, signalId: signal.id, parts },
        streamId: needsFilter ? stream.streamId : null,
        range: this.part === 'selection' && selection ? { start: selection.start, end: selection.end } : null,
        format: this.kind === 'wav' ? { kind: 'wav', coding: this.coding } : { kind: 'csv', decimal: this.decimal }
      })
    } catch (error) {
      // What failed on its way stands in its row; what never began is said here.
      if (this.#jobs.rows.every(({ id }) => id !== jobId) && !isCancelled(error as Error)) throw error
    }
  }
}

function isCancelled({ message }: Error): boolean {
  return message === 'It was cancelled.'
}

/** "Demo mix 1, 3, 5, 7 Hz.wav" -> "Demo mix 1, 3, 5, 7 Hz", without what no file system takes. */
function baseName(name: string): string {
  const stem = name.replace(/\.(wav|csv|tsv|txt)$/i, '')
  const safe = [...stem].map((letter) => (/[/\\:*?"<>|]/.test(letter) || letter < ' ' ? '_' : letter)).join('')
  return safe.slice(0, 120) || 'signal'
}
