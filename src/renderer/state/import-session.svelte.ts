/**
 * One file, or pasted text, on its way in: what was detected, the choices as they stand, and how the beginning reads
 * with them. Knows nothing of markup; what is opened in the end is the workbench's business.
 */
import type { GrantedFile } from '../../contract/session'
import type { ImportChoices, ImportPreview, ImportProposal } from '../../contract/lab'
import type { LabClient } from '../client'

export type ImportSource = { kind: 'file'; file: GrantedFile } | { kind: 'text'; text: string }

export class ImportSession {
  readonly source: ImportSource
  proposal = $state.raw() as ImportProposal
  choices = $state.raw() as ImportChoices
  preview = $state.raw<ImportPreview>()
  /** Why there is no preview; null while there is one or it is on its way. */
  failure = $state<string | null>(null)
  /** Whether the choices are kept for files with such names. */
  remember = $state(true)
  readonly #lab: LabClient
  #looking = false
  #changed = false

  constructor(lab: LabClient, source: ImportSource, proposal: ImportProposal, choices = proposal.choices) {
    this.#lab = lab
    this.source = source
    this.proposal = proposal
    this.choices = choices
    void this.#look()
  }

  get name(): string {
    return this.source.kind === 'file' ? this.source.file.name : 'Pasted numbers'
  }

  /** Whether something is not as detection proposed it. */
  readonly isChanged = $derived.by(() => JSON.stringify(this.choices) !== JSON.stringify(this.proposal.choices))

  /** What speaks for one of the choices, or for all that have nothing of their own. */
  evidenceFor(about: string): string[] {
    return this.proposal.evidence.filter((entry) => entry.about === about).map(({ sentence }) => sentence)
  }

  /** The preview follows; of several changes in a row only the newest is looked at. */
  change(part: Partial<Record<string, unknown>>): void {
    this.choices = { ...this.choices, ...part } as ImportChoices
    void this.#look()
  }

  asDetected(): void {
    this.choices = this.proposal.choices
    void this.#look()
  }

  /** Take the file as samples without a header. */
  async asRaw(): Promise<void> {
    if (this.source.kind !== 'file') return
    try {
      this.proposal = await this.#lab.proposeRawImport({ fileId: this.source.file.fileId })
      this.asDetected()
    } catch (error) {
      this.failure = (error as Error).message
    }
  }

  async #look(): Promise<void> {
    this.#changed = true
    if (this.#looking) return
    this.#looking = true
    try {
      while (this.#changed) {
        this.#changed = false
        await this.#lookOnce()
      }
    } finally {
      this.#looking = false
    }
  }

  async #lookOnce(): Promise<void> {
    const { source, choices } = this
    try {
      const preview =
        source.kind === 'file'
          ? await this.#lab.previewImport({ fileId: source.file.fileId, choices })
          : await this.#lab.previewText({ text: source.text, choices })
      this.preview = preview
      this.failure = null
    } catch (error) {
      if (this.#changed) return
      this.preview = undefined
      this.failure = (error as Error).message
    }
  }
}

/** Whether choices that were made for another file can be taken for this one. */
export function choicesFit(choices: ImportChoices, proposal: ImportProposal): boolean {
  const detected = proposal.choices
  if (choices.kind !== detected.kind) return choices.kind === 'raw' && proposal.questions.length > 0
  if (choices.kind !== 'table' || detected.kind !== 'table') return true
  const names = (table: typeof choices) => table.columns.map(({ name }) => name).join('\n')
  return choices.columns.length === detected.columns.length && names(choices) === names(detected)
}
